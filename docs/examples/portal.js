// One viewer for each of the first images of the server. Those with a sky follow each other.
import { createViewer } from 'https://images.example.org/client/visiomatic.js';

const api = 'https://images.example.org/api/v1/';
const grid = document.querySelector('.grid');

function card({ id, name }) {
  const article = grid.appendChild(document.createElement('article'));
  article.appendChild(document.createElement('h2')).textContent = name;
  const viewer = createViewer(article, { image: id, show: 'none,scale,colorbar' });
  const position = article.appendChild(document.createElement('p'));
  viewer.addEventListener('pointer', ({ detail }) => {
    const sky = detail?.sky;
    position.textContent = sky ? `${sky[0].toFixed(5)}°, ${sky[1].toFixed(5)}°` : '';
  });
  viewer.addEventListener('error', ({ detail }) => {
    position.textContent = detail.message;
  });
  return viewer;
}

/** All the others look where this one looks. */
async function follow(viewer, all) {
  const { x, y, zoom } = viewer.state.view;
  if (x === null) return;
  const sky = await viewer.skyAt(x, y);
  for (const other of all) {
    if (other === viewer || !sky) continue;
    const there = await other.pixelAt(...sky);
    if (there) other.state = { view: { x: there[0], y: there[1], zoom } };
  }
}

const answer = await fetch(`${api}images?limit=6`);
const { images } = await answer.json();
const viewers = images.map(card);
await Promise.allSettled(viewers.map((viewer) => viewer.ready));
for (const viewer of viewers) {
  viewer.addEventListener('viewchange', () => {
    // Only the one in hand leads, or they would push each other.
    if (viewer.matches(':hover, :focus-within')) follow(viewer, viewers);
  });
}
