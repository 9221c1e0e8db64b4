import { describe, expect, it } from 'vitest';
import { plainShape, type Shape } from '../core/shapes';
import type { ViewTransform } from '../core/viewer';
import { CatalogLayer, symbolRadii } from './catalog-layer';
import { inUnits, localFrame, type Projector } from './local';
import { MarkLayer } from './mark-layer';
import { RegionLayer } from './region-layer';

/** 2″ a pixel, north up, east left, around (10°, 20°) at pixel (100, 100). */
const SCALE = 2;
const projector: Projector = {
  image: null,
  wcs: { sky: null, chips: [], physical: { scale: [2, 2], offset: [10, 20] } },
  pixelAt: (lon, lat) => [
    100 - ((lon - 10) * Math.cos((20 * Math.PI) / 180) * 3600) / SCALE,
    100 + ((lat - 20) * 3600) / SCALE,
  ],
};

const view = (scale = 1): ViewTransform => ({
  scale,
  box: [0.5, 0.5, 200.5, 200.5],
  width: 200 * scale,
  height: 200 * scale,
  devicePixelRatio: 1,
  toScreen: (x, y) => ({ x: x * scale, y: (200 - y) * scale }),
  fromScreen: (px, py) => ({ x: px / scale, y: 200 - py / scale }),
});

/** Counts what is drawn. */
function recorder(): { context: CanvasRenderingContext2D; calls: string[] } {
  const calls: string[] = [];
  const context = new Proxy(
    {},
    {
      get: (_, name) => (name === 'canvas' ? { width: 0, height: 0 } : () => calls.push(String(name))),
      set: () => true,
    },
  ) as CanvasRenderingContext2D;
  return { context, calls };
}

describe('local frame', () => {
  it('measures the scale on the sky: west and north as steps in pixels', () => {
    const local = localFrame(projector, [10, 20], 'icrs');
    expect(local?.x).toBeCloseTo(100);
    expect(local?.u[0]).toBeCloseTo(1 / SCALE, 6);
    expect(local?.v[1]).toBeCloseTo(1 / SCALE, 6);
    if (local) expect(inUnits({ value: 5, unit: 'pixel' }, local)).toBeCloseTo(5 * SCALE, 5);
  });

  it('undoes the physical coordinates of the header', () => {
    expect(localFrame(projector, [30, 60], 'physical')).toMatchObject({ x: 10, y: 20, unit: 'pixel' });
  });
});

