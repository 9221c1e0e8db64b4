/** Trigonometry in degrees, exact at multiples of 90°, and the root finder that iterative projections share. */
import type { Pair } from './types';

export const DEGREE = Math.PI / 180;
/** Radius of the generating sphere in degrees, r₀ of paper II. */
export const R0 = 180 / Math.PI;
/** How far rounding may push a coordinate over the edge of its domain. */
export const EDGE = 1e-10;

const SINE_OF_QUARTERS = [0, 1, 0, -1];

export function sind(angle: number): number {
  const quarters = angle / 90;
  if (Number.isInteger(quarters)) return SINE_OF_QUARTERS[((quarters % 4) + 4) % 4] as number;
  return Math.sin(angle * DEGREE);
}

export function cosd(angle: number): number {
  const quarters = angle / 90;
  if (Number.isInteger(quarters)) return SINE_OF_QUARTERS[(((quarters + 1) % 4) + 4) % 4] as number;
  return Math.cos(angle * DEGREE);
}

export const tand = (angle: number): number => sind(angle) / cosd(angle);
export const atand = (value: number): number => Math.atan(value) * R0;
export const atan2d = (y: number, x: number): number => Math.atan2(y, x) * R0;

/** Clipped at ±1 when rounding went over; NaN beyond that. */
export const asind = (value: number): number => Math.asin(clipUnit(value)) * R0;
export const acosd = (value: number): number => Math.acos(clipUnit(value)) * R0;

function clipUnit(value: number): number {
  return Math.abs(value) > 1 && Math.abs(value) < 1 + EDGE ? Math.sign(value) : value;
}

/** Into [0, 360). */
export function turn(angle: number): number {
  const a = angle % 360;
  return a < 0 ? (a + 360) % 360 : a;
}

/** Into (−180, 180]. */
export function halfTurn(angle: number): number {
  const a = turn(angle);
  return a > 180 ? a - 360 : a;
}

/** Native coordinates when they are on the sphere; a rounding beyond ±180 or ±90 is pulled back. */
export function onSphere(phi: number, theta: number): Pair | null {
  if (!(Math.abs(phi) <= 180 + EDGE && Math.abs(theta) <= 90 + EDGE)) return null;
  return [Math.max(-180, Math.min(180, phi)), Math.max(-90, Math.min(90, theta))];
}

/**
 * Root of `f` in [low, high]: Newton's steps while they stay inside the bracket and help, bisection otherwise.
 * NaN when `f` has the same sign at both ends.
 */
export function findRoot(
  f: (t: number) => number,
  derivative: (t: number) => number,
  low: number,
  high: number,
  start = (low + high) / 2,
): number {
  const rising = f(high) >= f(low);
  const signed = rising ? f : (t: number) => -f(t);
  if (signed(low) > 0 || signed(high) < 0) return NaN;
  let [a, b, t] = [low, high, Math.min(high, Math.max(low, start))];
  for (let i = 0; i < 100; i++) {
    const value = signed(t);
    if (value === 0) return t;
    if (value > 0) b = t;
    else a = t;
    const newton = t - f(t) / derivative(t);
    const next = newton > a && newton < b ? newton : (a + b) / 2;
    if (Math.abs(next - t) <= 2e-16 * Math.abs(t)) return next;
    t = next;
  }
  return t;
}
