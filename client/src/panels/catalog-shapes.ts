/** Sizes and motions of sources, from arcsec on the sky to pixels of the image. */
import type { Viewer } from '../core/viewer';
import type { Sources } from '../overlay/catalog-layer';
import { type LocalFrame, localFrame } from '../overlay/local';
import type { CatalogDefinition } from '../vo/catalogs';
import type { Epoch } from '../vo/epoch';
import { type Column, columnFor, type Table } from '../vo/table';

export type PixelOf = (row: number) => readonly [number, number] | null;

const ARCSEC: Record<string, number> = {
  deg: 3600,
  degree: 3600,
  arcmin: 60,
  "'": 60,
  arcsec: 1,
  '"': 1,
  mas: 1e-3,
  rad: (180 * 3600) / Math.PI,
};

/** Half axes in arcsec and position angles (north to east, degrees) of a table; null: it has none. */
interface Ellipses {
  readonly major: Float64Array;
  readonly minor: Float64Array;
  readonly angle: Float64Array | null;
  readonly factor: number;
}

/** True sizes where a catalogue gives them. */
export function ellipsesOf(
  viewer: Viewer,
  table: Table,
  definition: CatalogDefinition | null,
  position: PixelOf,
): Pick<Sources, 'a' | 'b' | 'angle'> {
  const found = definition?.ellipse ? defined(table, definition.ellipse) : told(table);
  if (!found) return {};
  const { major, minor, angle: angles, factor } = found;
  const a = new Float64Array(table.length).fill(Number.NaN);
  const b = new Float64Array(table.length).fill(Number.NaN);
  const angle = new Float64Array(table.length);
  for (let k = 0; k < table.length; k++) {
    const local = frameAt(viewer, position(k));
    if (!local) continue;
    const scale = Math.sqrt(Math.abs(local.u[0] * local.v[1] - local.u[1] * local.v[0]));
    a[k] = (major[k] ?? Number.NaN) * factor * scale;
    b[k] = (minor[k] ?? Number.NaN) * factor * scale;
    const [x, y] = step(local, Math.sin(radians(angles?.[k] ?? 0)), Math.cos(radians(angles?.[k] ?? 0)));
    angle[k] = Math.atan2(y, x);
  }
  return { a, b, angle };
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

function frameAt(viewer: Viewer, pixel: readonly [number, number] | null): LocalFrame | null {
  const sky = pixel && viewer.skyAt(pixel[0], pixel[1]);
  return sky && localFrame(viewer, sky, 'icrs');
}

/** Pixels of so many arcsec to the east and the north: `u` goes west. */
const step = ({ u, v }: LocalFrame, east: number, north: number): [number, number] => [
  north * v[0] - east * u[0],
  north * v[1] - east * u[1],
];

const numbersOf = (column: Column | null | undefined): Float64Array | null =>
  column?.values instanceof Float64Array ? column.values : null;

function defined(table: Table, shape: NonNullable<CatalogDefinition['ellipse']>): Ellipses | null {
  const named = (name: string) => numbersOf(table.columns.find((column) => column.name === name));
  const major = named(shape.major);
  return major && { major, minor: named(shape.minor) ?? major, angle: named(shape.angle), factor: shape.factor };
}

/** Columns of sizes in any other table: halves by their UCD or in SExtractor's `_WORLD`, else whole axes. */
function told(table: Table): Ellipses | null {
  const [majorColumn, minorColumn] = [columnFor(table, 'major'), columnFor(table, 'minor')];
  const [major, minor] = [numbersOf(majorColumn), numbersOf(minorColumn)];
  if (!majorColumn || !major || !minor) return null;
  const world = /_world$/i.test(majorColumn.name);
  const unit = ARCSEC[majorColumn.unit || (world ? 'deg' : '')];
  if (unit === undefined) return null;
  const half = world || /smajaxis/.test(majorColumn.ucd);
  return { major, minor, angle: numbersOf(columnFor(table, 'angle')), factor: unit * (half ? 1 : 0.5) };
}

/** How far objects move during an exposure, from SkyBoT's rates (arcsec an hour; along right ascension: on the sky). */
export function motionOf(
  viewer: Viewer,
  table: Table,
  epoch: Epoch | null,
  position: PixelOf,
): Pick<Sources, 'dx' | 'dy'> {
  const rate = (name: RegExp) => numbersOf(table.columns.find((column) => name.test(column.name)));
  const [east, north] = [rate(/^d_?ra/i), rate(/^d_?de/i)];
  if (!east || !north || !epoch || epoch.exposure <= 0) return {};
  const hours = epoch.exposure / 3600;
  const [dx, dy] = [new Float64Array(table.length), new Float64Array(table.length)];
  for (let k = 0; k < table.length; k++) {
    const local = frameAt(viewer, position(k));
    const moved = local && step(local, (east[k] ?? 0) * hours, (north[k] ?? 0) * hours);
    [dx[k], dy[k]] = moved ?? [Number.NaN, Number.NaN];
  }
  return { dx, dy };
}
