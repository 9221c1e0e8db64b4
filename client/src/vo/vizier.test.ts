import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CardRow } from '../core/api';
import { Api } from '../core/api';
import { Connection } from '../core/connection';
import { catalogFor, catalogs } from './catalogs';
import { epochOf } from './epoch';
import { askCatalog, coneUrl, readAnswer, skybotUrl, vizierUrl } from './vizier';

const api = new Api('/api/v1/', new Connection());
const field = { lon: 266.4, lat: -29, width: 0.2, height: 0.1 };
const question = (limit = 100) => ({ field, limit, signal: new AbortController().signal });

/** What VizieR answers, as stored from the service: comments, names, units, a rule of dashes, rows. */
const stored = (rows: readonly string[]): string =>
  [
    '#',
    '#   VizieR Astronomical Server',
    '#Column\t_RAJ2000\t(F14.10)\tRight ascension\t[ucd=pos.eq.ra]',
    '#Column\t_DEJ2000\t(F14.10)\tDeclination\t[ucd=pos.eq.dec]',
    '#Column\tKmag\t(F6.3)\tK magnitude\t[ucd=phot.mag;em.IR.K]',
    '_RAJ2000\t_DEJ2000\tKmag',
    'deg\tdeg\tmag',
    '------------\t------------\t------',
    ...rows,
    '',
  ].join('\n');

afterEach(() => vi.unstubAllGlobals());

const answerWith = (text: string, status = 200) =>
  vi.stubGlobal('fetch', async () => new Response(text, { status, statusText: 'x' }));

describe('questions', () => {
  it('ask VizieR for a box around the centre, the brightest first, one more than the limit', () => {
    const url = new URL(vizierUrl(catalogFor('twomass'), question()));
    expect(url.host).toBe('vizier.cds.unistra.fr');
    expect(url.searchParams.get('-source')).toBe('II/246/out');
    expect(url.searchParams.get('-c')).toBe('266.400000-29.000000');
    expect(url.searchParams.get('-c.bd')).toBe('0.200000x0.100000');
    expect(url.searchParams.get('-out.max')).toBe('101');
    expect(url.searchParams.get('-sort')).toBe('Kmag');
    expect(new URL(vizierUrl(catalogFor('unWISE'), question())).searchParams.get('-sort')).toBe('-FW1');
  });

  /** Columns of VisiOmatic 3.0.7 beside name and position, where it is told. */
  it.each([
    ['gaiaDR3', 'I/355/', ['Gmag', 'BPmag', 'RPmag', 'pmRA', 'pmDE'], 'Gmag'],
    ['twomass', 'II/246/', ['Jmag', 'Hmag', 'Kmag'], 'Kmag'],
    ['sdss', 'V/147/', ['umag', 'gmag', 'rmag', 'imag', 'zmag'], 'rmag'],
    ['panstarrs1', 'II/349/', ['gKmag', 'rKmag', 'iKmag', 'zKmag', 'yKmag'], 'rKmag'],
    ['unWISE', 'II/363/unwise', ['FW1', 'FW2'], '-FW1'],
    ['abell', 'VII/110A/', [], 'm10'],
    ['allWISE', 'II/328/', [], 'W1mag'],
    ['first', 'VIII/92/', ['fMaj', 'fMin', 'fPA'], '-Fint'],
    ['galexAIS', 'II/312/', [], 'NUV'],
    ['gleam', 'VIII/100/', ['awide', 'bwide', 'pawide'], '-Fintwide'],
    ['nvss', 'VIII/65/', ['MajAxis', 'MinAxis', 'PA'], '-S1.4'],
    ['ppmXL', 'I/317/', [], 'Jmag'],
    ['tgss', 'J/A+A/598/A78/', ['Maj', 'Min', 'PA'], '-Sint'],
    ['urat1', 'I/329/', [], 'f.mag'],
  ])('ask %s for its table, its columns, and what it is sorted by among them', (id, table, columns, order) => {
    const query = new URL(vizierUrl(catalogFor(id), question())).searchParams;
    expect(query.getAll('-source')).toHaveLength(1);
    expect(query.get('-source')?.startsWith(table)).toBe(true);
    const asked = query.get('-out')?.split(',') ?? [];
    expect(asked).toEqual(expect.arrayContaining([...columns, order.replace('-', '')]));
    expect(query.get('-sort')).toBe(order);
  });

  it('take any table by its name', () => {
    expect(catalogFor('J/ApJ/123/1').table).toBe('J/ApJ/123/1');
    expect(catalogs).toHaveLength(15);
  });

  it('ask SkyBoT for the time and the place of the exposure', () => {
    const epoch = epochOf([
      ['DATE-OBS', '2004-01-02T03:04:05', ''],
      ['EXPTIME', 120, ''],
      ['TELESCOP', 'CFHT 3.6m', ''],
    ]);
    expect(epoch?.jd).toBeCloseTo(2453006.62853, 4);
    const url = new URL(skybotUrl({ ...question(), epoch }));
    expect(url.searchParams.get('-loc')).toBe('568');
    expect(() => skybotUrl({ ...question(), epoch: epochOf([]) })).toThrow('DATE-OBS');
  });

  it.each([
    [
      'the IAU code',
      [
        ['OBSCODE', 'G37'],
        ['TELESCOP', 'CFHT'],
      ],
      'G37',
    ],
    ['a code that a header gives as a number', [['MPCCODE', 95]], '095'],
    [
      'the site at a position, east of Greenwich',
      [
        ['LONGITUD', -155.468876],
        ['LATITUDE', 19.825252],
      ],
      '568',
    ],
    [
      'the same, west and sexagesimal',
      [
        ['LONGITUD', '70:48:54.8'],
        ['LATITUDE', '-30:09:55.4'],
      ],
      '807',
    ],
    [
      'the same, from 0 to 360',
      [
        ['OBSGEO-L', 289.5966],
        ['OBSGEO-B', -24.6272],
        ['TELESCOP', 'SDSS'],
      ],
      '309',
    ],
    [
      'the name where there is no site that is known',
      [
        ['LONGITUD', 10],
        ['LATITUDE', 50],
        ['TELESCOP', 'P48 Palomar'],
      ],
      '675',
    ],
    [
      'the Earth’s centre otherwise',
      [
        ['LONGITUD', 10],
        ['LATITUDE', 50],
        ['OBSCODE', 'here'],
      ],
      '500',
    ],
  ] as const)('see the solar system from %s', (_, cards, code) => {
    const rows = [['MJD-OBS', 53000.5, ''], ...cards.map(([name, value]) => [name, value, ''])] as CardRow[];
    expect(epochOf(rows)?.observatory).toBe(code);
  });

  it('read the time in its other spellings', () => {
    expect(epochOf([['MJD-OBS', 53000.5, '']])?.jd).toBe(2453001);
    expect(
      epochOf([
        ['DATE-OBS', '2004-01-02', ''],
        ['UT', '12:00:00', ''],
      ])?.jd,
    ).toBe(2453007);
    expect(epochOf([['DATE-OBS', '31/12/99', '']])?.jd ?? null).toBeNull();
  });
});

