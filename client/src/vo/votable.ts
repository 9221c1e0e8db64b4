import { t } from '../base/i18n';
import { BinaryReader } from './binary';
import { type Column, columnFromTexts, type Table, TableError, valuesOf } from './table';

interface Field {
  readonly name: string;
  readonly unit: string;
  readonly ucd: string;
  readonly description: string;
  readonly datatype: string;
  readonly arraysize: string;
}

/** The first table with rows of a VOTable: TABLEDATA, BINARY or BINARY2 (base64). */
export function readVotable(text: string, name: string): Table {
  const document = new DOMParser().parseFromString(text, 'text/xml');
  if (document.querySelector('parsererror')) throw new TableError(t('{name} is not well-formed XML', { name }));
  const complaint = complaintOf(document);
  if (complaint) throw new TableError(t('{name}: the service answered: {complaint}', { name, complaint }));
  for (const table of document.querySelectorAll('TABLE')) {
    const fields = [...children(table, 'FIELD')].map(fieldOf);
    const columns = columnsOf(table, fields);
    if (columns) return { name, length: columns[0]?.values.length ?? 0, columns };
  }
  throw new TableError(t('{name} holds no table that can be read (TABLEDATA, BINARY, BINARY2)', { name }));
}

/** DALI's QUERY_STATUS, and the Error of a Simple Cone Search; empty: none. */
function complaintOf(document: Document): string {
  for (const info of document.querySelectorAll('INFO, PARAM')) {
    const [name, value] = [info.getAttribute('name') ?? '', info.getAttribute('value') ?? ''];
    if (name === 'QUERY_STATUS' && value === 'ERROR') return info.textContent?.trim() || 'error';
    if (/^error$/i.test(name)) return value || 'error';
  }
  return '';
}

function* children(element: Element, tag: string): Generator<Element> {
  for (const child of element.children) if (child.localName === tag) yield child;
}

function fieldOf(field: Element): Field {
  const text = (attribute: string): string => field.getAttribute(attribute) ?? '';
  return {
    name: text('name') || text('ID'),
    unit: text('unit'),
    ucd: text('ucd').toLowerCase(),
    description: field.querySelector('DESCRIPTION')?.textContent?.trim() ?? '',
    datatype: text('datatype'),
    arraysize: text('arraysize'),
  };
}

function columnsOf(table: Element, fields: readonly Field[]): Column[] | null {
  const rows = table.querySelector('TABLEDATA');
  if (rows) return fromRows(rows, fields);
  const binary = table.querySelector('BINARY2, BINARY');
  const stream = binary?.querySelector('STREAM');
  if (!binary || !stream) return null;
  if (stream.getAttribute('encoding') !== 'base64') throw new TableError(t('a VOTable whose data lie in another file'));
  return fromStream(decodeBase64(stream.textContent ?? ''), fields, binary.localName === 'BINARY2');
}

function fromRows(rows: Element, fields: readonly Field[]): Column[] {
  const texts: string[][] = fields.map(() => []);
  for (const row of rows.children) {
    fields.forEach((_, k) => {
      texts[k]?.push(row.children[k]?.textContent?.trim() ?? '');
    });
  }
  return fields.map((field, k) => columnFromTexts(field.name, texts[k] ?? [], field));
}

function decodeBase64(text: string): Uint8Array {
  const binary = atob(text.replace(/\s+/g, ''));
  const bytes = new Uint8Array(binary.length);
  for (let k = 0; k < binary.length; k++) bytes[k] = binary.charCodeAt(k);
  return bytes;
}

/** BINARY2 begins each row with a bit for every field that is null. */
function fromStream(bytes: Uint8Array, fields: readonly Field[], masked: boolean): Column[] {
  const reader = new BinaryReader(bytes);
  const cells: Cell[][] = fields.map(() => []);
  while (!reader.atEnd) {
    const mask = masked ? reader.take(Math.ceil(fields.length / 8)) : 0;
    fields.forEach((field, k) => {
      const value = readCell(reader, field);
      const isNull = masked && ((bytes[mask + (k >> 3)] ?? 0) & (128 >> (k & 7))) !== 0;
      cells[k]?.push(isNull ? (typeof value === 'string' ? '' : Number.NaN) : value);
    });
  }
  return fields.map((field, k) => columnOf(field, cells[k] ?? []));
}

type Cell = number | bigint | string;

function columnOf({ name, unit, ucd, description }: Field, cells: readonly Cell[]): Column {
  return { name, unit, ucd, description, values: valuesOf(cells) };
}

function readCell(reader: BinaryReader, { datatype, arraysize }: Field): Cell {
  const one = readOne(reader, datatype);
  if (datatype === 'char' || datatype === 'unicodeChar') {
    const length = arraysize.includes('*') ? reader.int32() : Number(arraysize || 1);
    return (datatype === 'char' ? reader.ascii(length) : reader.utf16(length)).trim();
  }
  if (!arraysize || arraysize === '1') return one();
  const length = arraysize.includes('*') ? reader.int32() : arraysize.split('x').reduce((all, n) => all * Number(n), 1);
  return Array.from({ length }, one).join(' ');
}

function readOne(reader: BinaryReader, datatype: string): () => number | bigint {
  switch (datatype) {
    case 'boolean':
      return () => ({ 84: 1, 116: 1, 49: 1, 70: 0, 102: 0, 48: 0 })[reader.uint8()] ?? Number.NaN;
    case 'bit':
    case 'unsignedByte':
      return reader.uint8;
    case 'short':
      return reader.int16;
    case 'int':
      return reader.int32;
    case 'long':
      return reader.int64;
    case 'float':
      return reader.float32;
    case 'double':
      return reader.float64;
    case 'char':
    case 'unicodeChar':
      return () => Number.NaN;
    default:
      throw new TableError(
        t('the VOTable has a field of type {datatype}, which cannot be read', { datatype: datatype || 'unknown' }),
      );
  }
}
