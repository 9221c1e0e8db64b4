/** From what a service or a file holds to a layer on the map, and to what a pop-up tells of each of its items. */
import { countText, t } from '../base/i18n';
import type { Viewer } from '../core/viewer';
import { CatalogLayer, type Sources } from '../overlay/catalog-layer';
import { RegionLayer } from '../overlay/region-layer';
import type { CatalogDefinition } from '../vo/catalogs';
import type { Epoch } from '../vo/epoch';
import type { Content } from '../vo/read';
import { cellText, type Table } from '../vo/table';
import { sourcesOf } from './catalog-sources';

/** What a pop-up tells of a source or a region. */
export interface Told {
  readonly title: string;
  readonly rows: readonly (readonly [name: string, value: string])[];
  readonly x: number;
  readonly y: number;
  readonly link: string;
}

/** What is drawn, on the image that is open. */
export interface Drawing {
  readonly layer: CatalogLayer | RegionLayer;
  /** What the user should know: "12 without a position here". */
  readonly note: string;
  tell(item: number): Told | null;
}

/** Contents of an overlay: kept, because another image needs other pixels. */
export interface Contents {
  readonly content: Content;
  readonly definition: CatalogDefinition | null;
  readonly epoch: Epoch | null;
}

/** Throws a TableError for a table without positions. */
export function drawingOf(viewer: Viewer, id: string, contents: Contents, color: string): Drawing {
  const { content } = contents;
  return content.kind === 'catalog'
    ? tableDrawing(viewer, id, content.table, contents, color)
    : regionDrawing(viewer, id, content, color);
}

function tableDrawing(
  viewer: Viewer,
  id: string,
  table: Table,
  { definition, epoch }: Contents,
  color: string,
): Drawing {
  const empty = { x: new Float64Array(0), y: new Float64Array(0), radius: new Float32Array(0) };
  const { sources, missing } =
    table.length > 0 ? sourcesOf(viewer, table, definition, epoch) : { sources: empty, missing: 0 };
  return {
    layer: new CatalogLayer(id, sources, color),
    note:
      missing > 0
        ? t('{count} outside the image’s projection or without a position', { count: countText(missing) })
        : '',
    tell: (row) => tellRow(table, row, sources, definition),
  };
}

function regionDrawing(
  viewer: Viewer,
  id: string,
  { shapes, warnings }: Extract<Content, { kind: 'regions' }>,
  color: string,
): Drawing {
  const layer = new RegionLayer(id, shapes, viewer, color);
  const lost = shapes.length - layer.length;
  return {
    layer,
    note: [...warnings, lost > 0 ? t('{count} outside the image’s projection', { count: lost }) : '']
      .filter(Boolean)
      .join('; '),
    tell: (item) => {
      const [shape, at] = [layer.shape(item), layer.anchor(item)];
      if (!shape || !at) return null;
      const { kind } = shape.geometry;
      return { title: shape.text || kind, rows: [[t('shape'), kind], ...shape.properties], ...at, link: '' };
    },
  };
}

function tellRow(table: Table, row: number, { x, y }: Sources, definition: CatalogDefinition | null): Told {
  const name =
    table.columns.find((column) => column.name === definition?.name) ??
    table.columns.find(
      ({ name: title, values }) =>
        /^(name|id|source(_?id)?|designation|main_id)$/i.test(title) && Array.isArray(values),
    );
  const rows = table.columns
    .map((column) => [column.unit ? `${column.name} (${column.unit})` : column.name, cellText(column, row)] as const)
    .filter(([, value]) => value !== '');
  const title = (name && cellText(name, row)) || t('Row {row}', { row: row + 1 });
  const link = definition?.service === 'vizier' && name ? vizierLink(definition, title) : '';
  return { title, rows, x: x[row] ?? 0, y: y[row] ?? 0, link };
}

/** The page of one object: the table and the name of the object, each once. */
const vizierLink = ({ table, name }: CatalogDefinition, id: string): string =>
  `https://vizier.cds.unistra.fr/viz-bin/VizieR-5?-source=${encodeURIComponent(table)}&${encodeURIComponent(name)}=${encodeURIComponent(id)}`;
