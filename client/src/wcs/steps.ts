/** Steps of graticules that people count in: hours and degrees with their minutes and seconds, or 1, 2, 5 and 10. */
import { isEquatorial } from './frames';
import type { FrameName } from './types';

/** Divisors of 60 that read well. */
const PARTS = [30, 20, 15, 10, 5, 2, 1];
/** Both divide the circle: of hours 24, of degrees 360. */
const HOURS = [12, 6, 4, 3, 2, 1];
const DEGREES = [90, 45, 30, 20, 15, 10, 5, 2, 1];

/** Falling steps in units: whole ones, then minutes, seconds and decimals of seconds. */
function sexagesimalSteps(whole: readonly number[]): number[] {
  const seconds = PARTS.filter((part) => part !== 15);
  const decimals = [0, 1, 2, 3, 4, 5].flatMap((power) => [5, 2, 1].map((digit) => (digit / 36000) * 10 ** -power));
  return [...whole, ...PARTS.map((part) => part / 60), ...seconds.map((part) => part / 3600), ...decimals];
}

/** The smallest step that makes at most `lines` of `span`. */
function smallest(steps: readonly number[], span: number, lines: number): number {
  const fitting = steps.filter((step) => span / step <= lines);
  return fitting[fitting.length - 1] ?? (steps[0] as number);
}

export function longitudeStep(span: number, lines: number, frame: FrameName): number {
  return isEquatorial(frame)
    ? 15 * smallest(sexagesimalSteps(HOURS), span / 15, lines)
    : smallest(sexagesimalSteps(DEGREES), span, lines);
}

export const latitudeStep = (span: number, lines: number): number => smallest(sexagesimalSteps(DEGREES), span, lines);

/** Whole degrees that divide the circle, then tenths, hundredths … */
export function degreeStep(span: number, lines: number): number {
  const whole = latitudeStep(span, lines);
  return whole >= 1 ? whole : decimalStep(span, lines);
}

export function decimalStep(span: number, lines: number): number {
  const power = 10 ** Math.floor(Math.log10(span / lines));
  const factor = [1, 2, 5].find((digit) => span / (digit * power) <= lines) ?? 10;
  return factor * power;
}
