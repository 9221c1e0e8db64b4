/** Polyconic and pseudoconic projections, paper II section 5.5: BON, PCO. */
import { atan2d, cosd, EDGE, findRoot, onSphere, R0, sind, tand } from '../math';
import type { ProjectionMaker, ProjectionTable } from './projection';
import { sansonFlamsteed } from './pseudocylindrical';

/** Bonne, eqs. 137–142; with θ₁ = 0 it is Sanson–Flamsteed. */
const bonne: ProjectionMaker = (pv) => {
  const theta1 = pv(1);
  if (theta1 === 0) return sansonFlamsteed(pv);
  const sign = Math.sign(theta1);
  const y0 = R0 / tand(theta1) + theta1;
  return {
    toPlane(phi, theta) {
      const radius = y0 - theta;
      const angle = radius === 0 ? 0 : (R0 * phi * cosd(theta)) / radius;
      return [radius * sind(angle), y0 - radius * cosd(angle)];
    },
    toNative(x, y) {
      const radius = sign * Math.hypot(x, y0 - y);
      const theta = y0 - radius;
      const angle = radius === 0 ? 0 : atan2d(sign * x, sign * (y0 - y));
      const cosine = cosd(theta);
      return onSphere(Math.abs(cosine) < 1e-14 ? 0 : (angle * radius) / (R0 * cosine), theta);
    },
  };
};

/** Polyconic, eqs. 143–147. */
const polyconic: ProjectionMaker = () => ({
  toPlane(phi, theta) {
    if (theta === 0) return [phi, 0];
    const radius = R0 / tand(theta);
    const angle = phi * sind(theta);
    return [radius * sind(angle), theta + radius * (1 - cosd(angle))];
  },
  toNative(x, y) {
    if (Math.abs(y) < 1e-12) return onSphere(x, 0);
    if (Math.abs(y) > 90 - EDGE && Math.abs(x) < 1e-12) return onSphere(0, y);
    const theta = polyconicLatitude(x, y);
    if (Number.isNaN(theta)) return null;
    const tangent = tand(theta) / R0;
    return onSphere(atan2d(x * tangent, 1 - (y - theta) * tangent) / sind(theta), theta);
  },
});

/** θ between 0 and y with x² + (y − θ)² = 2 r₀ (y − θ) cot θ (eq. 146), here multiplied by tan θ to stay finite. */
function polyconicLatitude(x: number, y: number): number {
  const f = (t: number) => {
    const rest = y - t;
    return (x * x + rest * rest) * sind(t) - 2 * R0 * rest * cosd(t);
  };
  const slope = (t: number) => {
    const rest = y - t;
    return ((x * x + rest * rest) * cosd(t) + 2 * R0 * rest * sind(t)) / R0 - 2 * rest * sind(t) + 2 * R0 * cosd(t);
  };
  const end = Math.sign(y) * Math.min(90, Math.abs(y));
  return findRoot(f, slope, Math.min(0, end), Math.max(0, end), y / (1 + (x / (2 * R0)) ** 2));
}

export const polyconics: ProjectionTable = { BON: bonne, PCO: polyconic };
