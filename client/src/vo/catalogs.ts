import { mark, t } from '../base/i18n';
import { palette } from '../base/palette';

/** A catalogue that can be asked for the field in view. */
export interface CatalogDefinition {
  readonly id: string;
  readonly title: string;
  readonly hint: string;
  readonly color: string;
  readonly group: 'Optical' | 'Infrared and ultraviolet' | 'Radio' | 'Clusters' | 'Solar system';
  /** Who is asked: VizieR for a table, SkyBoT, or a cone search of the Virtual Observatory by its address. */
  readonly service: 'vizier' | 'skybot' | 'cone';
  /** Table of VizieR; address of a cone search. */
  readonly table: string;
  /** Column with the name of a source. */
  readonly name: string;
  readonly columns: readonly string[];
  /** Column that gives the size of symbols and the order in which the brightest come first. */
  readonly brightness: string;
  readonly scale?: 'linear';
  /** Half axes (columns in arcsec) and position angle, for sources drawn true to size. */
  readonly ellipse?: {
    readonly major: string;
    readonly minor: string;
    readonly angle: string;
    readonly factor: number;
  };
}

const optical = mark('Optical');
const infrared = mark('Infrared and ultraviolet');
const radio = mark('Radio');
const full = (major: string, minor: string, angle: string) => ({ major, minor, angle, factor: 0.5 });

