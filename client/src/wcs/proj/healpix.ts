/**
 * HEALPix as projections: HPX (Calabretta & Roukema 2007, MNRAS 381, 865, section 2) and its polar "butterfly" XPH
 * (Calabretta & Lowe 2013, PASA 30, e050).
 */
import { asind, EDGE, onSphere, sind, turn } from '../math';
import type { Pair } from '../types';
import type { ProjectionMaker, ProjectionTable } from './projection';

/** H facets around, K of them from pole to pole; H = 4, K = 3 is HEALPix. */
const healpix: ProjectionMaker = (pv) => {
  const [H, K] = [pv(1), pv(2)];
  const isKOdd = Math.round(K) % 2 === 1;
  const transition = (K - 1) / K;
  const half = 180 / H;
  /** Native longitude of the middle of the polar facet that holds φ (or x, for the plane). */
  const facetCentre = (angle: number, north: boolean) => {
    const odd = isKOdd || north ? 1 : 0;
    return -180 + half * (2 * Math.floor((angle + 180) / (2 * half) + (1 - odd) / 2) + odd);
  };
  return {
    toPlane(phi, theta) {
      const sine = sind(theta);
      if (Math.abs(sine) <= transition) return [phi, half * (K / 2) * sine];
      const sigma = polarWidth(K, theta);
      const centre = facetCentre(phi, theta > 0);
      return [centre + (phi - centre) * sigma, Math.sign(theta) * half * ((K + 1) / 2 - sigma)];
    },
    toNative(x, y) {
      if (Math.abs(x) > 180 + EDGE) return null;
      if (Math.abs(y) <= (half * (K - 1)) / 2) return onSphere(x, asind(y / (half * (K / 2))));
      const sigma = (K + 1) / 2 - Math.abs(y) / half;
      if (sigma < -EDGE) return null;
      const centre = facetCentre(x, y > 0);
      const theta = Math.sign(y) * polarLatitude(K, Math.max(0, sigma));
      if (sigma < EDGE) return Math.abs(x - centre) < EDGE ? onSphere(centre, theta) : null;
      const offset = (x - centre) / sigma;
      return Math.abs(offset) > half + EDGE ? null : onSphere(centre + offset, theta);
    },
  };
};

/** σ = √(K (1 − |sin θ|)), without cancellation near the pole. */
const polarWidth = (K: number, theta: number): number => Math.sqrt(2 * K) * sind((90 - Math.abs(theta)) / 2);

const polarLatitude = (K: number, sigma: number): number => 90 - 2 * asind(sigma / Math.sqrt(2 * K));

/** Quarter of the butterfly, from the north pole outwards: rotation of (ξ, η) by −135°, −45°, 45°, 135°. */
const QUARTERS: readonly (readonly [number, number])[] = [
  [-1, 1],
  [1, 1],
  [1, -1],
  [-1, -1],
];

const butterfly: ProjectionMaker = () => ({
  toPlane(phi, theta) {
    const longitude = turn(phi + 180);
    const quarter = Math.floor(longitude / 90) % 4;
    const [xi, eta] = facet(longitude % 90, theta);
    return rotated(xi - 45, eta - 90, quarter);
  },
  toNative(x, y) {
    const quarter = x <= 0 && y > 0 ? 0 : x < 0 && y <= 0 ? 1 : x >= 0 && y < 0 ? 2 : 3;
    const [xi, eta] = unrotated(x, y, quarter);
    const native = fromFacet(xi + 45, eta + 90);
    return native && [native[0] + 90 * quarter - 180, native[1]];
  },
});

function rotated(xi: number, eta: number, quarter: number): Pair {
  const [c, s] = QUARTERS[quarter] as readonly [number, number];
  return [Math.SQRT1_2 * (c * xi + s * eta), Math.SQRT1_2 * (-s * xi + c * eta)];
}

function unrotated(x: number, y: number, quarter: number): Pair {
  const [c, s] = QUARTERS[quarter] as readonly [number, number];
  return [Math.SQRT1_2 * (c * x - s * y), Math.SQRT1_2 * (s * x + c * y)];
}

/** One HPX facet with the pole on top: ξ 0…90 from longitude 0…90, η = ±90 at the poles. */
function facet(psi: number, theta: number): Pair {
  const sine = sind(theta);
  if (Math.abs(sine) <= 2 / 3) return [psi, 67.5 * sine];
  const sigma = polarWidth(3, theta);
  return [45 + (psi - 45) * sigma, Math.sign(theta) * (90 - 45 * sigma)];
}

function fromFacet(xi: number, eta: number): Pair | null {
  if (Math.abs(eta) > 90 + EDGE) return null;
  if (Math.abs(eta) <= 45) return xi < -EDGE || xi > 90 + EDGE ? null : [xi, asind(eta / 67.5)];
  const sigma = Math.max(0, (90 - Math.abs(eta)) / 45);
  const theta = Math.sign(eta) * polarLatitude(3, sigma);
  if (sigma < 1e-14) return [45, theta];
  const offset = (xi - 45) / sigma;
  return Math.abs(offset) > 45 + EDGE ? null : [45 + offset, theta];
}

export const healpixes: ProjectionTable = { HPX: healpix, XPH: butterfly };
