/** How a position changes from pixel to pixel. */
import type { Vector } from './types';

/**
 * Change per unit step of a unit vector: from half a step before to half a step after, or from the side that has a sky at
 * the edge of a map. Null where neither has.
 */
export function derivative(at: (step: number) => readonly number[] | null): Vector | null {
  const [before, here, after] = [at(-0.5), at(0), at(0.5)];
  const [from, to, width] = before && after ? [before, after, 1] : after ? [here, after, 0.5] : [before, here, 0.5];
  if (!from || !to) return null;
  const change = (i: number) => ((to[i] as number) - (from[i] as number)) / width;
  return [change(0), change(1), change(2)];
}
