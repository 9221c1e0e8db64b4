/**
 * Native spherical coordinates of the projection ↔ celestial unit vectors: a rotation by three Euler angles (paper II,
 * eqs. 2 and 5). The server sends wcslib's solution of LONPOLE, LATPOLE and the fiducial point, so nothing is left to solve.
 */
import { rotate, rotateBack, toVector } from './frames';
import { cosd, halfTurn, R0, sind } from './math';
import type { Matrix, Pair, Vector } from './types';

export class NativeSphere {
  private readonly toCelestialMatrix: Matrix;

  /** `euler`: α_p, 90° − δ_p, φ_p, and cosine and sine of the second. */
  constructor(euler: readonly number[]) {
    const [alpha = 0, , phi = 0, sinDelta = 1, cosDelta = 0] = euler;
    const [ca, sa, cp, sp] = [cosd(alpha), sind(alpha), cosd(phi), sind(phi)];
    // In the frame turned by α_p about the celestial pole: x = sin θ cos δ_p − cos θ sin δ_p cos Δφ, y = −cos θ sin Δφ.
    const x = [-sinDelta * cp, -sinDelta * sp, cosDelta];
    const y = [sp, -cp, 0];
    const z = [cosDelta * cp, cosDelta * sp, sinDelta];
    const blend = (a: number, b: number) => x.map((value, i) => a * value + b * (y[i] as number));
    this.toCelestialMatrix = [...blend(ca, -sa), ...blend(sa, ca), ...z];
  }

  toCelestial(phi: number, theta: number): Vector {
    return rotate(this.toCelestialMatrix, toVector(phi, theta));
  }

  toNative(v: Vector): Pair {
    const [x, y, z] = rotateBack(this.toCelestialMatrix, v);
    const phi = x === 0 && y === 0 ? 0 : halfTurn(Math.atan2(y, x) * R0);
    return [phi, Math.atan2(z, Math.hypot(x, y)) * R0];
  }
}
