/**
 * Celestial frames as unit vectors: every frame is a rotation of ICRS, and FK4 has its E-terms of aberration besides
 * (Smith et al. 1989, AJ 97, 265). The numbers are astropy's (a test compares them): FK5 J2000, FK4 B1950, barycentric
 * mean ecliptic of J2000.
 */
import { DEGREE, R0, turn } from './math';
import type { CelestialFrame, FrameName, Matrix, Pair, Vector } from './types';

/** A frame by its relation to ICRS. */
export interface Frame {
  toIcrs: Matrix;
  eTerms: readonly number[] | null;
}

const IDENTITY: Matrix = [1, 0, 0, 0, 1, 0, 0, 0, 1];

const rotation = (toIcrs: Matrix, eTerms: readonly number[] | null = null): Frame => ({ toIcrs, eTerms });

const FRAMES: Readonly<Record<CelestialFrame, Frame>> = {
  icrs: rotation(IDENTITY),
  fk5: rotation([
    0.9999999999999929, 1.1102233716270564e-7, 4.411803424865383e-8, -1.1102233290551095e-7, 0.9999999999999892,
    -9.647792747341903e-8, -4.4118044980967755e-8, 9.647792246010134e-8, 0.9999999999999944,
  ]),
  fk4: rotation(
    [
      0.9999256809514502, -0.011181372203849847, -0.004858959705285337, 0.011181371753884808, 0.9999374861373455,
      -2.725853209429685e-5, 0.00485896074073883, -2.7073328535966572e-5, 0.9999881948140963,
    ],
    [-1.6255741516894347e-6, -3.191905371563791e-7, -1.384290671929659e-7],
  ),
  galactic: rotation([
    -0.054875657712591654, 0.49410943719272693, -0.8676661375596585, -0.8734370519556163, -0.44482972122329534,
    -0.19807633727300072, -0.4838350736167156, 0.7469821839866677, 0.45598381368730206,
  ]),
  ecliptic: rotation([
    0.9999999999999943, 3.289700416258306e-8, -1.0207044720705122e-7, -7.078369026537747e-8, 0.9174821299149585,
    -0.39777699944404316, 8.056213977613189e-8, 0.39777699944404793, 0.9174821299149556,
  ]),
  supergalactic: rotation([
    0.37501555570303174, -0.8983204377276134, 0.2288749093754373, 0.3413588718562474, -0.0957271002488513,
    -0.935045690264907, 0.8618801851683193, 0.42878516000301997, 0.27075049949244606,
  ]),
};

/** The standard frame of that name; undefined for "native" and "other". */
export const standardFrame = (name: FrameName): Frame | undefined => FRAMES[name as CelestialFrame];

/** Right ascension, and so hours, belong to these. */
export const isEquatorial = (name: FrameName): boolean => name === 'icrs' || name === 'fk5' || name === 'fk4';

/** Position in another standard frame, degrees; null when either is not celestial. */
export function convert(lon: number, lat: number, from: FrameName, to: FrameName): Pair | null {
  if (from === to) return [lon, lat];
  const [source, target] = [standardFrame(from), standardFrame(to)];
  return source && target ? toAngles(convertVector(toVector(lon, lat), source, target)) : null;
}

export function convertVector(v: Vector, from: Frame, to: Frame): Vector {
  if (from === to) return v;
  const icrs = rotate(from.toIcrs, from.eTerms ? withoutETerms(v, from.eTerms) : v);
  const moved = rotateBack(to.toIcrs, icrs);
  return to.eTerms ? withETerms(moved, to.eTerms) : moved;
}

/** Smith et al. 1989, eq. 2: v − A + (A·v) v. */
function withoutETerms(v: Vector, A: readonly number[]): Vector {
  const along = dot(A, v);
  return normalized([
    v[0] - (A[0] ?? 0) + along * v[0],
    v[1] - (A[1] ?? 0) + along * v[1],
    v[2] - (A[2] ?? 0) + along * v[2],
  ]);
}

/** Its inverse by iteration, as astropy does: w = (v + A) / (1 + A·w). */
function withETerms(v: Vector, A: readonly number[]): Vector {
  const sum: Vector = [v[0] + (A[0] ?? 0), v[1] + (A[1] ?? 0), v[2] + (A[2] ?? 0)];
  let w = v;
  for (let i = 0; i < 6; i++) {
    const scale = 1 + dot(A, w);
    w = [sum[0] / scale, sum[1] / scale, sum[2] / scale];
  }
  return normalized(w);
}

export function toVector(lon: number, lat: number): Vector {
  const [a, d] = [lon * DEGREE, lat * DEGREE];
  const cosine = Math.cos(d);
  return [cosine * Math.cos(a), cosine * Math.sin(a), Math.sin(d)];
}

/** Longitude in [0, 360), latitude; exact near the poles too. */
export function toAngles([x, y, z]: Vector): Pair {
  return [turn(Math.atan2(y, x) * R0), Math.atan2(z, Math.hypot(x, y)) * R0];
}

export const dot = (a: readonly number[], b: readonly number[]): number =>
  (a[0] as number) * (b[0] as number) + (a[1] as number) * (b[1] as number) + (a[2] as number) * (b[2] as number);

export function normalized(v: Vector): Vector {
  const length = Math.sqrt(dot(v, v));
  return [v[0] / length, v[1] / length, v[2] / length];
}

export function rotate(m: Matrix, [x, y, z]: Vector): Vector {
  const row = (i: number) => (m[i] as number) * x + (m[i + 1] as number) * y + (m[i + 2] as number) * z;
  return [row(0), row(3), row(6)];
}

/** By the transposed matrix. */
export function rotateBack(m: Matrix, [x, y, z]: Vector): Vector {
  const column = (i: number) => (m[i] as number) * x + (m[i + 3] as number) * y + (m[i + 6] as number) * z;
  return [column(0), column(1), column(2)];
}
