import { describe, expect, test } from 'vitest';
import { compass } from './compass';
import { allSky, field } from './descriptions';
import { offsetPosition, positionAngle, separation, skyOffset } from './distance';
import { createSky, type SkyDescription } from './index';
import { applyMap, invertMap } from './pixels';
import type { LinearMap } from './types';

const turned = (degrees: number, mirrored = false): SkyDescription => {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180) * 1e-3, Math.sin((degrees * Math.PI) / 180) * 1e-3];
  const sign = mirrored ? -1 : 1;
  return field(150, 40, 1e-3, {
    cd: [
      [-c * sign, -s],
      [-s * sign, c],
    ],
  });
};

describe('the compass', () => {
  test('of a normal image has north up and east left', () => {
    const found = compass(createSky(field(150, 40), 1000, 1000), 500.5, 500.5);
    expect(found?.north).toEqual([expect.closeTo(0, 9), expect.closeTo(1, 9)]);
    expect(found?.east).toEqual([expect.closeTo(-1, 9), expect.closeTo(0, 9)]);
    expect(found?.angle).toBeCloseTo(0, 6);
    expect(found?.isMirrored).toBe(false);
  });

  test('follows the rotation and the mirror', () => {
    expect(compass(createSky(turned(30), 1000, 1000), 500.5, 500.5)?.angle).toBeCloseTo(30, 6);
    expect(compass(createSky(turned(0, true), 1000, 1000), 500.5, 500.5)?.isMirrored).toBe(true);
  });

  test('points along the great circle to the pole of its frame', () => {
    const sky = createSky(field(266.4, -29), 1000, 1000);
    const found = compass(sky, 500.5, 500.5, 'galactic');
    const [l, b] = sky.pixelToSky(500.5, 500.5, 'galactic') ?? [0, 0];
    const [x, y] = sky.skyToPixel(l, b + 1e-4, 'galactic') ?? [0, 0];
    expect(found?.north[0]).toBeCloseTo((x - 500.5) / Math.hypot(x - 500.5, y - 500.5), 5);
  });

  test('is null where there is no sky', () => {
    expect(compass(createSky(allSky('AIT'), 400, 200), 1, 1)).toBeNull();
  });
});

describe('great circles', () => {
  test('tiny, right and antipodal distances are exact', () => {
    expect(separation(10, 20, 10, 20 + 1e-12)).toBeCloseTo(1e-12, 14);
    expect(separation(0, 0, 90, 0)).toBe(90);
    expect(separation(10, 90, 200, -90)).toBe(180);
    expect(separation(359.5, 0, 0.5, 0)).toBeCloseTo(1, 12);
  });

  test('position angles go from north to east', () => {
    expect(positionAngle(10, 20, 10, 21)).toBeCloseTo(0, 12);
    expect(positionAngle(10, 0, 11, 0)).toBeCloseTo(90, 12);
    expect(positionAngle(10, 20, 10, 19)).toBeCloseTo(180, 12);
    expect(positionAngle(0.5, 0, 359.5, 0)).toBeCloseTo(270, 12);
  });

  test('an offset leads where distance and angle say', () => {
    const [lon, lat] = offsetPosition(350, 60, 15, 70);
    expect(separation(350, 60, lon, lat)).toBeCloseTo(15, 12);
    expect(positionAngle(350, 60, lon, lat)).toBeCloseTo(70, 10);
  });
});

test('offsets from a position keep distance and direction, at the pole and across 0h too', () => {
  for (const [lon, lat] of [
    [350, 60],
    [10, 89.9],
    [200, -30],
  ] as const) {
    const there = offsetPosition(lon, lat, 2, 70);
    const [across, up] = skyOffset(lon, lat, ...there);
    expect(separation(0, 0, across, up)).toBeCloseTo(2, 9);
    expect(positionAngle(0, 0, across, up)).toBeCloseTo(70, 6);
  }
});

test('a linear map of pixels and its inverse cancel', () => {
  const map: LinearMap = [
    [2, 0.1, -24],
    [0.2, -1, 4097],
  ];
  const [x, y] = invertMap(map, ...applyMap(map, 12.5, 99));
  expect(x).toBeCloseTo(12.5, 9);
  expect(y).toBeCloseTo(99, 9);
});
