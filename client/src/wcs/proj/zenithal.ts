/** Zenithal (azimuthal) projections, paper II section 5.1: AZP, SZP, TAN, STG, SIN, ARC, ZPN, ZEA, AIR. */
import { asind, atan2d, atand, cosd, DEGREE, EDGE, findRoot, R0, sind, tand } from '../math';
import type { Pair } from '../types';
import type { Projection, ProjectionMaker, ProjectionTable } from './projection';

/** A projection in which the radius depends on θ only: x = R sin φ, y = −R cos φ (eqs. 12–15). NaN: not in the domain. */
function symmetric(radiusOf: (theta: number) => number, thetaOf: (radius: number) => number): Projection {
  return {
    toPlane(phi, theta) {
      const radius = radiusOf(theta);
      return Number.isFinite(radius) ? [radius * sind(phi), -radius * cosd(phi)] : null;
    },
    toNative(x, y) {
      const radius = Math.hypot(x, y);
      const theta = thetaOf(radius);
      return Number.isNaN(theta) ? null : [radius === 0 ? 0 : atan2d(x, -y), theta];
    },
  };
}

/** Gnomonic, eqs. 54–55: only the hemisphere around the pole. */
const gnomonic: ProjectionMaker = () =>
  symmetric(
    (theta) => (theta > 0 ? (R0 * cosd(theta)) / sind(theta) : NaN),
    (radius) => atan2d(R0, radius),
  );

/** Stereographic, eqs. 56–57. */
const stereographic: ProjectionMaker = () =>
  symmetric(
    (theta) => 2 * R0 * tand((90 - theta) / 2),
    (radius) => 90 - 2 * atand(radius / (2 * R0)),
  );

/** Zenithal equidistant, eqs. 67–68. */
const equidistant: ProjectionMaker = () =>
  symmetric(
    (theta) => 90 - theta,
    (radius) => (radius > 180 + EDGE ? NaN : 90 - Math.min(radius, 180)),
  );

/** Zenithal equal area, eqs. 69–71. */
const equalArea: ProjectionMaker = () =>
  symmetric(
    (theta) => 2 * R0 * sind((90 - theta) / 2),
    (radius) => 90 - 2 * asind(radius / (2 * R0)),
  );

/**
 * Direction whose oblique projection along (ξ, η) hits the plane at (X, Y), in units of r₀.
 *
 * With z = 1 − sin θ the direction is (X − ξz, Y − ηz, 1 − z); that it has length 1 gives a quadratic in z. Its smaller
 * root is the point facing the observer (eqs. 38 and 61). Solved for z rather than for sin θ, it stays exact near the pole.
 */
function obliqueToNative(X: number, Y: number, xi: number, eta: number): Pair | null {
  const a = xi * xi + eta * eta + 1;
  const b = xi * X + eta * Y + 1;
  const c = X * X + Y * Y;
  const discriminant = b * b - a * c;
  if (discriminant < -EDGE || b <= 0) return null;
  const z = c / (b + Math.sqrt(Math.max(0, discriminant)));
  if (z > 2) return null;
  const [l, m] = [X - xi * z, Y - eta * z];
  return [l === 0 && m === 0 ? 0 : atan2d(l, -m), atan2d(1 - z, Math.hypot(l, m))];
}

/** Orthographic and synthesis projection, eqs. 59–66; NCP is SIN with η = cot δ₀. */
const orthographic: ProjectionMaker = (pv) => {
  const [xi, eta] = [pv(1), pv(2)];
  return {
    toPlane(phi, theta) {
      if (theta < -atand(xi * sind(phi) - eta * cosd(phi)) - EDGE) return null;
      const [cosine, z] = [cosd(theta), 1 - sind(theta)];
      return [R0 * (cosine * sind(phi) + xi * z), -R0 * (cosine * cosd(phi) - eta * z)];
    },
    toNative: (x, y) => obliqueToNative(x / R0, y / R0, xi, eta),
  };
};

/** The larger of the two θ ≤ 90° with θ = centre − half or θ = centre + half + 180°. */
function upperSolution(centre: number, half: number): number {
  const [first, second] = [centre - half, centre + half + 180];
  return Math.max(first > 90 ? first - 360 : first, second > 90 ? second - 360 : second);
}

/** Zenithal perspective: point of view at μ radii, plane tilted by γ; eqs. 20–32. */
const perspective: ProjectionMaker = (pv) => {
  const [mu, gamma] = [pv(1), pv(2)];
  const limb = Math.abs(mu) > 1 ? asind(-1 / mu) : -90;
  /** θ below which the direction is behind the limb or beyond the line that the tilted plane cannot reach. */
  const horizon = (tilt: number) => {
    const ratio = mu / Math.hypot(1, tilt);
    return Math.abs(ratio) < 1 ? Math.max(limb, upperSolution(atand(-tilt), asind(ratio))) : limb;
  };
  return {
    toPlane(phi, theta) {
      const tilt = cosd(phi) * tand(gamma);
      const divisor = mu + sind(theta) + cosd(theta) * tilt;
      if (divisor === 0 || theta < horizon(tilt) - EDGE) return null;
      const radius = (R0 * (mu + 1) * cosd(theta)) / divisor;
      return [radius * sind(phi), (-radius * cosd(phi)) / cosd(gamma)];
    },
    toNative(x, y) {
      const yUntilted = y * cosd(gamma);
      const radius = Math.hypot(x, yUntilted);
      if (radius === 0) return [0, 90];
      const rho = radius / (R0 * (mu + 1) + y * sind(gamma));
      const omega = asind((rho * mu) / Math.hypot(rho, 1));
      if (Number.isNaN(omega)) return null;
      return [atan2d(x, -yUntilted), upperSolution(atan2d(1, rho), omega)];
    },
  };
};

