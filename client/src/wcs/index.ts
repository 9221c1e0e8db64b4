/**
 * World coordinates in the browser: the public face of this room.
 *
 * `createSky` takes the server's normalised description and picks the first way of computing that reproduces astropy's
 * check points to a hundredth of a pixel: the formulas of the FITS papers, the server's spline grid, the server itself.
 */
import { SplineGrid } from './grid';
import { formulaMapping, type Mapping, onMosaic } from './mapping';
import { ImageSky, type Method, type Sky, type SkyServer, unitVector } from './sky';
import type { SkyDescription } from './types';
import { checkError, WORST_ERROR } from './verify';

export function createSky(description: SkyDescription, width: number, height: number, server?: SkyServer): Sky {
  const size = { width, height };
  let worst = Infinity;
  for (const [method, mapping] of candidates(description)) {
    const error = checkError(mapping, description);
    if (error <= WORST_ERROR) return new ImageSky(description, size, mapping, method, error, server);
    worst = Math.min(worst, error);
  }
  return new ImageSky(description, size, null, 'server', worst, server);
}

function candidates(description: SkyDescription): [Method, Mapping][] {
  const ways: [Method, Mapping][] = [];
  const add = (method: Method, mapping: Mapping | null) => {
    if (mapping) ways.push([method, description.chip_pixels ? onMosaic(mapping, description.chip_pixels) : mapping]);
  };
  add('formula', formulaMapping(description));
  if (description.grid) ways.push(['grid', gridMapping(new SplineGrid(description.grid))]);
  return ways;
}

function gridMapping(grid: SplineGrid): Mapping {
  return {
    toWorld(x, y) {
      const value = grid.at(x, y);
      return value && unitVector(value);
    },
    toPixel: (world) => grid.invert(world),
  };
}

export { convert } from './frames';
export type { Method, Sky, SkyServer } from './sky';
export type {
  CelestialFrame,
  FrameName,
  GridDescription,
  LinearMap,
  Pair,
  PixelFrame,
  PixelMaps,
  SkyDescription,
} from './types';
