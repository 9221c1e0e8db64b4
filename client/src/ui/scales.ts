/** How a slider's track maps to values. */
export type ScaleName = 'linear' | 'log' | 'asinh';

export interface Scale {
  /** Position on the track, 0…1, of a value. */
  toTrack(value: number): number;
  /** Value at a position on the track. */
  toValue(position: number): number;
}

/**
 * A scale from `min` to `max`. `log` needs 0 < min; `asinh` is logarithmic in both directions away from zero, linear
 * within 1/1000 of the larger end.
 */
export function makeScale(name: ScaleName, min: number, max: number): Scale {
  const forward = forwardOf(name, min, max);
  const backward = backwardOf(name, min, max);
  const low = forward(min);
  const span = forward(max) - low || 1;
  return {
    toTrack: (value) => clamp((forward(value) - low) / span, 0, 1),
    toValue: (position) => clamp(backward(low + clamp(position, 0, 1) * span), min, max),
  };
}

function forwardOf(name: ScaleName, min: number, max: number): (v: number) => number {
  if (name === 'log') return (v) => Math.log(Math.max(v, min));
  if (name === 'asinh') return (v) => Math.asinh(v / softening(min, max));
  return (v) => v;
}

function backwardOf(name: ScaleName, min: number, max: number): (t: number) => number {
  if (name === 'log') return Math.exp;
  if (name === 'asinh') return (t) => Math.sinh(t) * softening(min, max);
  return (t) => t;
}

function softening(min: number, max: number): number {
  return Math.max(Math.abs(min), Math.abs(max)) / 1000 || 1;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

/** The nearest multiple of `step` counted from `origin`, free of binary noise. */
export function snap(value: number, step: number, origin = 0): number {
  if (!(step > 0)) return value;
  const digits = Math.max(0, Math.ceil(-Math.log10(step)) + 2);
  return Number((origin + Math.round((value - origin) / step) * step).toFixed(Math.min(digits, 12)));
}
