import { afterEach, describe, expect, it } from 'vitest';
import { runShortcut } from './shortcuts';
import type { ViewerCore } from './viewer';

afterEach(() => document.body.replaceChildren());

/** What the map and the state were told by a key that was pressed in an element. */
function told(html: string, key: string): string[] {
  const heard: string[] = [];
  const viewer = {
    map: { view: { width: 800, height: 600, scale: 1 }, panBy: () => heard.push('pan') },
    state: { value: { show: { graticule: false } }, set: () => heard.push('grid') },
  } as unknown as ViewerCore;
  document.body.innerHTML = html;
  const target = document.body.firstElementChild as HTMLElement;
  target.addEventListener('keydown', (event) => runShortcut(viewer, event));
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true }));
  return heard;
}

describe('keys of the map', () => {
  it.each(['<div></div>', '<button></button>'])('move and switch while the focus is on %s', (html) => {
    expect(told(html, 'ArrowLeft')).toEqual(['pan']);
    expect(told(html, 'g')).toEqual(['grid']);
  });

  it.each(['<input>', '<input type="search">', '<textarea></textarea>', '<select></select>'])(
    'are text in %s',
    (html) => {
      expect(told(html, 'ArrowLeft')).toEqual([]);
      expect(told(html, 'g')).toEqual([]);
    },
  );

  it.each(['<input type="range">', '<input type="radio">', '<div role="slider"></div>', '<div role="option"></div>'])(
    'leave the arrows alone to %s',
    (html) => {
      expect(told(html, 'ArrowLeft')).toEqual([]);
      expect(told(html, 'g')).toEqual(['grid']);
    },
  );
});
