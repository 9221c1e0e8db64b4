import { t } from '../base/i18n';
import type { Api } from '../core/api';
import { askOutside, OutsideError } from '../core/outside';
import type { CatalogDefinition } from './catalogs';
import { readDelimited } from './delimited';
import type { Epoch } from './epoch';
import { type Table, TableError } from './table';
import { readVotable } from './votable';

const VIZIER = 'https://vizier.cds.unistra.fr/viz-bin/asu-tsv';
const SKYBOT = 'https://ssp.imcce.fr/webservices/skybot/api/conesearch.php';

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
  /** For what moves. */
  readonly epoch?: Epoch | null;
  /** Told while the answer arrives: bytes so far. */
  readonly progress?: (bytes: number) => void;
}

export interface Answer {
  readonly table: Table;
  /** True when there is more in the field than was given. */
  readonly cut: boolean;
}

/** Address of a question to VizieR; one row more than the limit, to know whether there is more. */
export function vizierUrl(
  { table, name, columns, brightness, scale }: CatalogDefinition,
  { field, limit }: Pick<Question, 'field' | 'limit'>,
): string {
  const sign = field.lat < 0 ? '' : '+';
  const query: [string, string][] = [
    ['-source', table],
    ['-c', `${field.lon.toFixed(6)}${sign}${field.lat.toFixed(6)}`],
    ['-c.eq', 'J2000'],
    ['-c.bd', `${field.width.toFixed(6)}x${field.height.toFixed(6)}`],
    ['-out.max', String(limit + 1)],
    ['-oc.form', 'dec'],
    ['-out.add', '_RAJ2000,_DEJ2000'],
  ];
  const wanted = [name, ...columns].filter(Boolean);
  if (wanted.length > 0) query.push(['-out', wanted.join(',')]);
  if (brightness) query.push(['-sort', scale === 'linear' ? `-${brightness}` : brightness]);
  return `${VIZIER}?${query.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&')}`;
}

/** Half the diagonal: the cone that holds the field. */
const radius = ({ width, height }: Field): string => (Math.hypot(width, height) / 2).toFixed(6);

/** SkyBoT has no limit of rows; "all" is the only output that tells how objects move. */
export function skybotUrl({ field, epoch }: Pick<Question, 'field' | 'epoch'>): string {
  if (!epoch) throw new TableError(t('SkyBoT needs the time of the exposure: the header has no DATE-OBS or MJD-OBS'));
  const query = {
    '-ep': epoch.jd.toFixed(6),
    '-ra': field.lon.toFixed(6),
    '-dec': field.lat.toFixed(6),
    '-rd': radius(field),
    '-loc': epoch.observatory,
    '-mime': 'votable',
    '-output': 'all',
    '-filter': '120',
    '-refsys': 'EQJ2000',
    '-from': 'VisiOmatic',
  };
  return `${SKYBOT}?${new URLSearchParams(query)}`;
}

/** Simple Cone Search (IVOA recommendation 1.03): RA, DEC, SR in degrees, ICRS. Parameters of the address stay. */
export function coneUrl({ table }: CatalogDefinition, { field, limit }: Pick<Question, 'field' | 'limit'>): string {
  const url = new URL(table);
  const query = { RA: field.lon.toFixed(6), DEC: field.lat.toFixed(6), SR: radius(field), MAXREC: String(limit + 1) };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

/** Asks the service, directly or through the server. Errors say what to do; an aborted question throws AbortError. */
export async function askCatalog(api: Api, definition: CatalogDefinition, question: Question): Promise<Answer> {
  const { service, title } = definition;
  const urls = { vizier: vizierUrl, skybot: (_: CatalogDefinition, q: Question) => skybotUrl(q), cone: coneUrl };
  const text = await fetchText(api, urls[service](definition, question), title, question);
  const table = service === 'vizier' ? readAnswer(text, title) : readVotable(text, title);
  const cut = table.length > question.limit;
  return { table: cut ? firstRows(table, question.limit) : table, cut };
}

async function fetchText(api: Api, url: string, title: string, { signal, progress }: Question): Promise<string> {
  try {
    return await askOutside(api, url, { signal, ...(progress && { progress }) });
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    if (error.problem === 'slow')
      throw new TableError(t('{title}: no answer within a minute. Try a smaller field.', { title }));
    const problem = error.message;
    if (error.problem === 'status') throw new TableError(t('{title}: {problem}. Try again later', { title, problem }));
    throw new TableError(`${title}: ${problem}`);
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
