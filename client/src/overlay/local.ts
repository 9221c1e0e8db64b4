import type { LinearAxes } from '../core/api';
import type { Length, Position, ShapeFrame } from '../core/shapes';
import { isCelestial } from '../core/shapes';
import type { Viewer } from '../core/viewer';

/** The part of a viewer that turns positions into pixels. */
export type Projector = Pick<Viewer, 'pixelAt' | 'wcs' | 'image'>;

/** Around one position: its pixel, and the pixel steps of one arcsec (or pixel) along the axes of a frame. */
export interface LocalFrame {
  readonly x: number;
  readonly y: number;
  /** Pixel step per unit along the first axis of angles (to the west on the sky, x in pixels). */
  readonly u: readonly [number, number];
  /** The same along the second axis (to the north, y). */
  readonly v: readonly [number, number];
  /** Units of `u` and `v`. */
  readonly unit: Length['unit'];
}

/** Half the distance over which the scale is measured, arcsec. */
const STEP = 1;

/** Null where the position is not on the image's projection. */
export function localFrame(projector: Projector, [a, b]: Position, frame: ShapeFrame): LocalFrame | null {
  if (!isCelestial(frame)) return pixelFrame(projector, a, b, frame);
  const at = (east: number, north: number): [number, number] | null => {
    const lat = Math.min(90, Math.max(-90, b + north / 3600));
    const lon = a + east / 3600 / Math.max(Math.cos((b * Math.PI) / 180), 1e-6);
    return projector.pixelAt(lon, lat, frame);
  };
  const here = at(0, 0);
  if (!here) return null;
  const [east, west, north, south] = [at(STEP, 0), at(-STEP, 0), at(0, STEP), at(0, -STEP)];
  const u = slope(west, east, here);
  const v = slope(north, south, here);
  return u && v ? { x: here[0], y: here[1], u, v, unit: 'arcsec' } : null;
}

type Pixel = readonly [number, number] | null;

/** Per unit from the second to the first; one-sided where one of them has no pixel. */
function slope(ahead: Pixel, behind: Pixel, here: readonly [number, number]): [number, number] | null {
  const from = behind ?? here;
  const to = ahead ?? here;
  const length = (ahead ? STEP : 0) + (behind ? STEP : 0);
  return length > 0 ? [(to[0] - from[0]) / length, (to[1] - from[1]) / length] : null;
}

function pixelFrame({ wcs }: Projector, a: number, b: number, frame: ShapeFrame): LocalFrame | null {
  const axes = frame === 'physical' ? wcs?.physical : frame === 'detector' ? wcs?.detector : null;
  const { scale, offset }: LinearAxes = axes ?? { scale: [1, 1], offset: [0, 0] };
  if (scale[0] === 0 || scale[1] === 0) return null;
  return {
    x: (a - offset[0]) / scale[0],
    y: (b - offset[1]) / scale[1],
    u: [1 / scale[0], 0],
    v: [0, 1 / scale[1]],
    unit: 'pixel',
  };
}

/** Arcsec (or pixels of the frame) that a length is, along this frame. */
export function inUnits({ value, unit }: Length, frame: LocalFrame): number {
  if (unit === frame.unit) return value;
  const perUnit = Math.sqrt(Math.abs(frame.u[0] * frame.v[1] - frame.u[1] * frame.v[0]));
  return unit === 'pixel' ? value / (perUnit || 1) : value;
}
