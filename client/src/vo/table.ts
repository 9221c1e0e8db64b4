/** Tables as catalogues come in, by columns. Numbers are Float64Array (NaN: no value), everything else is text. */
export interface Column {
  readonly name: string;
  readonly unit: string;
  /** IVOA unified content descriptor, lower case; empty when the table has none. */
  readonly ucd: string;
  readonly description: string;
  readonly values: Float64Array | readonly string[];
}

export interface Table {
  readonly name: string;
  readonly length: number;
  readonly columns: readonly Column[];
}

/** A table that cannot be read; the message says why in words for the user. */
export class TableError extends Error {
  override readonly name = 'TableError';
}

interface Wanted {
  readonly ucd: RegExp;
  readonly name: RegExp;
}

const WANTED = {
  lon: {
    ucd: /^(pos\.eq\.ra(;meta\.main)?|pos_eq_ra(_main)?)$/,
    name: /^(_?ra(j2000|_?icrs|deg|_?deg)?|_?raj2000|alpha(_j2000|win_j2000)?|ra_str)$/i,
  },
  lat: {
    ucd: /^(pos\.eq\.dec(;meta\.main)?|pos_eq_dec(_main)?)$/,
    name: /^(_?de(c|j2000|_?icrs|deg)?|_?dec(j2000|_?icrs|deg|_?deg)?|_?dej2000|delta(_j2000|win_j2000)?|dec_str)$/i,
  },
  glon: { ucd: /^pos\.galactic\.lon/, name: /^(glon|_?l(ii)?)$/i },
  glat: { ucd: /^pos\.galactic\.lat/, name: /^(glat|_?b(ii)?)$/i },
  x: { ucd: /^pos\.cartesian\.x;instr\.det/, name: /^(x|x_?image|xwin_image|xcentroid|xpos)$/i },
  y: { ucd: /^pos\.cartesian\.y;instr\.det/, name: /^(y|y_?image|ywin_image|ycentroid|ypos)$/i },
  magnitude: { ucd: /^phot\.mag(;em\.opt.*|;em\.ir.*)?(;stat.*)?$/, name: /^(.*mag|mag_.*|m_?v|v)$/i },
  major: {
    ucd: /^phys\.angsize\.s?majaxis/,
    name: /^(f?maj(axis)?|a(win)?_world|awide|semimajor_sigma)$/i,
  },
  minor: { ucd: /^phys\.angsize\.s?minaxis/, name: /^(f?min(axis)?|b(win)?_world|bwide)$/i },
  angle: { ucd: /^pos\.posang/, name: /^(f?pa|posang|pawide|theta(win)?_j2000)$/i },
} satisfies Record<string, Wanted>;

export type Role = keyof typeof WANTED;

/** The column that plays a role: by its UCD with "main" first, then by its name. */
export function columnFor(table: Table, role: Role): Column | null {
  const { ucd, name } = WANTED[role];
  const byUcd = table.columns.filter((column) => ucd.test(column.ucd));
  const main = byUcd.find((column) => /meta\.main|_main$/.test(column.ucd));
  return main ?? byUcd[0] ?? table.columns.find((column) => name.test(column.name)) ?? null;
}

/** Text in a cell, as a pop-up shows it. */
export function cellText({ values }: Column, row: number): string {
  const value = values[row];
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  // Nine digits: a milliarcsecond in a position; more is the noise of the format.
  return Number.isNaN(value) ? '' : String(Number.isSafeInteger(value) ? value : Number(value.toPrecision(9)));
}

/** A column from texts: numbers when all that is not blank is a number. */
export function columnFromTexts(
  name: string,
  texts: readonly string[],
  more: Partial<Pick<Column, 'unit' | 'ucd' | 'description'>> = {},
): Column {
  const { unit = '', ucd = '', description = '' } = more;
  const numbers = new Float64Array(texts.length);
  let numeric = texts.length > 0;
  let filled = false;
  for (let k = 0; k < texts.length && numeric; k++) {
    const text = (texts[k] ?? '').trim();
    const blank = BLANK.test(text);
    const value = blank ? Number.NaN : Number(text);
    numbers[k] = value;
    numeric = blank || (!Number.isNaN(value) && !isIdentifier(text));
    filled ||= !blank;
  }
  return { name, unit, ucd, description, values: numeric && filled ? numbers : texts };
}

/** Names made of digits are no numbers: "00012", and the sources of Gaia, which have more digits than a number keeps. */
const isIdentifier = (text: string): boolean => /^[+-]?(0\d+|\d{16,})$/.test(text);

const BLANK = /^(|nan|null|none|--?|n\/a)$/i;

/** Values of a column read from bytes: numbers where all are, else texts; integers beyond 2^53 stay exact as texts. */
export function valuesOf(cells: readonly (number | bigint | string)[]): Float64Array | string[] {
  const exact = cells.every(
    (cell) => typeof cell !== 'string' && Number.isSafeInteger(typeof cell === 'bigint' ? Number(cell) : 0),
  );
  return exact ? Float64Array.from(cells, Number) : cells.map((cell) => (Number.isNaN(cell) ? '' : String(cell)));
}
