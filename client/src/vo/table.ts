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
    ucd: /^pos\.eq\.ra(;meta\.main)?$/,
    name: /^(_?ra(j2000|_?icrs|deg|_?deg)?|_?raj2000|alpha(_j2000|win_j2000)?|ra_str)$/i,
  },
  lat: {
    ucd: /^pos\.eq\.dec(;meta\.main)?$/,
    name: /^(_?de(c|j2000|_?icrs|deg)?|_?dec(j2000|_?icrs|deg|_?deg)?|_?dej2000|delta(_j2000|win_j2000)?|dec_str)$/i,
  },
  glon: { ucd: /^pos\.galactic\.lon/, name: /^(glon|_?l(ii)?)$/i },
  glat: { ucd: /^pos\.galactic\.lat/, name: /^(glat|_?b(ii)?)$/i },
  x: { ucd: /^pos\.cartesian\.x;instr\.det/, name: /^(x|x_?image|xwin_image|xcentroid|xpos)$/i },
  y: { ucd: /^pos\.cartesian\.y;instr\.det/, name: /^(y|y_?image|ywin_image|ycentroid|ypos)$/i },
  magnitude: { ucd: /^phot\.mag(;em\.opt.*|;em\.ir.*)?(;stat.*)?$/, name: /^(.*mag|mag_.*)$/i },
  major: {
    ucd: /^phys\.angsize\.smajaxis|^phys\.angsize;pos\.errorellipse/,
    name: /^(maj(axis)?|a_world|awin_world|a)$/i,
  },
  minor: { ucd: /^phys\.angsize\.sminaxis/, name: /^(min(axis)?|b_world|bwin_world|b)$/i },
  angle: { ucd: /^pos\.posang/, name: /^(pa|posang|theta_(j2000|world)|thetawin_j2000)$/i },
} satisfies Record<string, Wanted>;

export type Role = keyof typeof WANTED;

/** The column that plays a role: by its UCD with "main" first, then by its name. */
export function columnFor(table: Table, role: Role): Column | null {
  const { ucd, name } = WANTED[role];
  const byUcd = table.columns.filter((column) => ucd.test(column.ucd));
  const main = byUcd.find((column) => column.ucd.includes('meta.main'));
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
    numeric = blank || !Number.isNaN(value);
    filled ||= !blank;
  }
  return { name, unit, ucd, description, values: numeric && filled ? numbers : texts };
}

const BLANK = /^(|nan|null|none|--?|n\/a)$/i;
