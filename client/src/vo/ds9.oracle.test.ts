/**
 * The reader of DS9 files against astropy's `regions`. `tests/overlays/test_page_reads_regions.py` writes region files and
 * what `regions` makes of them to the file that REGION_ORACLE names, and runs this; without it there is nothing to compare.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Geometry, Length } from '../core/shapes';
import { readDs9 } from './ds9';

interface OracleShape {
  kind: string;
  /** Degrees on the sky, FITS pixels else: centre, or all corners. */
  points: [number, number][];
  /** Radii, or pairs of half axes (ellipses), whole sides (boxes): arcsec or pixels. */
  sizes: number[];
  angle: number;
  text: string;
}

const path = process.env.REGION_ORACLE;
const files: { name: string; text: string; shapes: OracleShape[] }[] = path
  ? JSON.parse(readFileSync(path, 'utf8'))
  : [];

const flat = (lengths: readonly (readonly [Length, Length])[]): number[] =>
  lengths.flatMap((pair) => pair.map(({ value }) => value));

/** What both sides know of a shape. */
function told(geometry: Geometry): Pick<OracleShape, 'points' | 'sizes' | 'angle'> | null {
  switch (geometry.kind) {
    case 'circle':
      return { points: [[...geometry.center]], sizes: geometry.radii.map(({ value }) => value), angle: 0 };
    case 'ellipse':
    case 'box':
      return { points: [[...geometry.center]], sizes: flat(geometry.axes), angle: geometry.angle };
    case 'polygon':
    case 'line':
      return { points: geometry.points.map(([x, y]) => [x, y]), sizes: [], angle: 0 };
    case 'point':
    case 'text':
      return { points: [[...geometry.center]], sizes: [], angle: 0 };
    default:
      return null;
  }
}

/** One annulus of three radii is two for `regions`: its sizes are among ours. */
const among = (sizes: readonly number[], ours: readonly number[]): boolean =>
  sizes.length === 0
    ? ours.length === 0
    : sizes.every((size) => ours.some((own) => Math.abs(own - size) < 1e-5 * Math.max(1, size)));

const turn = (angle: number): number => ((angle % 360) + 360) % 360;

describe.skipIf(!path)('regions as astropy reads them', () => {
  for (const { name, text, shapes } of files) {
    test(name, () => {
      const read = readDs9(text).shapes.map(({ geometry, text: label }) => ({ label, ...told(geometry) }));
      for (const wanted of shapes) {
        const found = read.find(
          ({ points, sizes, label }) =>
            (wanted.text === '' || label === wanted.text) &&
            points?.length === wanted.points.length &&
            points.every(([x, y], k) => Math.hypot(x - wanted.points[k]![0], y - wanted.points[k]![1]) < 1e-7) &&
            among(wanted.sizes, sizes ?? []),
        );
        expect(found, JSON.stringify(wanted)).toBeDefined();
        expect(turn(found?.angle ?? 0)).toBeCloseTo(turn(wanted.angle), 6);
      }
    });
  }
});
