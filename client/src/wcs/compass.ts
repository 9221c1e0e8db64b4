/** Where north and east are at a pixel. */
import { derivative } from './derivative';
import { dot, toVector } from './frames';
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
  const at = (px: number, py: number) => {
    const nearby = sky.pixelToSky(px, py, frame);
    return nearby && toVector(...nearby);
  };
  const [along, up] = [derivative((step) => at(x + step, y)), derivative((step) => at(x, y + step))];
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

function unit([x, y]: Pair): Pair {
  const length = Math.hypot(x, y);
  return [x / length, y / length];
}
