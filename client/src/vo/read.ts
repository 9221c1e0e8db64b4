import { t } from '../base/i18n';
import type { Shape } from '../core/shapes';
import { readDelimited } from './delimited';
import { readDs9 } from './ds9';
import { readFitsTable } from './fits-table';
import { readGeoJson } from './geojson';
import { type Table, TableError } from './table';
import { readVotable } from './votable';

export type Content =
  | { readonly kind: 'catalog'; readonly table: Table }
  | { readonly kind: 'regions'; readonly shapes: readonly Shape[]; readonly warnings: readonly string[] };

const DS9 =
  /^\s*(#\s*region file format|global\b|(image|physical|detector|amplifier|linear|wcs[a-z]?|fk[45]|j2000|b1950|icrs|galactic|ecliptic)\s*(;|$)|[+!-]?(circle|annulus|ellipse|box|rotbox|polygon|point|line|[eb]?panda)\s*\()/im;

/** Reads a catalogue or regions from what a file holds; its name only serves messages. Throws a TableError. */
export function readContent(bytes: Uint8Array, name: string): Content {
  if (startsWith(bytes, 'SIMPLE  =')) return { kind: 'catalog', table: readFitsTable(bytes, name) };
  const text = new TextDecoder().decode(bytes);
  const start = text.slice(0, 4000).trimStart();
  if (start.startsWith('<')) {
    if (!/<(\w+:)?VOTABLE/i.test(start)) throw new TableError(t('{name} is XML, but no VOTable', { name }));
    return { kind: 'catalog', table: readVotable(text, name) };
  }
  if (start.startsWith('{')) return { kind: 'regions', shapes: readGeoJson(text, name), warnings: [] };
  if (DS9.test(start)) {
    const { shapes, warnings } = readDs9(text);
    if (shapes.length > 0) return { kind: 'regions', shapes, warnings };
  }
  return { kind: 'catalog', table: readDelimited(text, name) };
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return [...text].every((sign, k) => bytes[k] === sign.charCodeAt(0));
}
