import { t } from '../base/i18n';
import { BinaryReader } from './binary';
import { type Column, columnFor, type Table, TableError, valuesOf } from './table';

const BLOCK = 2880;
const CARD = 80;

/**
 * The first binary table with positions of a FITS file, else the first one (read in the browser: a dropped catalogue
 * never leaves it). SExtractor's FITS_LDAC begins with a table that holds nothing but a header.
 */
export function readFitsTable(bytes: Uint8Array, name: string): Table {
  let offset = 0;
  let first: Table | null = null;
  while (offset < bytes.length) {
    const { cards, end } = readHeader(bytes, offset, name);
    const size = dataSize(cards);
    if (cards.get('XTENSION')?.startsWith('BINTABLE') && !cards.has('ZIMAGE')) {
      const table = readRows(bytes, end, cards, name);
      if (hasPositions(table)) return table;
      first ??= table;
    }
    offset = end + Math.ceil(size / BLOCK) * BLOCK;
  }
  if (first) return first;
  throw new TableError(t('{name} is a FITS file without a binary table', { name }));
}

const hasPositions = (table: Table): boolean =>
  (columnFor(table, 'lon') ?? columnFor(table, 'glon') ?? columnFor(table, 'x')) !== null;

type Cards = Map<string, string>;

function readHeader(bytes: Uint8Array, start: number, name: string): { cards: Cards; end: number } {
  const cards: Cards = new Map();
  for (let at = start; at + CARD <= bytes.length; at += CARD) {
    const card = String.fromCharCode(...bytes.subarray(at, at + CARD));
    const keyword = card.slice(0, 8).trim();
    if (keyword === 'END') return { cards, end: start + Math.ceil((at + CARD - start) / BLOCK) * BLOCK };
    if (card.slice(8, 10) === '= ') cards.set(keyword, cardValue(card.slice(10)));
  }
  throw new TableError(t('{name} ends within a header', { name }));
}

function cardValue(text: string): string {
  const quoted = /^\s*'((?:[^']|'')*)'/.exec(text)?.[1];
  return quoted === undefined ? (text.split('/')[0] ?? '').trim() : quoted.replace(/''/g, "'").trimEnd();
}

const integer = (cards: Cards, keyword: string, usual = 0): number => Number(cards.get(keyword) ?? usual);

function dataSize(cards: Cards): number {
  const axes = integer(cards, 'NAXIS');
  if (axes === 0) return 0;
  let pixels = 1;
  for (let k = 1; k <= axes; k++) pixels *= integer(cards, `NAXIS${k}`);
  const bytes = Math.abs(integer(cards, 'BITPIX')) / 8;
  return bytes * integer(cards, 'GCOUNT', 1) * (integer(cards, 'PCOUNT') + pixels);
}

function readRows(bytes: Uint8Array, start: number, cards: Cards, name: string): Table {
  const width = integer(cards, 'NAXIS1');
  const length = integer(cards, 'NAXIS2');
  if (start + width * length > bytes.length) throw new TableError(t('{name} ends within its table', { name }));
  const columns: Column[] = [];
  let offset = 0;
  for (let k = 1; k <= integer(cards, 'TFIELDS'); k++) {
    const [, count, code] = /^\s*(\d*)([A-Z])/.exec(cards.get(`TFORM${k}`) ?? '') ?? [];
    const repeat = count ? Number(count) : 1;
    const size = SIZES[code ?? ''];
    if (!code || size === undefined)
      throw new TableError(
        t('{name} has a column of the unknown type {type}', { name, type: cards.get(`TFORM${k}`) ?? '' }),
      );
    const cells = new BinaryReader(bytes.subarray(start));
    columns.push(readColumn(cells, { k, code, repeat, offset, width, length }, cards));
    offset += code === 'X' ? Math.ceil(repeat / 8) : repeat * size;
  }
  return { name, length, columns };
}

const SIZES: Record<string, number> = {
  L: 1,
  X: 1,
  B: 1,
  I: 2,
  J: 4,
  K: 8,
  A: 1,
  E: 4,
  D: 8,
  C: 8,
  M: 16,
  P: 8,
  Q: 16,
};

interface Place {
  readonly k: number;
  readonly code: string;
  readonly repeat: number;
  readonly offset: number;
  readonly width: number;
  readonly length: number;
}

function readColumn(reader: BinaryReader, { k, code, repeat, offset, width, length }: Place, cards: Cards): Column {
  const texts: string[] = [];
  const numbers: (number | bigint)[] = [];
  const read = {
    B: reader.uint8,
    I: reader.int16,
    J: reader.int32,
    K: reader.int64,
    E: reader.float32,
    D: reader.float64,
  }[code];
  const scale = integer(cards, `TSCAL${k}`, 1);
  const zero = integer(cards, `TZERO${k}`);
  const blank = cards.has(`TNULL${k}`) ? integer(cards, `TNULL${k}`) : null;
  const isNumber = read !== undefined && repeat === 1;
  for (let row = 0; row < length; row++) {
    reader.offset = row * width + offset;
    if (isNumber) {
      const stored = read();
      if (blank !== null && Number(stored) === blank) numbers.push(Number.NaN);
      else numbers.push(scale === 1 && zero === 0 ? stored : zero + scale * Number(stored));
    } else if (code === 'A') texts.push(reader.ascii(repeat).trimEnd());
    else if (code === 'L') texts.push(String.fromCharCode(reader.uint8()));
    else texts.push(read ? Array.from({ length: repeat }, () => read()).join(' ') : '');
  }
  return {
    name: cards.get(`TTYPE${k}`) ?? `column ${k}`,
    unit: cards.get(`TUNIT${k}`) ?? '',
    ucd: (cards.get(`TUCD${k}`) ?? '').toLowerCase(),
    description: '',
    values: isNumber ? valuesOf(numbers) : texts,
  };
}
