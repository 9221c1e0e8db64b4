import { describe, expect, test } from 'vitest';
import { formatAngle, formatLatitude, formatLongitude, formatPosition, formatSky, inDegrees } from './format';
import { parsePosition } from './parse';

describe('sexagesimal', () => {
  test('right ascension is in hours, other longitudes in degrees', () => {
    expect(formatSky(153.18875, -45.297222222, 'icrs')).toEqual(['10:12:45.300', '-45:17:50.00']);
    expect(formatSky(153.18875, -45.297222222, 'galactic')).toEqual(['153:11:19.50', '-45:17:50.00']);
    expect(formatSky(153.18875, 45.5, 'fk5', { style: 'letters' })).toEqual(['10h12m45.300s', '+45°30′00.00″']);
  });

  test('never shows 60 seconds or 60 minutes', () => {
    expect(formatSky(14.9999999999, 29.9999999999, 'icrs')).toEqual(['01:00:00.000', '+30:00:00.00']);
    expect(formatSky(0, 0.0166666, 'icrs', { digits: 0 })[1]).toBe('+00:01:00');
  });

  test('24 hours and 360 degrees are 0, and −0 is +0', () => {
    expect(formatSky(359.99999999999, -1e-9, 'icrs')).toEqual(['00:00:00.000', '+00:00:00.00']);
    expect(formatSky(359.99999999999, -1e-9, 'galactic', { sexagesimal: false })).toEqual(['0.000000', '+0.000000']);
  });

  test('keeps the sign of small negative latitudes', () => {
    expect(formatSky(0, -0.5, 'icrs')[1]).toBe('-00:30:00.00');
  });

  test('the pixel scale chooses the digits', () => {
    expect(formatSky(10, 20, 'icrs', { pixelScale: 0.002 })).toEqual(['00:40:00.00000', '+20:00:00.0000']);
    expect(formatSky(10, 20, 'icrs', { pixelScale: 60 })).toEqual(['00:40:00.0', '+20:00:00']);
    expect(formatSky(10, 20, 'icrs', { pixelScale: 0.2, sexagesimal: false })).toEqual(['10.000000', '+20.000000']);
  });

  test('what was written can be read again', () => {
    for (let i = 0; i < 500; i++) {
      const [lon, lat] = [Math.random() * 360, Math.random() * 180 - 90];
      for (const sexagesimal of [true, false]) {
        const position = parsePosition(formatPosition(lon, lat, 'fk5', { sexagesimal, digits: 6 }), 'fk5');
        expect(position.kind).toBe('sky');
        if (position.kind === 'sky') expect(Math.abs(position.lat - lat)).toBeLessThan(1e-6);
      }
    }
  });
});

test('right ascensions are in hours and all else in degrees, unless somebody chose', () => {
  expect((['icrs', 'fk5', 'fk4'] as const).map((frame) => inDegrees(null, frame))).toEqual([false, false, false]);
  expect((['galactic', 'ecliptic', 'supergalactic'] as const).map((frame) => inDegrees(null, frame))).toEqual([
    true,
    true,
    true,
  ]);
  expect([inDegrees(true, 'icrs'), inDegrees(false, 'galactic')]).toEqual([true, false]);
});

test('angles take the unit of their size', () => {
  expect(formatAngle(12.345)).toBe('12.3°');
  expect(formatAngle(0.5)).toBe('30′');
  expect(formatAngle(0.001)).toBe('3.6″');
  expect(formatAngle(0.00001)).toBe('36 mas');
});

test('labels are as short as the step allows', () => {
  expect(formatLongitude(157.5, 'icrs', 7.5)).toBe('10h30m');
  expect(formatLongitude(157.5, 'galactic', 0.5)).toBe('157°30′');
  expect(formatLongitude(360, 'icrs', 15)).toBe('0h');
  expect([formatLongitude(157.5, 'icrs', 0.05, true), formatLongitude(-1, 'galactic', 10, true)]).toEqual([
    '157.50°',
    '359°',
  ]);
  expect([formatLatitude(-0.5, 0.1, true), formatLatitude(1e-9, 0.1, true), formatLatitude(2, 1, true)]).toEqual([
    '−0.5°',
    '0.0°',
    '+2°',
  ]);
  expect(formatLatitude(-30, 10)).toBe('−30°');
  expect(formatLatitude(0, 10)).toBe('0°');
  expect(formatLatitude(30.0025, 5 / 3600)).toBe('+30°00′09″');
  expect(formatLatitude(30.00025, 0.5 / 3600)).toBe('+30°00′00.9″');
});
