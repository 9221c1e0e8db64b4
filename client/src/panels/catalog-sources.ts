import { t } from '../base/i18n';
import type { Box } from '../core/api';
import type { Viewer } from '../core/viewer';
import { type Sources, symbolRadii } from '../overlay/catalog-layer';
import { angleFrom } from '../vo/angles';
import type { CatalogDefinition } from '../vo/catalogs';
import type { Epoch } from '../vo/epoch';
import { type Column, columnFor, type Table, TableError } from '../vo/table';
import type { Field } from '../vo/vizier';
import { skyOffset } from '../wcs/distance';
import { ellipsesOf, motionOf, type PixelOf } from './catalog-shapes';

/** Samples along each side of the view. */
const SAMPLES = 9;

/** The visible part of the sky, clipped to the image: the box around its middle that holds all of it; null without one. */
export function fieldInView(viewer: Viewer): Field | null {
  const { image, map } = viewer;
  if (!image) return null;
  const [x1, y1, x2, y2] = map.view.box;
  const box: Box = [
    Math.max(0.5, x1),
    Math.max(0.5, y1),
    Math.min(image.width + 0.5, x2),
    Math.min(image.height + 0.5, y2),
  ];
  const [left, low, right, high] = box;
  if (right <= left || high <= low) return null;
  const center = viewer.skyAt((left + right) / 2, (low + high) / 2);
  if (!center) return null;
  const offsets = samplesOf(box).flatMap(([x, y]) => {
    const position = viewer.skyAt(x, y);
    return position ? [skyOffset(...center, ...position)] : [];
  });
  const side = (axis: 0 | 1): number => {
    const half = Math.max(0, ...offsets.map((offset) => Math.abs(offset[axis])));
    return Math.min(180, Math.max(0.002, 2 * half));
  };
  return { lon: center[0], lat: center[1], width: side(0), height: side(1) };
}

/** All over the box, its edges and corners among them: north may point anywhere, and scales may differ from place to place. */
function samplesOf([x1, y1, x2, y2]: Box): [number, number][] {
  const steps = Array.from({ length: SAMPLES }, (_, k) => k / (SAMPLES - 1));
  return steps.flatMap((u) => steps.map((v): [number, number] => [x1 + u * (x2 - x1), y1 + v * (y2 - y1)]));
}

interface Placed {
  readonly sources: Sources;
  readonly missing: number;
}

/** Pixels, sizes and angles of the rows of a table. */
export function sourcesOf(
  viewer: Viewer,
  table: Table,
  definition: CatalogDefinition | null,
  epoch: Epoch | null = null,
): Placed {
  const count = table.length;
  const position = positionOf(viewer, table);
  const x = new Float64Array(count).fill(Number.NaN);
  const y = new Float64Array(count).fill(Number.NaN);
  let missing = 0;
  for (let k = 0; k < count; k++) {
    const pixel = position(k);
    if (pixel) [x[k], y[k]] = pixel;
    else missing++;
  }
  const byName = (name: string): Column | null => table.columns.find((column) => column.name === name) ?? null;
  const column = definition?.brightness ? byName(definition.brightness) : columnFor(table, 'magnitude');
  const brightness = column?.values instanceof Float64Array ? column.values : null;
  const radius = symbolRadii(brightness, count, definition?.scale === 'linear' ? 'linear' : 'magnitude');
  const place: PixelOf = (k) => (Number.isFinite(x[k]) ? [x[k] as number, y[k] as number] : null);
  const shapes = { ...ellipsesOf(viewer, table, definition, place), ...motionOf(viewer, table, epoch, place) };
  return { sources: { x, y, radius, ...shapes }, missing };
}

/** By equatorial, else galactic, else pixel columns. */
function positionOf(viewer: Viewer, table: Table): PixelOf {
  const pair = (
    a: Column | null,
    b: Column | null,
    hours: boolean,
  ): ((row: number) => [number, number] | null) | null => {
    if (!a || !b) return null;
    return (row) => {
      const [p, q] = [degreesAt(a, row, hours), degreesAt(b, row, false)];
      return p === null || q === null ? null : [p, q];
    };
  };
  const equatorial = pair(columnFor(table, 'lon'), columnFor(table, 'lat'), true);
  if (equatorial) return (row) => project(viewer, equatorial(row), 'icrs');
  const galactic = pair(columnFor(table, 'glon'), columnFor(table, 'glat'), false);
  if (galactic) return (row) => project(viewer, galactic(row), 'galactic');
  const pixels = pair(columnFor(table, 'x'), columnFor(table, 'y'), false);
  if (pixels) return pixels;
  throw new TableError(
    t('{name} has no columns with positions (right ascension and declination, or x and y)', { name: table.name }),
  );
}

function project(
  viewer: Viewer,
  position: [number, number] | null,
  frame: 'icrs' | 'galactic',
): [number, number] | null {
  return position && viewer.pixelAt(position[0], position[1], frame);
}

function degreesAt({ values, unit }: Column, row: number, longitude: boolean): number | null {
  const value = values[row];
  if (typeof value === 'number') return Number.isFinite(value) ? value * factorOf(unit) : null;
  if (!value) return null;
  return angleFrom(value, longitude && /[:\s]/.test(value.trim()));
}

const factorOf = (unit: string): number =>
  /^h(our)?(angle)?s?$/i.test(unit) ? 15 : /^rad(ian)?s?$/i.test(unit) ? 180 / Math.PI : 1;
