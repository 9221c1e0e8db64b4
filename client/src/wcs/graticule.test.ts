import { describe, expect, test } from 'vitest';
import type { Box } from './curve';
import { allSky, field, linear } from './descriptions';
import { separation } from './distance';
import { graticule } from './graticule';
import { createSky, type Pair, type SkyDescription } from './index';

const whole: Box = [0.5, 0.5, 1000.5, 1000.5];
const map: Box = [0.5, 0.5, 400.5, 200.5];
const skyOf = (description: SkyDescription) => createSky(description, 1000, 1000);

/** Every vertex lies on its meridian or parallel, and inside the box. */
function expectTrue(description: SkyDescription, box: Box): ReturnType<typeof graticule> {
  const sky = skyOf(description);
  const result = graticule(sky, box, { frame: 'icrs' });
  for (const { kind, value, paths } of result.lines) {
    for (const [x, y] of paths.flat()) {
      expect(x).toBeGreaterThanOrEqual(box[0]);
      expect(y).toBeLessThanOrEqual(box[3]);
      const [lon, lat] = sky.pixelToSky(x, y, 'icrs') ?? [value, value];
      const miss = kind === 'lat' ? Math.abs(lat - value) : separation(lon, lat, value, lat);
      expect((miss * 3600) / sky.pixelScale(500, 500) || 0).toBeLessThan(1);
    }
  }
  return result;
}

describe('a small field', () => {
  test('has a few meridians in minutes or seconds of time and parallels in arcminutes', () => {
    const { lines, lonStep, latStep } = expectTrue(field(150, 20), whole);
    const labels = lines.map(({ label }) => label);
    expect(latStep * 60).toBeCloseTo(10);
    expect((lonStep / 15) * 60).toBeCloseTo(1);
    expect(lines.filter(({ kind }) => kind === 'lat').length).toBeGreaterThan(3);
    expect(labels).toContain('10h00m');
    expect(labels).toContain('+20°00′');
  });

  test('across 0h has no gap and no second copy', () => {
    const { lines } = expectTrue(field(0, 0), whole);
    const labels = lines.filter(({ kind }) => kind === 'lon').map(({ label }) => label);
    expect(labels).toContain('0h00m');
    expect(labels).toContain('23h59m');
    expect(new Set(labels).size).toBe(labels.length);
  });

  test('with the pole inside draws all meridians and round parallels', () => {
    const { lines, lonStep } = expectTrue(field(30, 90), whole);
    expect(lonStep).toBeGreaterThanOrEqual(30);
    expect(lines.filter(({ kind }) => kind === 'lon').length).toBe(360 / lonStep);
    const parallels = lines.filter(({ kind }) => kind === 'lat');
    expect(parallels.length).toBeGreaterThan(2);
  });

  test('is followed into any part of the image', () => {
    const zoomed: Box = [700, 700, 710, 710];
    const { lines, latStep } = expectTrue(field(150, 20), zoomed);
    expect(latStep * 3600).toBeCloseTo(10);
    expect(lines.length).toBeGreaterThan(4);
  });

  test('takes any frame', () => {
    const sky = skyOf(field(266.4, -29));
    const { lines } = graticule(sky, whole, { frame: 'galactic' });
    expect(lines.length).toBeGreaterThan(4);
    for (const { kind, value, paths } of lines) {
      const [x, y] = (paths[0] as Pair[])[0] as Pair;
      const [l, b] = sky.pixelToSky(x, y, 'galactic') as Pair;
      expect(kind === 'lon' ? Math.abs(((l - value + 540) % 360) - 180) : Math.abs(b - value)).toBeLessThan(1e-3);
    }
  });
});

test('in decimal degrees the lines stand at tenths, or at degrees that divide the circle', () => {
  const near = graticule(skyOf(field(266.4, -29)), whole, { frame: 'galactic', decimal: true });
  expect([near.lonStep, near.latStep]).toEqual([0.2, 0.2]);
  expect(near.lines.map(({ label }) => label)).toContain('0.0°');
  const all = graticule(skyOf(allSky('CAR')), map, { frame: 'galactic', decimal: true });
  expect(360 % all.lonStep).toBe(0);
});

describe('the whole sky', () => {
  test.each(['AIT', 'MOL', 'CAR', 'SFL', 'HPX'])('%s: no line jumps across the map', (projection) => {
    const pv = projection === 'HPX' ? [0, 4, 3] : [];
    const { lines } = expectTrue(allSky(projection, { pv }), map);
    expect(lines.filter(({ kind }) => kind === 'lon').length).toBeGreaterThan(3);
    for (const path of lines.flatMap(({ paths }) => paths)) {
      for (let i = 1; i < path.length; i++) {
        const [a, b] = [path[i - 1] as Pair, path[i] as Pair];
        const [m, sky] = [[(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] as Pair, skyOf(allSky(projection, { pv }))];
        if (Math.hypot(a[0] - b[0], a[1] - b[1]) > 20) expect(sky.pixelToSky(...m)).not.toBeNull();
      }
    }
  });
});

test('axes that are no angles get round numbers', () => {
  const { lines, lonStep } = graticule(skyOf(linear), whole);
  expect(lonStep).toBe(100);
  expect(lines.length).toBeGreaterThan(6);
  expect(lines.map(({ label }) => label)).toContain('-200');
});

test('where there is no sky there is no graticule', () => {
  expect(graticule(skyOf(allSky('AIT')), [0.5, 0.5, 5, 5]).lines).toEqual([]);
  expect(graticule(skyOf({ ...field(1, 2), projection: '' }), whole).lines).toEqual([]);
});
