import { expect, test, vi } from 'vitest';
import { sanitize } from './sanitize';
import { defaultState, Store } from './state';

test('a change of one field leaves the rest of the tree and the former tree alone', () => {
  const store = new Store();
  const before = store.value;
  store.setDisplay({ gamma: 2 });
  expect(store.value.display.gamma).toBe(2);
  expect(before.display.gamma).toBe(1);
  expect(store.value.show).toBe(before.show);
});

test('listeners hear only of what differs', () => {
  const store = new Store();
  const any = vi.fn();
  const gamma = vi.fn();
  store.onChange(any);
  store.watch((s) => s.display.gamma, gamma);
  store.setDisplay({ gamma: 1 });
  expect(any).not.toHaveBeenCalled();
  store.setDisplay({ contrast: 3 });
  expect(any).toHaveBeenCalledTimes(1);
  expect(gamma).not.toHaveBeenCalled();
});

test('the end of a live change is told even when nothing differs any more', () => {
  const store = new Store();
  const heard: [number, boolean][] = [];
  store.watch(
    (s) => s.display.gamma,
    (gamma, change) => heard.push([gamma, change.live]),
  );
  store.setDisplay({ gamma: 2 }, { live: true });
  store.setDisplay({ gamma: 2 });
  store.setDisplay({ gamma: 2 });
  expect(heard).toEqual([
    [2, true],
    [2, false],
  ]);
});

test('a saved tree comes back equal, and rubbish in it is left out', () => {
  const store = new Store({ image: 'a.fits', display: { cuts: { 2: [1, 5] }, lupton: { q: 8, stretch: 2 } } });
  const saved = JSON.parse(JSON.stringify(store));
  const other = new Store();
  other.restore(sanitize(saved));
  expect(other.value).toEqual(store.value);
  const rubbish = {
    image: 5,
    frame: 'mars',
    display: { gamma: 'x', stretch: 'log', mode: 'sepia', color: [{ channel: 1, color: 'red' }], cuts: { 1: [1] } },
    overlays: [{ kind: 'regions' }],
    compare: { mode: 'side', images: [1], rate: '2' },
    view: { x: null, zoom: 2 },
    nonsense: 1,
  };
  other.restore(sanitize(rubbish));
  expect(other.value).toEqual({
    ...defaultState,
    display: { ...defaultState.display, stretch: 'log' },
    compare: { ...defaultState.compare, mode: 'side' },
    view: { x: null, y: null, zoom: 2 },
  });
});

test('reset returns to the display that the image brought', () => {
  const store = new Store();
  store.setDefaults({ display: { stretch: 'linear', colormap: 'viridis' } });
  store.setDisplay({ stretch: 'log', gamma: 3 });
  store.resetDisplay();
  expect(store.value.display).toEqual({ ...defaultState.display, stretch: 'linear', colormap: 'viridis' });
});
