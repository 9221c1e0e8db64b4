/**
 * Quadrilateralized spherical cubes, paper II section 5.6: TSC, CSC, QSC.
 *
 * Each of the six faces has plane coordinates −1…1 (45° a unit), direction cosine ζ along its normal and (ξ, η) across.
 */
import { asind, atan2d, atand, cosd, EDGE, sind } from '../math';
import type { Pair, Vector } from '../types';
import type { Projection, ProjectionTable } from './projection';

/** [axis, sign] of the direction (l, m, n) that is ξ, η and ζ of a face, and the centre of the face in units of 45°. */
interface Face {
  xi: readonly [number, number];
  eta: readonly [number, number];
  zeta: readonly [number, number];
  centre: readonly [number, number];
}

/** Paper II, table 12. */
const FACES: readonly Face[] = [
  { xi: [1, 1], eta: [0, -1], zeta: [2, 1], centre: [0, 2] },
  { xi: [1, 1], eta: [2, 1], zeta: [0, 1], centre: [0, 0] },
  { xi: [0, -1], eta: [2, 1], zeta: [1, 1], centre: [2, 0] },
  { xi: [1, -1], eta: [2, 1], zeta: [0, -1], centre: [4, 0] },
  { xi: [0, 1], eta: [2, 1], zeta: [1, -1], centre: [6, 0] },
  { xi: [1, 1], eta: [0, 1], zeta: [2, -1], centre: [0, -2] },
];

type OnFace = (xi: number, eta: number, zeta: number) => Pair;
type OffFace = (x: number, y: number) => Vector;

function cube(onFace: OnFace, offFace: OffFace): Projection {
  return {
    toPlane(phi, theta) {
      const direction = [cosd(theta) * cosd(phi), cosd(theta) * sind(phi), sind(theta)];
      const pick = ([axis, sign]: readonly [number, number]) => sign * (direction[axis] as number);
      const face = FACES.reduce((best, next) => (pick(next.zeta) > pick(best.zeta) ? next : best));
      const [x, y] = onFace(pick(face.xi), pick(face.eta), pick(face.zeta));
      return [45 * (clip(x) + face.centre[0]), 45 * (clip(y) + face.centre[1])];
    },
    toNative(x, y) {
      const face = faceAt(x / 45, y / 45);
      if (!face) return null;
      const components = offFace(wrap(x / 45, face) - face.centre[0], y / 45 - face.centre[1]);
      const direction: Vector = [0, 0, 0];
      [face.xi, face.eta, face.zeta].forEach(([axis, sign], i) => {
        direction[axis] = sign * (components[i] as number);
      });
      const [l, m, n] = direction;
      return [l === 0 && m === 0 ? 0 : atan2d(m, l), atan2d(n, Math.hypot(l, m))];
    },
  };
}

const clip = (value: number): number => Math.max(-1, Math.min(1, value));

/** The row of four faces goes around: x = −3 is on the face whose centre is 4. */
const wrap = (x: number, face: Face): number => (x < -1 && face.centre[0] > 2 ? x + 8 : x);

function faceAt(x: number, y: number): Face | undefined {
  const within = (face: Face) =>
    Math.abs(wrap(x, face) - face.centre[0]) <= 1 + EDGE && Math.abs(y - face.centre[1]) <= 1 + EDGE;
  if (Math.abs(x) <= 1) return [FACES[1], FACES[0], FACES[5]].find((face) => face && within(face));
  return FACES.find(within);
}

/** Tangential, eqs. 161–162. */
const tangential = cube(
  (xi, eta, zeta) => [xi / zeta, eta / zeta],
  (x, y) => {
    const zeta = 1 / Math.hypot(1, x, y);
    return [x * zeta, y * zeta, zeta];
  },
);

