import { expect, test } from 'vitest';
import { equal } from '../base/equal';
import { sanitize } from './sanitize';
import { defaultState, type StatePatch, Store } from './state';
import { readUrl, writeUrl } from './url';

const stateOf = (patch: StatePatch) => new Store(patch).value;

test('an untouched image has an address of nothing but its name', () => {
  expect(writeUrl(stateOf({ image: 'dir/my image+1.fits[SCI,2]' }))).toBe('image=dir/my%20image%2B1.fits[SCI,2]');
});

test('every part of the state comes back from its address', () => {
  const state = stateOf({
    image: 'a/b.fits[1]',
    view: { x: 100.25, y: 7.5, zoom: -1.375001 },
    display: {
      mode: 'color',
      channel: 3,
      color: [
        { channel: 1, color: '#0000ff' },
        { channel: 12, color: '#ff8000' },
      ],
      off: [{ channel: 7, color: '#00ff00' }],
      saturation: 1.5,
      lupton: { q: 8, stretch: 0.5 },
      stretch: 'log',
      stretchParameter: 500,
      cuts: { 1: [-1.5e-7, 2e30], 12: 'zscale' },
      defaultCuts: '99.5%',
      contrast: 2,
      bias: 0.25,
      gamma: 2.2,
      invert: true,
      colormap: 'ds9:b',
      nan: '#ff0000',
      quality: 75,
    },
    frame: 'galactic',
    degrees: true,
    values: 'net',
    show: Object.fromEntries(Object.entries(defaultState.show).map(([name, shown]) => [name, !shown])),
    rate: 12.5,
    panel: 'display',
    overlays: [
      { kind: 'catalog', id: 'I/355/gaiadr3', color: '#ffff00', shown: true },
      { kind: 'profile', id: '1,2,30.5,40', color: '', shown: false },
      { kind: 'regions', id: 'https://example.org/a%b.reg?x=1&y=2', color: '', shown: true },
    ],
    plot: { interpolate: false, logarithmic: true, open: 'profile:1,2,30.5,40' },
    compare: {
      mode: 'blink',
      images: ['c.fits', 'd e.fits'],
      looks: {
        'c.fits': {
          mode: 'color',
          color: [{ channel: 2, color: '#ff0000' }],
          off: [{ channel: 3, color: '#00ff00' }],
        },
        'd e.fits': {
          channel: 3,
          stretch: 'asinh',
          stretchParameter: null,
          lupton: null,
          cuts: { 1: [-1.5, 2e30], 2: '' },
          defaultCuts: '99.5%',
          colormap: 'a/b%2F:c',
          invert: false,
        },
      },
      rate: 2.5,
    },
    theme: 'light',
    lang: 'fr',
  });
  const { version: _, ...saved } = state;
  expect(sanitize(JSON.parse(JSON.stringify(state)))).toEqual(saved);
  const query = writeUrl(state);
  expect(query).toContain('&withlook=1/mode:color/mix:2:ff0000,-3:00ff00&');
  expect(query).toMatch(/^image=a\/b\.fits\[1\]&v=1&/);
  const back = new Store();
  back.set(readUrl(query).state);
  expect(back.value).toEqual(state);
  expect(writeUrl(back.value)).toBe(query);
  expect(leaves(defaultState).filter(([name, value]) => equal(value, Object.fromEntries(leaves(state))[name]))).toEqual(
    [['version', 1]],
  );
});

/** Values of a tree by their names, two levels deep as they are merged. */
const leaves = (tree: object): [string, unknown][] =>
  Object.entries(tree).flatMap(([key, value]): [string, unknown][] =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).map(([name, leaf]): [string, unknown] => [`${key}.${name}`, leaf])
      : [[key, value]],
  );

test('what the image itself brings is left out, and a departure from it is written', () => {
  const base = stateOf({ display: { stretch: 'linear', mode: 'color', cuts: { 1: [0, 1] } } });
  const same = { ...base, image: 'x' };
  expect(writeUrl(same, base)).toBe('image=x');
  expect(writeUrl({ ...same, display: { ...same.display, mode: 'single', stretch: 'asinh' } }, base)).toBe(
    'image=x&v=1&mode=single&stretch=asinh',
  );
});

test('addresses of VisiOmatic 3.0.7 keep their meaning: channels count from 0, mono, centre and field', () => {
  const address = readUrl('?image=m51.fits&center=13:29:52.7+47:11:43&fov=0.25&mode=mono&channel=2');
  expect(address.state).toEqual({ image: 'm51.fits', display: { mode: 'single', channel: 3 } });
  expect(address.center).toBe('13:29:52.7 47:11:43');
  expect(address.fov).toBe(0.25);
});

test('what the image brings can be given up: cuts of a channel, the mix', () => {
  const brought = {
    mode: 'color',
    color: [{ channel: 1, color: '#ff0000' }],
    cuts: { 1: [0, 255], 2: [0, 9] },
  } as const;
  const base = stateOf({ display: brought });
  const state = stateOf({ image: 'x', display: { ...brought, color: [], cuts: { 2: [0, 9] } } });
  const query = writeUrl(state, base);
  expect(query).toBe('image=x&v=1&mix=&cuts=1:');
  expect(readUrl(query).state.display).toEqual({ color: [], cuts: { 1: '' } });
});

test('a view comes back within a thousandth of a pixel of the screen, however far it is enlarged', () => {
  for (const zoom of [-9.123456, -3.3, 0, 2.7654321, 6]) {
    const view = { x: 12345.678901234, y: 0.123456789, zoom };
    const back = readUrl(writeUrl(stateOf({ image: 'x', view }))).state.view;
    expect(Math.abs((back?.x ?? 0) - view.x) * 2 ** zoom).toBeLessThan(1e-3);
    expect(Math.abs((back?.y ?? 0) - view.y) * 2 ** zoom).toBeLessThan(1e-3);
    expect(Math.abs((back?.zoom ?? 0) - zoom)).toBeLessThan(1e-6);
  }
});

test("other people's parameters stay in the address", () => {
  expect(writeUrl(stateOf({ image: 'x' }), defaultState, '?token=abc&image=old&zoom=3')).toBe('token=abc&image=x');
});

test('overlays may be written by hand, with an address as it is', () => {
  const { state } = readUrl('?o=regions:https://example.org/a%2520b.reg&o=-catalog:twomass:ff0000&o=regions:50%25');
  expect(state.overlays).toEqual([
    { kind: 'regions', id: 'https://example.org/a b.reg', color: '', shown: true },
    { kind: 'catalog', id: 'twomass', color: '#ff0000', shown: false },
    { kind: 'regions', id: '50%', color: '', shown: true },
  ]);
});

test('nonsense in an address is passed over', () => {
  const { state } = readUrl(
    '?image=x&at=1,&zoom=abc&stretch=wild&mix=0:ff0000,1:zz&cuts=1:5&nan=zz&frame=mars&o=bad&gamma=',
  );
  expect(state).toEqual({ image: 'x', display: { color: [], nan: 'transparent' } });
});
