/**
 * The check that a sky makes of itself at load: it computes the points that the server computed with astropy, there and
 * back, and says how far off it is.
 */
import { toVector } from './frames';
import type { Mapping } from './mapping';
import { DEGREE } from './math';
import type { SkyDescription } from './types';

/** Beyond this many pixels a way of computing is not used. */
export const WORST_ERROR = 0.01;

/**
 * Worst error in pixels over the check points, forwards and after a round trip; Infinity when one of them is lost. CSC has
 * no round trip: its two directions are separate fits, 24″ apart.
 */
export function checkError(mapping: Mapping, description: SkyDescription): number {
  const toPixels = pixelMeasure(description);
  let worst = 0;
  for (const [x, y, lon, lat] of description.checks) {
    const truth = description.pixel_scale ? toVector(lon, lat) : [lon, lat];
    const world = mapping.toWorld(x, y);
    const back = description.projection === 'CSC' ? ([x, y] as const) : mapping.toPixel(truth);
    const again = back && mapping.toWorld(...back);
    if (!world || !again) return Infinity;
    worst = Math.max(worst, toPixels(world, truth), toPixels(again, truth));
  }
  return description.checks.length ? worst : Infinity;
}

/** Distance of two world positions in pixels, at the scale of the centre. */
function pixelMeasure(description: SkyDescription): (a: readonly number[], b: readonly number[]) => number {
  const { pixel_scale, cd, longitude_axis } = description;
  if (pixel_scale) {
    const perRadian = 3600 / DEGREE / Math.min(...pixel_scale);
    return (a, b) => perRadian * Math.hypot(...a.map((value, i) => value - (b[i] as number)));
  }
  const perAxis = [cd[longitude_axis], cd[1 - longitude_axis] ?? cd[0]].map((row) => Math.hypot(...row));
  return (a, b) => Math.hypot(...a.map((value, i) => (value - (b[i] as number)) / (perAxis[i] as number)));
}
