import type { CatalogDefinition } from './catalogs';
import { readDelimited } from './delimited';
import { type Table, TableError } from './table';
import { readVotable } from './votable';

const VIZIER = 'https://vizier.cds.unistra.fr/viz-bin/asu-tsv';
const SKYBOT = 'https://ssp.imcce.fr/webservices/skybot/api/conesearch.php';
const PATIENCE = 60_000;

/** A part of the sky in ICRS degrees. */
export interface Field {
  readonly lon: number;
  readonly lat: number;
  /** Full sides in degrees of arc. */
  readonly width: number;
  readonly height: number;
}

export interface Question {
  readonly field: Field;
  /** At most so many rows. */
  readonly limit: number;
  readonly signal: AbortSignal;
  /** Julian date and IAU code of the observatory, for what moves. */
  readonly epoch?: { readonly jd: number; readonly observatory: string } | null;
}

export interface Answer {
  readonly table: Table;
  /** True when there is more in the field than was given. */
  readonly cut: boolean;
}

/** Address of a question to VizieR; one row more than the limit, to know whether there is more. */
export function vizierUrl(
  { table, name, columns, brightness, scale }: CatalogDefinition,
  { field, limit }: Question,
): string {
  const sign = field.lat < 0 ? '' : '+';
  const query: [string, string][] = [
    ['-source', table],
    ['-c', `${field.lon.toFixed(6)}${sign}${field.lat.toFixed(6)}`],
    ['-c.eq', 'J2000'],
    ['-c.bd', `${field.width.toFixed(6)}x${field.height.toFixed(6)}`],
    ['-out.max', String(limit + 1)],
    ['-oc.form', 'd'],
    ['-out.add', '_RAJ2000,_DEJ2000'],
  ];
  const wanted = [name, ...columns].filter(Boolean);
  if (wanted.length > 0) query.push(['-out', wanted.join(',')]);
  if (brightness) query.push(['-sort', scale === 'linear' ? `-${brightness}` : brightness]);
  return `${VIZIER}?${query.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&')}`;
}

export function skybotUrl({ field, epoch }: Question): string {
  if (!epoch) throw new TableError('SkyBoT needs the time of the exposure: the header has no DATE-OBS or MJD-OBS');
  const query = {
    '-ep': epoch.jd.toFixed(6),
    '-ra': field.lon.toFixed(6),
    '-dec': field.lat.toFixed(6),
    '-rd': (Math.hypot(field.width, field.height) / 2).toFixed(6),
    '-loc': epoch.observatory,
    '-mime': 'votable',
    '-output': 'object',
    '-filter': '120',
    '-from': 'VisiOmatic',
  };
  return `${SKYBOT}?${new URLSearchParams(query)}`;
}

/** Asks the service from the browser. Errors say what to do; an aborted question throws AbortError. */
export async function askCatalog(definition: CatalogDefinition, question: Question): Promise<Answer> {
  const url = definition.table ? vizierUrl(definition, question) : skybotUrl(question);
  const text = await fetchText(url, question.signal, definition.title);
  const table = definition.table ? readAnswer(text, definition.title) : readVotable(text, definition.title);
  const cut = table.length > question.limit;
  return { table: cut ? firstRows(table, question.limit) : table, cut };
}

async function fetchText(url: string, signal: AbortSignal, title: string): Promise<string> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  signal.addEventListener('abort', abort, { once: true });
  const timer = setTimeout(abort, PATIENCE);
  try {
    const response = await fetch(url, { signal: controller.signal, credentials: 'omit' });
    if (!response.ok) throw new TableError(`${title}: the service answered ${response.status}. Try again later.`);
    return await response.text();
  } catch (error) {
    if (error instanceof TableError || signal.aborted) throw error;
    const slow = controller.signal.aborted;
    throw new TableError(
      slow
        ? `${title}: no answer within a minute. Try a smaller field.`
        : `${title}: the service cannot be reached from here.`,
    );
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

/** VizieR answers with comments alone when there is nothing, or when a name is wrong. */
export function readAnswer(text: string, title: string): Table {
  const problem = /^#(?:INFO\s+Error=|\*\*\*\s*)(.*)$/m.exec(text)?.[1]?.trim();
  const body = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  if (body.length === 0) {
    if (problem) throw new TableError(`${title}: ${problem}`);
    return { name: title, length: 0, columns: [] };
  }
  return readDelimited(text, title);
}

function firstRows(table: Table, length: number): Table {
  return {
    ...table,
    length,
    columns: table.columns.map((column) => ({ ...column, values: column.values.slice(0, length) })),
  };
}
