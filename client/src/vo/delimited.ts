import { t } from '../base/i18n';
import { type Column, columnFromTexts, type Table, TableError } from './table';

interface Described {
  unit: string;
  ucd: string;
  description: string;
}

/**
 * CSV (RFC 4180, also with ";"), TSV, and VizieR's TSV, whose comments describe the columns and whose rule of dashes
 * ends the head. Lines that begin with "#" are comments.
 */
export function readDelimited(text: string, name: string): Table {
  const comments: string[] = [];
  const lines: string[] = [];
  for (const line of text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/)) {
    if (line.startsWith('#')) comments.push(line);
    else if (line.trim() !== '') lines.push(line);
  }
  const separator = separatorOf(lines[0] ?? lastWord(comments));
  const rows = split(lines.join('\n'), separator);
  const dashes = rows.findIndex((row) => row.length > 0 && row.every((cell) => /^-+$/.test(cell.trim())));
  const head = (rows[0] ?? []).map((cell) => cell.trim());
  if (rows.length < 2 || head.length < 2)
    throw new TableError(t('{name} holds no table with a line of names and rows', { name }));
  const units = dashes > 1 ? (rows[1] ?? []) : [];
  const body = rows.slice(dashes > 0 ? dashes + 1 : 1);
  const described = describedBy(comments);
  return {
    name,
    length: body.length,
    columns: head.map((title, k) => column(title, k, body, units[k] ?? '', described)),
  };
}

function column(
  title: string,
  k: number,
  body: readonly string[][],
  unit: string,
  described: Map<string, Described>,
): Column {
  const known = described.get(title);
  const texts = body.map((row) => (row[k] ?? '').trim());
  return columnFromTexts(title || `column ${k + 1}`, texts, { ...known, unit: unit.trim() || known?.unit || '' });
}

/** "#Column	RAJ2000	(F10.6)	Right ascension	[ucd=pos.eq.ra;meta.main]" */
function describedBy(comments: readonly string[]): Map<string, Described> {
  const described = new Map<string, Described>();
  for (const line of comments) {
    const [head, name, , ...rest] = line.split('\t');
    if (head !== '#Column' || !name) continue;
    const text = rest.join(' ');
    const ucd = /\[ucd=([^\]]*)\]/.exec(text)?.[1]?.toLowerCase() ?? '';
    described.set(name.trim(), { unit: '', ucd, description: text.replace(/\[ucd=[^\]]*\]/, '').trim() });
  }
  return described;
}

const lastWord = (comments: readonly string[]): string => comments[comments.length - 1] ?? '';

function separatorOf(head: string): string {
  const counts = ['\t', ';', ','].map((sign) => [sign, head.split(sign).length] as const);
  const [best] = counts.sort((a, b) => b[1] - a[1]);
  return best && best[1] > 1 ? best[0] : ',';
}

/** Rows of cells; quoted cells may hold separators, doubled quotes and line ends. */
function split(text: string, separator: string): string[][] {
  if (!text.includes('"')) return text.split('\n').map((line) => line.split(separator));
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  for (let k = 0; k < text.length; k++) {
    const sign = text[k];
    const row = rows[rows.length - 1] as string[];
    if (quoted && sign === '"' && text[k + 1] === '"') {
      cell += '"';
      k++;
    } else if (sign === '"' && (quoted || cell.trim() === '')) {
      quoted = !quoted;
      if (quoted) cell = '';
    } else if (!quoted && (sign === separator || sign === '\n')) {
      row.push(cell);
      cell = '';
      if (sign === '\n') rows.push([]);
    } else {
      cell += sign;
    }
  }
  rows[rows.length - 1]?.push(cell);
  return rows;
}
