/**
 * What every projection of FITS paper II does (Calabretta & Greisen 2002, A&A 395, 1077): native spherical coordinates
 * (φ, θ) ↔ projection plane (x, y), all in degrees. Equation numbers in this folder are that paper's. Null: not in the
 * domain of the projection. Bounds are strict, as in wcslib: a plane point outside the map of the sphere has no sky, and
 * a direction that diverges or lies behind the horizon has no plane point.
 */
import type { Pair } from '../types';

export interface Projection {
  toPlane(phi: number, theta: number): Pair | null;
  toNative(x: number, y: number): Pair | null;
}

/** Makes a projection of its parameters PVi_m (latitude axis, by m; defaults are filled in by the server). */
export type ProjectionMaker = (pv: (m: number) => number) => Projection;
export type ProjectionTable = Readonly<Record<string, ProjectionMaker>>;
