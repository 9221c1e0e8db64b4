/** Image pixels ↔ physical, detector and amplifier pixels: linear maps that the server reads from LTM/LTV, DTM/DTV, ATM/ATV. */
import type { LinearMap, Pair } from './types';

export function applyMap([[a, b, c], [d, e, f]]: LinearMap, x: number, y: number): Pair {
  return [a * x + b * y + c, d * x + e * y + f];
}

/** Image pixel of a pixel of the other frame. */
export function invertMap([[a, b, c], [d, e, f]]: LinearMap, x: number, y: number): Pair {
  const determinant = a * e - b * d;
  return [(e * (x - c) - b * (y - f)) / determinant, (a * (y - f) - d * (x - c)) / determinant];
}