// COBE quadrilateralized cube (Chan & O'Neill 1975), eqs. 163–170 with the constants given there.
const GAMMA_STAR = 1.37484847732;
const M = 0.004869491981;
const GAMMA = -0.13161671474;
const OMEGA = -0.159596235474;
const D = [0.0759196200467, -0.0217762490699] as const;
const C = [[0.141189631152, -0.281528535557, 0.106959469314], [0.0809701286525, 0.15384112876], [-0.178251207466]];
const P = [
  [-0.27292696, -0.02819452, 0.2705816, -0.6044156, 0.93412077, -0.63915306, 0.14381585],
  [-0.07629969, -0.01471565, -0.56800938, 1.50880086, -1.4160192, 0.52032238],
  [-0.22797056, 0.48051509, 0.30803317, -0.93678576, 0.33887446],
  [0.54852384, -1.74114454, 0.98938102, 0.08693841],
  [-0.62930065, 1.71547508, -0.83180469],
  [0.25795794, -0.53022337],
  [0.02584375],
];

/** Σ c[i][j] aⁱ bʲ by Horner's rule. */
const polynomial = (c: readonly (readonly number[])[], a: number, b: number): number =>
  c.reduceRight((sum, row) => sum * a + row.reduceRight((inner, term) => inner * b + term, 0), 0);

function cobe(chi: number, psi: number): number {
  const [a, b] = [chi * chi, psi * psi];
  const across = GAMMA + (M - GAMMA) * a + (1 - b) * polynomial(C, a, b);
  const along = OMEGA - (1 - a) * (D[0] + D[1] * a);
  return chi * (GAMMA_STAR + a * (1 - GAMMA_STAR) + (1 - a) * (b * across + a * along));
}

const cobeInverse = (x: number, y: number): number => x + x * (1 - x * x) * polynomial(P, x * x, y * y);

const cobeCube = cube(
  (xi, eta, zeta) => [cobe(xi / zeta, eta / zeta), cobe(eta / zeta, xi / zeta)],
  (x, y) => {
    const [chi, psi] = [cobeInverse(x, y), cobeInverse(y, x)];
    const zeta = 1 / Math.hypot(1, chi, psi);
    return [chi * zeta, psi * zeta, zeta];
  },
);

/** Quadrilateralized (O'Neill & Laubscher 1976), eqs. 171–176, for |ξ| ≥ |η|; the other half is its mirror image. */
function quadrilateral(xi: number, eta: number): Pair {
  if (xi === 0) return [0, 0];
  const across = xi * xi + eta * eta;
  const oneMinusZeta = across / (1 + Math.sqrt(Math.max(0, 1 - across)));
  const ratio = eta / xi;
  const u = Math.sign(xi) * Math.sqrt(oneMinusZeta / (1 - 1 / Math.sqrt(2 + ratio * ratio)));
  return [u, (u * (atand(ratio) - asind(ratio / Math.sqrt(2 * (1 + ratio * ratio))))) / 15];
}

/** Eqs. 177–180, for |x| ≥ |y|: (ξ, η, ζ). */
function quadrilateralInverse(x: number, y: number): Vector {
  if (x === 0) return [0, 0, 1];
  const angle = (15 * y) / x;
  const ratio = sind(angle) / (cosd(angle) - Math.SQRT1_2);
  const oneMinusZeta = x * x * (1 - 1 / Math.sqrt(2 + ratio * ratio));
  const xi = Math.sign(x) * Math.sqrt((oneMinusZeta * (2 - oneMinusZeta)) / (1 + ratio * ratio));
  return [xi, xi * ratio, 1 - oneMinusZeta];
}

const quadCube = cube(
  (xi, eta) => {
    if (Math.abs(xi) >= Math.abs(eta)) return quadrilateral(xi, eta);
    const [y, x] = quadrilateral(eta, xi);
    return [x, y];
  },
  (x, y) => {
    if (Math.abs(x) > Math.abs(y)) return quadrilateralInverse(x, y);
    const [eta, xi, zeta] = quadrilateralInverse(y, x);
    return [xi, eta, zeta];
  },
);

export const cubes: ProjectionTable = { TSC: () => tangential, CSC: () => cobeCube, QSC: () => quadCube };