/** Slant zenithal perspective: any point of view, plane tangent at the pole; eqs. 33–42. */
const slantPerspective: ProjectionMaker = (pv) => {
  const [mu, phiC, thetaC] = [pv(1), pv(2), pv(3)];
  const xp = -mu * cosd(thetaC) * sind(phiC);
  const yp = mu * cosd(thetaC) * cosd(phiC);
  const zp = mu * sind(thetaC) + 1;
  const diverging = Math.abs(zp - 1) < 1 ? asind(1 - zp) : -90;
  /** The limb as seen from the point of view. wcslib hides some 3° more of it, which its own inverse shows. */
  const horizon = (phi: number) => {
    const side = xp * sind(phi) - yp * cosd(phi);
    const ratio = 1 / Math.hypot(zp - 1, side);
    return ratio < 1 ? Math.max(diverging, upperSolution(atan2d(side, zp - 1), asind(ratio))) : diverging;
  };
  return {
    toPlane(phi, theta) {
      const z = 1 - sind(theta);
      const divisor = zp - z;
      if (divisor === 0 || theta < horizon(phi) - EDGE) return null;
      const cosine = cosd(theta);
      return [
        (R0 * (zp * cosine * sind(phi) - xp * z)) / divisor,
        (-R0 * (zp * cosine * cosd(phi) + yp * z)) / divisor,
      ];
    },
    toNative(x, y) {
      const [X, Y] = [x / R0, y / R0];
      return obliqueToNative(X, Y, (X - xp) / zp, (Y - yp) / zp);
    },
  };
};

/** Zenithal polynomial R = r₀ Σ Pₘ zᵐ in the zenith distance z (radians), eq. 72; valid up to its first maximum. */
const polynomial: ProjectionMaker = (pv) => {
  const terms = Array.from({ length: 30 }, (_, m) => pv(m));
  while (terms.length > 1 && terms[terms.length - 1] === 0) terms.pop();
  const radius = (z: number) => terms.reduceRight((sum, term) => sum * z + term, 0);
  const slope = (z: number) => terms.reduceRight((sum, term, m) => (m > 0 ? sum * z + m * term : sum), 0);
  const last = firstMaximum(slope);
  return symmetric(
    (theta) => {
      const z = (90 - theta) * DEGREE;
      return z > last + EDGE ? NaN : R0 * radius(z);
    },
    (distance) => {
      const target = Math.min(distance / R0, radius(last) + EDGE);
      if (distance / R0 > target) return NaN;
      const z = target >= radius(last) ? last : findRoot((t) => radius(t) - target, slope, 0, last, target);
      return 90 - z * R0;
    },
  );
};

/** Smallest z in (0, π] where the slope falls to zero. */
function firstMaximum(slope: (z: number) => number): number {
  const step = Math.PI / 1800;
  for (let z = step; z < Math.PI; z += step) {
    if (slope(z) <= 0) {
      let [a, b] = [z - step, z];
      for (let i = 0; i < 60; i++) {
        const middle = (a + b) / 2;
        if (slope(middle) > 0) a = middle;
        else b = middle;
      }
      return a;
    }
  }
  return Math.PI;
}

/** Airy's projection with least error inside latitude θ_b, eqs. 73–75, in ξ = (90° − θ) / 2. */
const airy: ProjectionMaker = (pv) => {
  const xiB = (90 - pv(1)) / 2;
  const weight = xiB === 0 ? -0.5 : Math.log(cosd(xiB)) / tand(xiB) ** 2;
  const radius = (xi: number) => {
    if (xi === 0) return 0;
    const logarithm = xi < 1e-4 ? -0.5 * xi * xi : Math.log(Math.cos(xi));
    return -2 * (logarithm / Math.tan(xi) + weight * Math.tan(xi));
  };
  const slope = (xi: number) => {
    if (xi < 1e-4) return 1 - 2 * weight;
    const logarithm = Math.log(Math.cos(xi));
    return 2 * (1 + logarithm / Math.sin(xi) ** 2 - weight / Math.cos(xi) ** 2);
  };
  return symmetric(
    (theta) => (theta <= -90 + EDGE ? NaN : R0 * radius(((90 - theta) / 2) * DEGREE)),
    (distance) => {
      const target = distance / R0;
      if (target === 0) return 90;
      const xi = findRoot((t) => radius(t) - target, slope, 0, Math.PI / 2 - 1e-9, target);
      return 90 - 2 * xi * R0;
    },
  );
};

export const zenithal: ProjectionTable = {
  AZP: perspective,
  SZP: slantPerspective,
  TAN: gnomonic,
  STG: stereographic,
  SIN: orthographic,
  ARC: equidistant,
  ZPN: polynomial,
  ZEA: equalArea,
  AIR: airy,
};
