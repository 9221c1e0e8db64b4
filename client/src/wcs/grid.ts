/**
 * World coordinates from a uniform cubic B-spline that the server fitted to unit vectors (or to plain axis values) over
 * the image: for whatever has no formula here (TNX, ZPX, plate solutions, look-up tables). Unit vectors make the poles
 * and 0h/24h harmless. The inverse is Newton's iteration from the nearest node.
 */
import type { GridDescription, Pair } from './types';

type Jet = { value: number[]; dx: number[]; dy: number[] };

/** The four weights of a uniform cubic B-spline at t in [0, 1], and their derivatives. */
function weights(t: number): [number[], number[]] {
  const s = 1 - t;
  return [
    [(s * s * s) / 6, (3 * t * t * t - 6 * t * t + 4) / 6, (3 * s * s * s - 6 * s * s + 4) / 6, (t * t * t) / 6],
    [(-s * s) / 2, (3 * t * t - 4 * t) / 2, (4 * s - 3 * s * s) / 2, (t * t) / 2],
  ];
}

export class SplineGrid {
  constructor(private readonly grid: GridDescription) {}

  /** Unit vector (nearly) or axis values at a pixel; null outside the grid. */
  at(x: number, y: number): number[] | null {
    return this.jet(x, y)?.value ?? null;
  }

  /** Pixel whose value is `target`; null when the grid does not reach it. */
  invert(target: readonly number[]): Pair | null {
    let [x, y] = this.nearestNode(target);
    for (let i = 0; i < 20; i++) {
      const jet = this.jet(x, y);
      if (!jet) return null;
      const [dx, dy] = step(jet, target);
      x -= dx;
      y -= dy;
      if (Math.abs(dx) + Math.abs(dy) < 1e-7) return this.isAt(x, y, target) ? [x, y] : null;
      [x, y] = this.clamp(x, y);
    }
    return null;
  }

  /** Whether the iteration ended at the target, not merely at the place of the grid closest to it. */
  private isAt(x: number, y: number, target: readonly number[]): boolean {
    const jet = this.jet(x, y);
    if (!jet) return false;
    const square = (values: readonly number[]) => values.reduce((sum, v) => sum + v * v, 0);
    const miss = square(jet.value.map((v, k) => v - (target[k] ?? 0)));
    return miss < 0.01 * Math.min(square(jet.dx), square(jet.dy));
  }

  private jet(x: number, y: number): Jet | null {
    const { nodes, origin, step: spacing, components, coefficients } = this.grid;
    const [gx, gy] = [(x - origin[0]) / spacing[0], (y - origin[1]) / spacing[1]];
    if (!(gx >= -1e-9 && gx <= nodes[0] - 1 + 1e-9 && gy >= -1e-9 && gy <= nodes[1] - 1 + 1e-9)) return null;
    const column = Math.max(0, Math.min(nodes[0] - 2, Math.floor(gx)));
    const row = Math.max(0, Math.min(nodes[1] - 2, Math.floor(gy)));
    const [wx, dwx] = weights(gx - column);
    const [wy, dwy] = weights(gy - row);
    const jet: Jet = { value: [], dx: [], dy: [] };
    for (let k = 0; k < components; k++) {
      let [value, dx, dy] = [0, 0, 0];
      for (let j = 0; j < 4; j++) {
        for (let i = 0; i < 4; i++) {
          const c = coefficients[((row + j) * (nodes[0] + 2) + column + i) * components + k] as number;
          value += (wy[j] as number) * (wx[i] as number) * c;
          dx += (wy[j] as number) * (dwx[i] as number) * c;
          dy += (dwy[j] as number) * (wx[i] as number) * c;
        }
      }
      jet.value.push(value);
      jet.dx.push(dx / spacing[0]);
      jet.dy.push(dy / spacing[1]);
    }
    return jet;
  }

  /** The node with the value closest to `target`, searched coarsely. */
  private nearestNode(target: readonly number[]): Pair {
    const { nodes, origin, step: spacing } = this.grid;
    let [best, closest]: [Pair, number] = [[origin[0], origin[1]], Infinity];
    const stride = Math.max(1, Math.ceil(Math.max(...nodes) / 17));
    for (let j = 0; j < nodes[1]; j += stride) {
      for (let i = 0; i < nodes[0]; i += stride) {
        const place: Pair = [origin[0] + i * spacing[0], origin[1] + j * spacing[1]];
        const value = this.at(place[0], place[1]) ?? [];
        const distance = value.reduce((sum, v, k) => sum + (v - (target[k] ?? 0)) ** 2, 0);
        if (distance < closest) [best, closest] = [place, distance];
      }
    }
    return best;
  }

  private clamp(x: number, y: number): Pair {
    const { nodes, origin, step: spacing } = this.grid;
    const inside = (value: number, axis: 0 | 1) =>
      Math.max(origin[axis], Math.min(origin[axis] + (nodes[axis] - 1) * spacing[axis], value));
    return [inside(x, 0), inside(y, 1)];
  }
}

/** Gauss–Newton step: the pixel offset that best explains the difference to the target. */
function step({ value, dx, dy }: Jet, target: readonly number[]): Pair {
  let [xx, xy, yy, xr, yr] = [0, 0, 0, 0, 0];
  value.forEach((v, k) => {
    const [a, b, rest] = [dx[k] as number, dy[k] as number, v - (target[k] ?? 0)];
    xx += a * a;
    xy += a * b;
    yy += b * b;
    xr += a * rest;
    yr += b * rest;
  });
  const determinant = xx * yy - xy * xy;
  return [(xr * yy - yr * xy) / determinant, (yr * xx - xr * xy) / determinant];
}
