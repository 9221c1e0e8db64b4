import { expect, test } from 'vitest';
import type { CardRow } from '../core/api';
import { channelCards, pixelSizeOf, surfaceBrightness, zeroPointOf } from './photometry';

const cards = (values: Record<string, number | string>): CardRow[] =>
  Object.entries(values).map(([k, v]) => [k, v, '']);

test('one AB zero flux per square arcsec is magnitude zero, whatever the unit', () => {
  const zeroFlux = 10 ** (-8.9 / -2.5);
  const jansky = zeroPointOf([], 'Jy');
  expect(jansky && surfaceBrightness(zeroFlux, jansky, 1)).toBeCloseTo(0, 12);
  const surface = zeroPointOf([], 'MJy/sr');
  const steradian = ((180 * 3600) / Math.PI) ** 2;
  expect(surface && surfaceBrightness((zeroFlux * steradian) / 1e6, surface, null)).toBeCloseTo(0, 9);
});

test('a pixel of half an arcsec with the same flux is brighter by 1.505 mag per square arcsec', () => {
  const zero = zeroPointOf(cards({ PHOTZP: 25 }), 'adu');
  expect(zero && surfaceBrightness(1, zero, 1)).toBe(25);
  expect(zero && surfaceBrightness(1, zero, 0.5)).toBeCloseTo(23.4949, 3);
});

test("Hubble's keywords give the AB zero point of ACS/WFC F814W", () => {
  const zero = zeroPointOf(cards({ PHOTFLAM: 7.0332e-20, PHOTPLAM: 8045.5 }), 'ELECTRONS/S');
  expect(zero?.magnitude).toBeCloseTo(25.946, 2);
  expect(zero?.system).toBe('AB');
});

test('without a zero point, a pixel scale or flux there is no magnitude', () => {
  expect(zeroPointOf([], 'adu')).toBeNull();
  const zero = zeroPointOf(cards({ MAGZERO: '25.1' }), '');
  expect(zero).toMatchObject({ magnitude: 25.1, source: 'MAGZERO' });
  expect(zero && surfaceBrightness(1, zero, null)).toBeNull();
  expect(zero && surfaceBrightness(-1, zero, 1)).toBeNull();
});

test('the area of a pixel may stand in the header', () => {
  expect(pixelSizeOf(cards({ PIXAR_A2: 0.0025 }))).toBeCloseTo(0.05, 12);
  expect(pixelSizeOf(cards({ PIXAR_SR: 0.0025 / ((180 * 3600) / Math.PI) ** 2 }))).toBeCloseTo(0.05, 12);
  expect(pixelSizeOf(cards({ PIXAR_A2: 0 }))).toBeNull();
});

test('each of several files speaks for its own channel', () => {
  const hdu = (zero: number) => ({ hdu: 0, cards: cards({ PHOTZP: zero }) });
  const header = { cards: cards({ PHOTZP: 1 }), hdus: [hdu(25), hdu(26)] };
  expect(zeroPointOf(channelCards(header, 2, 2), 'adu')?.magnitude).toBe(26);
  expect(zeroPointOf(channelCards({ ...header, hdus: [hdu(25)] }, 2, 3), 'adu')?.magnitude).toBe(1);
  expect(zeroPointOf(channelCards(header, 1, 1), 'adu')?.magnitude).toBe(1);
});
