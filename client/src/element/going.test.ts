import { afterEach, expect, test, vi } from 'vitest';
import { Api } from '../core/api';
import { Connection } from '../core/connection';
import { target } from './going';
import type { ViewerCore } from './viewer';

const image = { width: 100, height: 80 };
const sky = { pixelToSky: () => [0, 0] };
const chips = [{ name: 'CCD3', box: [20.5, 30.5, 40.5, 60.5], hdu: 3, sky: null }];

function viewer(parts: object = {}): ViewerCore {
  const pixelAtAsync = async (lon: number, lat: number) => (lat > 0 ? [lon, lat] : null);
  const state = { value: { frame: 'icrs' } };
  return {
    image,
    sky: null,
    chips: [],
    state,
    api: new Api('https://images/', new Connection()),
    pixelAtAsync,
    ...parts,
  } as unknown as ViewerCore;
}

const withSky = { sky: { ...sky, description: { to_icrs: [], pixel_maps: {} }, title: '' } };
const sesame = (body: string, ok = true) =>
  vi.fn(async (_url: string) => ({ ok, status: 503, text: async () => body }));

afterEach(() => vi.unstubAllGlobals());

test('a pixel is gone to as it is typed, on a chip counted from its corner', async () => {
  expect(await target(viewer(), 'x 12.5, y 40')).toEqual({ x: 12.5, y: 40 });
  await expect(target(viewer(), 'x 120, y 40')).rejects.toThrow('not on this image');
  expect(await target(viewer({ chips }), 'CCD3 1, 2')).toEqual({ x: 21, y: 32 });
  const flipped = { description: { pixel_maps: {}, chip_pixels: { x: [-2, 90], y: [2, -60] } } };
  expect(await target(viewer({ chips: [{ ...chips[0], sky: flipped }] }), 'CCD3 30, 20')).toEqual({ x: 30, y: 40 });
});

test('a position on the sky is gone to where the image has it', async () => {
  expect(await target(viewer(withSky), '30.5 +20.25')).toEqual({ x: 30.5, y: 20.25 });
  await expect(target(viewer(withSky), '30.5 -20')).rejects.toThrow('not on this image');
  await expect(target(viewer(), '10:12:45.3 +45:17:50')).rejects.toThrow('no sky coordinates');
});

test('the name of a chip goes to its middle, any other name to CDS', async () => {
  expect(await target(viewer({ chips }), 'ccd3')).toEqual({ x: 30.5, y: 45.5 });
  const fetched = sesame('<Sesame><jradeg>33.5</jradeg><jdedeg>+12.25</jdedeg></Sesame>');
  vi.stubGlobal('fetch', fetched);
  expect(await target(viewer(withSky), 'M 51')).toEqual({ x: 33.5, y: 12.25 });
  expect(fetched.mock.calls[0]?.[0]).toContain('SNV?M%2051');
});

test('an unknown name and a service that cannot be reached are told apart', async () => {
  vi.stubGlobal('fetch', sesame('<Sesame></Sesame>'));
  await expect(target(viewer(withSky), 'Vulcan')).rejects.toThrow('No object called “Vulcan”');
  vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('offline')));
  await expect(target(viewer(withSky), 'M 51')).rejects.toThrow('you seem to be offline');
});