describe('catalogue layer', () => {
  const sources = {
    x: Float64Array.of(10, 50, Number.NaN, 150),
    y: Float64Array.of(10, 50, 20, 150),
    radius: new Float32Array(4).fill(6),
  };

  it('leaves out what has no place, finds what is in a box and what is nearest', () => {
    const layer = new CatalogLayer('a', sources, '#ff0000');
    expect(layer.length).toBe(3);
    expect(layer.inside(0, 0, 60, 60).sort()).toEqual([0, 1]);
    expect(layer.pick(151, 149, 5)?.item).toBe(3);
    expect(layer.pick(100, 100, 5)).toBeNull();
  });

  it('draws rings, and dots when there are too many for rings', () => {
    const few = recorder();
    new CatalogLayer('a', sources, '#fff').draw(few.context, view());
    expect(few.calls.filter((call) => call === 'arc')).toHaveLength(3);
    const count = 2000;
    const many = {
      x: new Float64Array(count).fill(100),
      y: new Float64Array(count).fill(100),
      radius: new Float32Array(count),
    };
    const crowd = recorder();
    new CatalogLayer('b', many, '#fff').draw(crowd.context, view());
    expect(crowd.calls).toContain('getTransform'); // what dots.ts asks first
    expect(crowd.calls).not.toContain('arc');
  });

  it('draws smaller rings where sources crowd, and the same while the map is dragged', () => {
    const grid = Array.from({ length: 100 }, (_, k) => [10 + 20 * (k % 10), 10 + 20 * Math.floor(k / 10)] as const);
    const many = {
      x: Float64Array.from(grid, ([x]) => x),
      y: Float64Array.from(grid, ([, y]) => y),
      radius: new Float32Array(100).fill(10),
    };
    const layer = new CatalogLayer('c', many, '#fff');
    const radii = (at: ViewTransform): number[] => {
      const found: number[] = [];
      const { context } = recorder();
      const arc = (_x: number, _y: number, radius: number): number => found.push(Number(radius.toFixed(2)));
      layer.draw(new Proxy(context, { get: (of, name) => (name === 'arc' ? arc : Reflect.get(of, name)) }), at);
      return [...new Set(found)];
    };
    expect(radii(view(4))).toEqual([10]);
    const crowded = radii(view());
    expect(crowded).toHaveLength(1);
    expect(crowded[0]).toBeLessThan(7);
    expect(radii({ ...view(), box: [150, 150, 350, 350] })).toEqual(crowded);
  });

  it('draws ellipses true to size when they are large enough', () => {
    const big = {
      ...sources,
      a: new Float64Array(4).fill(9),
      b: new Float64Array(4).fill(4),
      angle: new Float64Array(4),
    };
    const { context, calls } = recorder();
    new CatalogLayer('a', big, '#fff').draw(context, view());
    expect(calls.filter((call) => call === 'ellipse')).toHaveLength(3);
  });

  it('is empty without sources', () => {
    const none = { x: new Float64Array(0), y: new Float64Array(0), radius: new Float32Array(0) };
    const layer = new CatalogLayer('a', none, '#fff');
    layer.draw(recorder().context, view());
    expect(layer.pick(1, 1, 10)).toBeNull();
  });

  it('gives brighter sources larger symbols', () => {
    const radii = symbolRadii(Float64Array.of(10, 15, 20, Number.NaN), 4);
    expect(radii[0]).toBeGreaterThan(radii[1] as number);
    expect(radii[1]).toBeGreaterThan(radii[2] as number);
    expect(radii[3]).toBe(7);
    const fluxes = symbolRadii(Float64Array.of(1, 100), 2, 'linear');
    expect(fluxes[1]).toBeGreaterThan(fluxes[0] as number);
  });
});

describe('region layer', () => {
  const circle: Shape = {
    ...plainShape,
    frame: 'icrs',
    geometry: { kind: 'circle', center: [10, 20], radii: [{ value: 40, unit: 'arcsec' }] },
  };

  it('picks an outline, not the inside', () => {
    const layer = new RegionLayer('r', [circle], projector, '#0f0');
    expect(layer.pick(120, 100, 2)?.item).toBe(0);
    expect(layer.pick(100, 100, 2)).toBeNull();
    expect(layer.anchor(0)?.y).toBeCloseTo(120, 0);
  });

  it('turns boxes from west to north as DS9 does', () => {
    const box: Shape = {
      ...circle,
      geometry: {
        kind: 'box',
        center: [10, 20],
        axes: [
          [
            { value: 80, unit: 'arcsec' },
            { value: 8, unit: 'arcsec' },
          ],
        ],
        angle: 90,
      },
    };
    const layer = new RegionLayer('r', [box], projector, '#0f0');
    expect(layer.pick(100, 120, 1)).not.toBeNull();
    expect(layer.pick(120, 100, 1)).toBeNull();
  });

  it('cuts a line where it leaves a map of the whole sky', () => {
    const whole = { ...projector, image: { width: 100 } } as unknown as Projector;
    const line: Shape = {
      ...plainShape,
      frame: 'image',
      geometry: {
        kind: 'line',
        points: [
          [5, 10],
          [10, 10],
          [95, 10],
          [90, 10],
        ],
      },
    };
    const layer = new RegionLayer('r', [line], whole, '#0f0');
    expect(layer.pick(50, 10, 3)).toBeNull();
    expect(layer.pick(7, 10, 1)).not.toBeNull();
    expect(layer.pick(92, 10, 1)).not.toBeNull();
  });
});

describe('marks', () => {
  it('are picked along the line', () => {
    const layer = new MarkLayer();
    layer.marks = [
      {
        key: 7,
        points: [
          { x: 0, y: 0 },
          { x: 100, y: 0 },
        ],
        color: '#fff',
        label: '',
        chosen: false,
      },
    ];
    expect(layer.pick(50, 2, 3)?.item).toBe(7);
    expect(layer.pick(150, 2, 3)).toBeNull();
  });
});