/** The catalogues of VisiOmatic 3, in colours like its own; the usual ones stay apart to all eyes. */
export const catalogs: readonly CatalogDefinition[] = [
  {
    id: 'gaiaDR3',
    title: 'Gaia DR3',
    hint: mark('Stars with proper motions to G = 21'),
    color: palette.yellow,
    group: optical,
    service: 'vizier',
    table: 'I/355/gaiadr3',
    name: 'Source',
    columns: ['Gmag', 'BPmag', 'RPmag', 'pmRA', 'pmDE'],
    brightness: 'Gmag',
  },
  {
    id: 'panstarrs1',
    title: 'Pan-STARRS1',
    hint: mark('g r i z y, Kron magnitudes, declination above −30°'),
    color: palette.mint,
    group: optical,
    service: 'vizier',
    table: 'II/349/ps1',
    name: 'objID',
    columns: ['gKmag', 'rKmag', 'iKmag', 'zKmag', 'yKmag'],
    brightness: 'rKmag',
  },
  {
    id: 'sdss',
    title: 'SDSS DR12',
    hint: mark('u g r i z photometry'),
    color: palette.sky,
    group: optical,
    service: 'vizier',
    table: 'V/147/sdss12',
    name: 'SDSS12',
    columns: ['umag', 'gmag', 'rmag', 'imag', 'zmag'],
    brightness: 'rmag',
  },
  {
    id: 'ppmXL',
    title: 'PPMXL',
    hint: mark('Positions and proper motions'),
    color: '#ff9999',
    group: optical,
    service: 'vizier',
    table: 'I/317/sample',
    name: 'PPMXL',
    columns: ['Jmag', 'Hmag', 'Kmag', 'pmRA', 'pmDE'],
    brightness: 'Jmag',
  },
  {
    id: 'urat1',
    title: 'URAT1',
    hint: mark('Astrometry of the northern sky'),
    color: '#ffcc99',
    group: optical,
    service: 'vizier',
    table: 'I/329/urat1',
    name: 'URAT1',
    columns: ['f.mag', 'pmRA', 'pmDE'],
    brightness: 'f.mag',
  },
  {
    id: 'twomass',
    title: '2MASS',
    hint: mark('J H Ks point sources'),
    color: palette.red,
    group: infrared,
    service: 'vizier',
    table: 'II/246/out',
    name: '2MASS',
    columns: ['Jmag', 'Hmag', 'Kmag'],
    brightness: 'Kmag',
  },
  {
    id: 'unWISE',
    title: 'unWISE',
    hint: mark('W1 and W2 fluxes'),
    color: palette.magenta,
    group: infrared,
    service: 'vizier',
    table: 'II/363/unwise',
    name: 'objID',
    columns: ['FW1', 'FW2'],
    brightness: 'FW1',
    scale: 'linear',
  },
  {
    id: 'allWISE',
    title: 'AllWISE',
    hint: mark('W1 to W4 photometry'),
    color: '#ff8800',
    group: infrared,
    service: 'vizier',
    table: 'II/328/allwise',
    name: 'AllWISE',
    columns: ['W1mag', 'W2mag', 'W3mag', 'W4mag'],
    brightness: 'W1mag',
  },
  {
    id: 'galexAIS',
    title: 'GALEX AIS',
    hint: mark('Far and near ultraviolet'),
    color: '#cc99ff',
    group: infrared,
    service: 'vizier',
    table: 'II/312/ais',
    name: 'objid',
    columns: ['FUV', 'NUV'],
    brightness: 'NUV',
  },
  {
    id: 'first',
    title: 'FIRST',
    hint: mark('1.4 GHz, 5″; drawn true to size'),
    color: '#66ffcc',
    group: radio,
    service: 'vizier',
    table: 'VIII/92/first14',
    name: 'FIRST',
    columns: ['Fpeak', 'Fint', 'fMaj', 'fMin', 'fPA'],
    brightness: 'Fint',
    scale: 'linear',
    ellipse: full('fMaj', 'fMin', 'fPA'),
  },
  {
    id: 'nvss',
    title: 'NVSS',
    hint: mark('1.4 GHz, 45″; drawn true to size'),
    color: '#66ccff',
    group: radio,
    service: 'vizier',
    table: 'VIII/65/nvss',
    name: 'NVSS',
    columns: ['S1.4', 'MajAxis', 'MinAxis', 'PA'],
    brightness: 'S1.4',
    scale: 'linear',
    ellipse: full('MajAxis', 'MinAxis', 'PA'),
  },
  {
    id: 'tgss',
    title: 'TGSS ADR1',
    hint: mark('150 MHz; drawn true to size'),
    color: '#99ff66',
    group: radio,
    service: 'vizier',
    table: 'J/A+A/598/A78/table3',
    name: 'TGSSADR',
    columns: ['Sint', 'Maj', 'Min', 'PA'],
    brightness: 'Sint',
    scale: 'linear',
    ellipse: full('Maj', 'Min', 'PA'),
  },
  {
    id: 'gleam',
    title: 'GLEAM',
    hint: mark('72 to 231 MHz; drawn true to size'),
    color: '#ffff99',
    group: radio,
    service: 'vizier',
    table: 'VIII/100/gleamegc',
    name: 'GLEAM',
    columns: ['Fintwide', 'awide', 'bwide', 'pawide'],
    brightness: 'Fintwide',
    scale: 'linear',
    ellipse: full('awide', 'bwide', 'pawide'),
  },
  {
    id: 'abell',
    title: 'Abell',
    hint: mark('Rich clusters of galaxies'),
    color: '#ffaa55',
    group: mark('Clusters'),
    service: 'vizier',
    table: 'VII/110A/table3',
    name: 'ACO',
    columns: ['m10', 'z', 'Rich'],
    brightness: 'm10',
  },
  {
    id: 'skybot',
    title: 'SkyBoT',
    hint: mark('Solar-system objects at the time of the exposure'),
    color: palette.sand,
    group: mark('Solar system'),
    service: 'skybot',
    table: '',
    name: 'Name',
    columns: [],
    brightness: '',
  },
];

const other = (id: string): Omit<CatalogDefinition, 'service' | 'title' | 'hint'> => ({
  id,
  color: '#7fdfff',
  group: optical,
  table: id,
  name: '',
  columns: [],
  brightness: '',
});

/** Any other table of VizieR, with the columns that it shows by itself. */
const vizierTable = (table: string): CatalogDefinition => ({
  ...other(table),
  service: 'vizier',
  title: table,
  hint: t('Table of VizieR'),
});

/** Any cone search of the Virtual Observatory. */
function coneSearch(url: string): CatalogDefinition {
  const { host } = new URL(url);
  return { ...other(url), service: 'cone', title: host, hint: t('Cone search') };
}

const isAddress = (id: string): boolean => /^https?:\/\/[^\s/]+/i.test(id);

/** By id of the list, else by the address of a cone search, else by the name of a table of VizieR. */
export const catalogFor = (id: string): CatalogDefinition =>
  catalogs.find((one) => one.id === id) ?? (isAddress(id) ? coneSearch(id) : vizierTable(id));
