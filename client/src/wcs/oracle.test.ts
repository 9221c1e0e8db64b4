/**
 * The formulas against astropy. `tests/fits/wcs/test_wcs_oracle.py` writes descriptions and astropy's positions to the
 * file that SKY_ORACLE names, and runs this; without it there is nothing to compare.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { separation } from './distance';
import { createSky, type FrameName, type Pair, type Sky, type SkyDescription } from './index';

interface OracleCase {
  name: string;
  width: number;
  height: number;
  description: SkyDescription;
  /** The browser needs the server's spline here: a hundredth of a pixel is promised, no more. */
  grid?: boolean;
  pixels: Pair[];
  native: (Pair | null)[];
  framePixels: Pair[];
  frames: Record<string, Pair[]>;
  /** Directions anywhere, and their pixels. */
  sky: Pair[];
  skyPixels: (Pair | null)[];
}

const path = process.env.SKY_ORACLE;
const cases: OracleCase[] = path ? JSON.parse(readFileSync(path, 'utf8')) : [];
const arcsec = (a: Pair, b: Pair) => 3600 * separation(...a, ...b);

/** Arcsec and pixels by which the formulas may differ; wcslib computes CSC in single precision, and its two directions apart. */
function tolerance({ description, grid }: OracleCase): { sky: number; pixel: number } {
  const scale = Math.min(...(description.pixel_scale ?? [1, 1]));
  if (grid) return { sky: 0.01 * scale, pixel: 0.01 };
  return description.projection === 'CSC' ? { sky: 1e-3 * scale, pixel: 1e-3 } : { sky: 1e-6, pixel: 1e-6 };
}

describe.skipIf(!path)('astropy’s positions', () => {
  for (const oracle of cases) {
    const sky = createSky(oracle.description, oracle.width, oracle.height);
    const limit = tolerance(oracle);
    const isCsc = oracle.description.projection === 'CSC';
    const isSzp = oracle.description.projection === 'SZP';

    test(`${oracle.name}: pixel to sky and back`, () => {
      expect(sky.method).toBe(oracle.grid ? 'grid' : 'formula');
      expect(sky.error).toBeLessThan(Math.max(limit.pixel, 1e-6));
      oracle.pixels.forEach((pixel, i) => {
        const truth = oracle.native[i] ?? null;
        const ours = sky.pixelToSky(...pixel, 'native');
        if (oracle.grid && !onImage(pixel, oracle)) return;
        expect(ours !== null, `${pixel} has a position`).toBe(truth !== null);
        if (!ours || !truth) return;
        expect(arcsec(ours, truth), `sky of ${pixel}`).toBeLessThan(limit.sky);
        if (isCsc) return;
        const back = sky.skyToPixel(...truth, 'native');
        expect(back, `pixel of ${truth}`).not.toBeNull();
        if (back) expect(pixelMiss(sky, back, pixel, truth), `pixel of ${truth}`).toBeLessThan(limit.pixel);
      });
    });

    test(`${oracle.name}: directions over the whole sky`, () => {
      oracle.sky.forEach((direction, i) => {
        const truth = oracle.skyPixels[i] ?? null;
        const ours = sky.skyToPixel(...direction, 'native');
        // SZP: wcslib's limb is too narrow, see there.
        if (!isSzp || truth) expect(ours !== null, `${direction} has a pixel`).toBe(truth !== null);
        if (ours && truth) expect(relativeMiss(ours, truth), `pixel of ${direction}`).toBeLessThan(limit.pixel);
      });
    });

    test(`${oracle.name}: every frame`, () => {
      for (const [frame, positions] of Object.entries(oracle.frames)) {
        positions.forEach((truth, i) => {
          const ours = sky.pixelToSky(...(oracle.framePixels[i] as Pair), frame as FrameName);
          if (!truth) {
            expect(ours).toBeNull();
            return;
          }
          const scale = Math.min(...(oracle.description.pixel_scale ?? [1, 1]));
          const isFk4 = frame === 'fk4' || oracle.description.frame === 'fk4';
          const allowed = isFk4 ? 1e-3 * scale : 0;
          expect(arcsec(ours as Pair, truth), `${frame} of ${oracle.framePixels[i]}`).toBeLessThan(limit.sky + allowed);
        });
      }
    });
  }
});

const onImage = ([x, y]: Pair, { width, height }: OracleCase) =>
  x >= 0.5 && y >= 0.5 && x <= width + 0.5 && y <= height + 0.5;

/** Pixels apart; on all-sky maps two pixels can show the same place, and either will do. */
function pixelMiss(sky: Sky, a: Pair, b: Pair, place: Pair): number {
  const apart = Math.hypot(a[0] - b[0], a[1] - b[1]);
  const again = sky.pixelToSky(...a, 'native');
  return apart < 1 || !again ? apart : arcsec(again, place) / Math.max(1, sky.pixelScale(...b) || 1);
}

/** Far from the image pixels are many: compare digits. */
function relativeMiss(a: Pair, b: Pair): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]) / Math.max(1, Math.hypot(...b) * 1e-4);
}
