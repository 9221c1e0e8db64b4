import { expect, test } from 'vitest';
import { dotBitmap } from './dots';

const opaque = (bytes: Uint8ClampedArray): number[] =>
  Array.from({ length: bytes.length / 4 }, (_, k) => k).filter((k) => bytes[4 * k + 3] === 255);

test('a dot covers the pixels around its place, and is cut off at the edges', () => {
  const whole = { width: 6, rows: 4, top: 0 };
  expect(opaque(dotBitmap([3], [2], 2, whole))).toEqual([8, 9, 14, 15]);
  expect(opaque(dotBitmap([0, 6], [0, 4], 2, whole))).toEqual([0, 23]);
  expect(opaque(dotBitmap([-50, 1e9, Number.NaN], [2, 2, 2], 2, whole))).toEqual([]);
});

test('dots that let the image through hide more where they lie upon each other', () => {
  const bytes = dotBitmap([1, 1, 4], [1, 1, 1], 1, { width: 6, rows: 2, top: 0, opacity: 0.5 });
  const at = (x: number): number => bytes[4 * x + 3] ?? 0;
  const seen = Array.from({ length: 12 }, (_, k) => at(k)).filter((one) => one > 0);
  expect(seen.sort((a, b) => a - b)).toEqual([128, 192]);
});

test('bands hold together what one bitmap holds', () => {
  const [x, y] = [
    Array.from({ length: 40 }, (_, k) => (k * 7.3) % 31),
    Array.from({ length: 40 }, (_, k) => (k * 3.7) % 23),
  ];
  const whole = dotBitmap(x, y, 3, { width: 30, rows: 20, top: 0 });
  const bands = [0, 7, 14].map((top) => [...dotBitmap(x, y, 3, { width: 30, rows: Math.min(7, 20 - top), top })]);
  expect(bands.flat()).toEqual([...whole]);
});
