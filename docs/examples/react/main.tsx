import { StrictMode, useCallback, useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { AstroImage } from './AstroImage';

const IMAGES = ['m13-dss.fits', 'simulated-field-4096.fits'];

function App() {
  const [image, setImage] = useState(IMAGES[0]);
  const [invert, setInvert] = useState(false);
  const [position, setPosition] = useState('');
  const display = useMemo(() => ({ invert }), [invert]);
  const follow = useCallback((sky: [number, number] | null) => {
    setPosition(sky ? `${sky[0].toFixed(5)}°, ${sky[1].toFixed(5)}°` : '');
  }, []);
  return (
    <main>
      <select value={image} onChange={(event) => setImage(event.target.value)} aria-label="Image">
        {IMAGES.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
      <label>
        <input type="checkbox" checked={invert} onChange={(event) => setInvert(event.target.checked)} /> Inverted
      </label>
      <AstroImage image={image} display={display} show="-title" style={{ height: 420 }} onPointer={follow} />
      <output>{position}</output>
    </main>
  );
}

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