describe('cone searches', () => {
  const votable = (rows: string) =>
    `<VOTABLE><RESOURCE type="results"><TABLE><FIELD name="ra" ucd="POS_EQ_RA_MAIN" datatype="double"/>
    <FIELD name="dec" ucd="POS_EQ_DEC_MAIN" datatype="double"/><DATA><TABLEDATA>${rows}</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>`;

  it('are asked by the address of any service, whose own parameters stay', async () => {
    const definition = catalogFor('https://example.org/scs?cat=x');
    expect(definition).toMatchObject({ service: 'cone', title: 'example.org' });
    const url = new URL(coneUrl(definition, question()));
    expect([url.searchParams.get('cat'), url.searchParams.get('RA'), url.searchParams.get('DEC')]).toEqual([
      'x',
      '266.400000',
      '-29.000000',
    ]);
    expect(Number(url.searchParams.get('SR'))).toBeCloseTo(Math.hypot(0.2, 0.1) / 2, 6);
    answerWith(votable('<TR><TD>266.4</TD><TD>-29</TD></TR>'));
    expect((await askCatalog(api, definition, question())).table.length).toBe(1);
  });

  it('tell how much of an answer has come', async () => {
    answerWith(votable('<TR><TD>266.4</TD><TD>-29</TD></TR>'));
    const progress = vi.fn();
    await askCatalog(api, catalogFor('https://example.org/scs'), { ...question(), progress });
    expect(progress.mock.lastCall?.[0]).toBeGreaterThan(100);
  });
});

describe('answers', () => {
  it('are tables with units; what is beyond the limit is cut and said', async () => {
    answerWith(stored(['266.1\t-29.1\t10.5', '266.2\t-29.2\t11.5', '266.3\t-29.3\t12.5']));
    const { table, cut } = await askCatalog(api, catalogFor('twomass'), question(2));
    expect(cut).toBe(true);
    expect(table.length).toBe(2);
    expect(table.columns[2]).toMatchObject({ name: 'Kmag', unit: 'mag' });
  });

  it('may be empty, or hold the complaint of the service', () => {
    expect(readAnswer('#\n# nothing\n\n', '2MASS').length).toBe(0);
    expect(() => readAnswer('#\n#INFO Error=No such catalogue\n', 'X/1')).toThrow('No such catalogue');
  });

  it('that do not come are explained', async () => {
    vi.stubGlobal('fetch', async () => {
      throw new TypeError('Failed to fetch');
    });
    await expect(askCatalog(api, catalogFor('sdss'), question())).rejects.toThrow('you seem to be offline');
    answerWith('', 503);
    await expect(askCatalog(api, catalogFor('sdss'), question())).rejects.toThrow('503');
  });

  it('can be cancelled', async () => {
    const abort = new AbortController();
    vi.stubGlobal('fetch', (_: string, { signal }: RequestInit) => {
      return new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new DOMException('Aborted', 'AbortError')));
      });
    });
    const asked = askCatalog(api, catalogFor('sdss'), { ...question(), signal: abort.signal });
    abort.abort();
    await expect(asked).rejects.toThrow('Aborted');
  });
});
