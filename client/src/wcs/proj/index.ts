/** All projections by their three-letter code. */
import { conic } from './conic';
import { cubes } from './cube';
import { cylindrical } from './cylindrical';
import { healpixes } from './healpix';
import { polyconics } from './polyconic';
import type { Projection, ProjectionTable } from './projection';
import { pseudocylindrical } from './pseudocylindrical';
import { zenithal } from './zenithal';

const TABLE: ProjectionTable = {
  ...zenithal,
  ...cylindrical,
  ...pseudocylindrical,
  ...conic,
  ...polyconics,
  ...cubes,
  ...healpixes,
};

/** The projection of that code with parameters PVi_m by m; null for an unknown code. */
export function makeProjection(code: string, pv: readonly number[]): Projection | null {
  return TABLE[code]?.((m) => pv[m] ?? 0) ?? null;
}

export type { Projection } from './projection';
