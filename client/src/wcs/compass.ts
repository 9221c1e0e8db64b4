/** Where north and east are at a pixel. */
import { toVector } from './frames';
import type { Sky } from './sky';
import type { FrameName, Pair, Vector } from './types';

export interface Compass {
  /** Unit vectors in pixels (x right, y up). */
  north: Pair;
  east: Pair;
  /** Degrees from "up" to north, counted to the left (as position angles are on a normal image). */
  angle: number;
  /** East is to the right of north: a mirrored sky. */
  isMirrored: boolean;
}

/** Null where the pixel has no sky. */
export function compass(sky: Sky, x: number, y: number, frame: FrameName = 'icrs'): Compass | null {
  const place = sky.pixelToSky(x, y, frame);
  const along = place && (gradient(sky, x, y, 1, 0, frame) as Vector | null);
  const up = place && (gradient(sky, x, y, 0, 1, frame) as Vector | null);
  if (!place || !along || !up) return null;
  const [lon, lat] = [(place[0] * Math.PI) / 180, (place[1] * Math.PI) / 180];
  const eastward: Vector = [-Math.sin(lon), Math.cos(lon), 0];
  const northward: Vector = [-Math.sin(lat) * Math.cos(lon), -Math.sin(lat) * Math.sin(lon), Math.cos(lat)];
  // Jacobian of (east, north) by (x, y); its inverse applied to the two unit vectors.
  const [ex, ey, nx, ny] = [dot(eastward, along), dot(eastward, up), dot(northward, along), dot(northward, up)];
  const determinant = ex * ny - ey * nx;
  if (!determinant) return null;
  const north = unit([-ey / determinant, ex / determinant]);
  const east = unit([ny / determinant, -nx / determinant]);
  return { north, east, angle: (Math.atan2(-north[0], north[1]) * 180) / Math.PI, isMirrored: determinant > 0 };
}

/** Change of the unit vector along one axis, from whatever side has a sky. */
function gradient(sky: Sky, x: number, y: number, dx: number, dy: number, frame: FrameName): Vector | null {
  const at = (step: number) => {
    const place = sky.pixelToSky(x + step * dx, y + step * dy, frame);
    return place && toVector(...place);
  };
  const [before, here, after] = [at(-0.5), at(0), at(0.5)];
  const [a, b, width] = before && after ? [before, after, 1] : after ? [here, after, 0.5] : [before, here, 0.5];
  if (!a || !b) return null;
  return [(b[0] - a[0]) / width, (b[1] - a[1]) / width, (b[2] - a[2]) / width];
}

const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

function unit([x, y]: Pair): Pair {
  const length = Math.hypot(x, y);
  return [x / length, y / length];
}
