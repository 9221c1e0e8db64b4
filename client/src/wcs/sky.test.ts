import { describe, expect, test } from 'vitest';
import { allSky, field, linear } from './descriptions';
import { createSky, type GridDescription, type Pair, type SkyDescription } from './index';

/** The spline that reproduces x ↦ lon, y ↦ lat exactly, because both are linear: its coefficients are its values. */
function linearGrid(nodes: number, step: number): GridDescription {
  const coefficients: number[] = [];
  for (let j = -1; j <= nodes; j++) {
    for (let i = -1; i <= nodes; i++)
      coefficients.push(10 + 0.5 * (0.5 + i * step - 500.5), -200 + 2 * (0.5 + j * step - 500.5));
  }
  return { nodes: [nodes, nodes], origin: [0.5, 0.5], step: [step, step], components: 2, coefficients, error: 0 };
}

const unknown = (more: Partial<SkyDescription>): SkyDescription => ({ ...field(10, 20), projection: '', ...more });

describe('a sky picks the first way of computing that passes its check', () => {
  test('the formula, when it gives the server’s points', () => {
    const sky = createSky(field(10, 20), 1000, 1000);
    expect(sky.method).toBe('formula');
    expect(sky.error).toBeLessThan(1e-9);
    expect(sky.pixelToSky(500.5, 500.5)).toEqual([expect.closeTo(10, 12), expect.closeTo(20, 12)]);
  });

  test('the grid, when the formula is wrong or there is none', () => {
    const wrong: SkyDescription = { ...linear, crval: [10, -201], grid: linearGrid(9, 125) };
    const sky = createSky(wrong, 1000, 1000);
    expect(sky.method).toBe('grid');
    expect(sky.pixelToSky(500.5, 500.5, 'native')).toEqual([expect.closeTo(10, 9), expect.closeTo(-200, 9)]);
    expect(sky.skyToPixel(35, -100, 'native')).toEqual([expect.closeTo(550.5, 6), expect.closeTo(550.5, 6)]);
    expect(sky.skyToPixel(35, 9000, 'native')).toBeNull();
    expect(sky.pixelToSky(-5, 500, 'native')).toBeNull();
  });

  test('the server, when nothing here agrees with it', async () => {
    const asked: unknown[] = [];
    const server = {
      sky: async (pixels: readonly Pair[], frame: string) => {
        asked.push(pixels, frame);
        return [[1, 2] as Pair];
      },
      pixel: async () => [null],
    };
    const sky = createSky(unknown({}), 1000, 1000, server);
    expect(sky.method).toBe('server');
    expect(sky.error).toBe(Infinity);
    expect(sky.pixelToSky(5, 5)).toBeNull();
    expect(await sky.pixelToSkyAsync(5, 6, 'galactic')).toEqual([1, 2]);
    expect(asked).toEqual([[[5, 6]], 'galactic']);
    expect(await sky.skyToPixelAsync(1, 2)).toBeNull();
    expect(sky.pixelScale(5, 5)).toBeCloseTo(3.6);
  });

  test('an error of more than a hundredth of a pixel counts as wrong', () => {
    const off = (pixels: number) => field(10, 20, 1e-3, { checks: [[500.5, 500.5, 10, 20 + pixels * 1e-3]] });
    expect(createSky(off(0.009), 1000, 1000).method).toBe('formula');
    expect(createSky(off(0.011), 1000, 1000).method).toBe('server');
  });

  test('without a check point nothing is believed', () => {
    expect(createSky(field(10, 20, 1e-3, { checks: [] }), 1000, 1000).method).toBe('server');
  });
});

describe('positions', () => {
  test('are ICRS unless another frame is asked for', () => {
    const sky = createSky({ ...field(266.4, -29), frame: 'galactic' }, 1000, 1000);
    expect(sky.pixelToSky(500.5, 500.5, 'native')).toEqual(sky.pixelToSky(500.5, 500.5, 'icrs'));
    const [l, b] = createSky(field(266.40499, -28.93617), 1000, 1000).pixelToSky(500.5, 500.5, 'galactic') ?? [0, 0];
    expect(Math.min(l, 360 - l)).toBeLessThan(1e-4);
    expect(b).toBeCloseTo(0, 4);
  });

  test('go to a frame and come back', () => {
    const sky = createSky(field(83.6, 22), 1000, 1000);
    for (const frame of ['icrs', 'fk5', 'fk4', 'galactic', 'ecliptic', 'supergalactic', 'native'] as const) {
      const [lon, lat] = sky.pixelToSky(12, 900, frame) as Pair;
      const [x, y] = sky.skyToPixel(lon, lat, frame) as Pair;
      expect(Math.hypot(x - 12, y - 900)).toBeLessThan(1e-7);
    }
  });

  test('are null where there is no sky', () => {
    const sky = createSky(allSky('AIT'), 400, 200);
    expect(sky.pixelToSky(1, 1)).toBeNull();
    expect(sky.skyToPixel(NaN, 0)).toBeNull();
    expect(sky.skyToPixel(0, 91)).toBeNull();
    expect(createSky(field(10, 20), 1000, 1000).skyToPixel(190, -20)).toBeNull();
  });

  test('of axes that are not celestial are only native', () => {
    const sky = createSky(linear, 1000, 1000);
    expect(sky.frame).toBe('other');
    expect(sky.pixelToSky(510.5, 520.5)).toBeNull();
    expect(sky.pixelToSky(510.5, 520.5, 'native')).toEqual([15, -160]);
    expect(sky.skyToPixel(15, -160, 'native')).toEqual([510.5, 520.5]);
    expect(sky.skyToPixel(15, -160)).toBeNull();
    expect(sky.pixelScale(1, 1)).toBeNaN();
  });

  test('around the Sun have longitudes to both sides', () => {
    const sun: SkyDescription = { ...field(0, 0), frame: 'other', title: 'HPLN, HPLT', to_icrs: null };
    const sky = createSky(sun, 1000, 1000);
    expect(sky.pixelToSky(600.5, 500.5, 'native')?.[0]).toBeCloseTo(-0.1, 6);
    expect(sky.pixelToSky(600.5, 500.5)).toBeNull();
    expect(sky.skyToPixel(-0.1, 0, 'native')?.[0]).toBeCloseTo(600.5, 3);
    expect(sky.pixelScale(500, 500)).toBeCloseTo(3.6, 4);
  });
});

test('a chip answers in pixels of its mosaic', () => {
  const chip = field(10, 20, 1e-3, { chip_pixels: { x: [-1, 3000], y: [1, -100] }, checks: [[2499.5, 600.5, 10, 20]] });
  const sky = createSky(chip, 6000, 6000);
  expect(sky.method).toBe('formula');
  expect(sky.skyToPixel(10, 20)).toEqual([expect.closeTo(2499.5, 8), expect.closeTo(600.5, 8)]);
});

test('the pixel scale follows the projection', () => {
  const sky = createSky(allSky('CAR'), 400, 200);
  expect(sky.pixelScale(200.5, 100.5)).toBeCloseTo(3240, 0);
  const at60 = sky.skyToPixel(0, 60) as Pair;
  expect(sky.pixelScale(...at60)).toBeCloseTo(3240 * Math.sqrt(0.5), 0);
});
