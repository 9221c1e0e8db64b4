/** Pseudo-cylindrical projections and Aitoff's, paper II section 5.3: SFL (once called GLS), PAR, MOL, AIT. */
import { asind, atan2d, cosd, findRoot, onSphere, R0, sind } from '../math';
import type { Pair } from '../types';
import type { ProjectionMaker, ProjectionTable } from './projection';

/** φ = x / shrink on a parallel that shrinks to a point at the poles. */
function onParallel(x: number, shrink: number, theta: number): Pair | null {
  if (Math.abs(shrink) > 1e-14) return onSphere(x / shrink, theta);
  return Math.abs(x) < 1e-12 ? onSphere(0, theta) : null;
}

/** Sanson–Flamsteed, eqs. 90–93. */
export const sansonFlamsteed: ProjectionMaker = () => ({
  toPlane: (phi, theta) => [phi * cosd(theta), theta],
  toNative: (x, y) => onParallel(x, cosd(y), y),
});

/** Parabolic, eqs. 94–97. */
const parabolic: ProjectionMaker = () => ({
  toPlane(phi, theta) {
    const s = sind(theta / 3);
    return [phi * (1 - 4 * s * s), 180 * s];
  },
  toNative(x, y) {
    const s = y / 180;
    return onParallel(x, 1 - 4 * s * s, 3 * asind(s));
  },
});

/** Mollweide, eqs. 98–103: 2γ + sin 2γ = π sin θ. */
const mollweide: ProjectionMaker = () => ({
  toPlane(phi, theta) {
    const target = Math.PI * sind(theta);
    const twoGamma =
      Math.abs(theta) >= 90
        ? Math.sign(theta) * Math.PI
        : findRoot(
            (t) => t + Math.sin(t) - target,
            (t) => 1 + Math.cos(t),
            -Math.PI,
            Math.PI,
            target,
          );
    const gamma = twoGamma / 2;
    return [((2 * Math.SQRT2) / Math.PI) * phi * Math.cos(gamma), Math.SQRT2 * R0 * Math.sin(gamma)];
  },
  toNative(x, y) {
    const sine = y / (Math.SQRT2 * R0);
    if (Math.abs(sine) > 1 + 1e-12) return null;
    const cosine = Math.sqrt(Math.max(0, 1 - sine * sine));
    const gamma = Math.atan2(sine, cosine);
    const theta = asind((2 / Math.PI) * (gamma + sine * cosine));
    return onParallel(x, ((2 * Math.SQRT2) / Math.PI) * cosine, theta);
  },
});

/** Hammer–Aitoff, eqs. 104–109. */
const aitoff: ProjectionMaker = () => ({
  toPlane(phi, theta) {
    const cosine = cosd(theta);
    const gamma = R0 * Math.sqrt(2 / (1 + cosine * cosd(phi / 2)));
    return [2 * gamma * cosine * sind(phi / 2), gamma * sind(theta)];
  },
  toNative(x, y) {
    const square = 1 - (x / (4 * R0)) ** 2 - (y / (2 * R0)) ** 2;
    if (square < 0.5 - 1e-12) return null;
    const z = Math.sqrt(square);
    const [along, across] = [2 * square - 1, (z * x) / (2 * R0)];
    const phi = along === 0 && across === 0 ? 0 : 2 * atan2d(across, along);
    return onSphere(phi, atan2d((y * z) / R0, Math.hypot(along, across)));
  },
});

export const pseudocylindrical: ProjectionTable = {
  SFL: sansonFlamsteed,
  PAR: parabolic,
  MOL: mollweide,
  AIT: aitoff,
};
