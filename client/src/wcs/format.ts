/** Positions and angles as text. Rounding comes first, so that nothing ever reads 60 seconds, 24 hours or −0. */
import { isEquatorial } from './frames';
import { halfTurn, turn } from './math';
import type { FrameName } from './types';

export interface SkyFormat {
  /** Hours or degrees with minutes and seconds; otherwise decimal degrees. */
  sexagesimal?: boolean;
  /** Decimals of the latitude's seconds (hours get one more), or of decimal degrees. */
  digits?: number;
  /** Arcsec: chooses the digits so that a tenth of a pixel shows. */
  pixelScale?: number;
  /** "10:12:45.3" or "10h12m45.3s". */
  style?: 'colons' | 'letters';
}

const COLONS = [':', ':', ''] as const;
const HOURS = ['h', 'm', 's'] as const;
const DEGREES = ['°', '′', '″'] as const;

/** Whether positions are in decimal degrees: as chosen, else in all frames that have no right ascension. */
export const inDegrees = (choice: boolean | null, frame: FrameName): boolean => choice ?? !isEquatorial(frame);

/** Longitude and latitude as text: right ascension in hours, all other longitudes in degrees. */
export function formatSky(lon: number, lat: number, frame: FrameName, format: SkyFormat = {}): [string, string] {
  const { sexagesimal = true, style = 'colons' } = format;
  const digits = format.digits ?? digitsFor(format);
  if (frame === 'other') return [lon.toFixed(digits), lat.toFixed(digits)];
  if (!sexagesimal) return [wrapped(lon, digits, 360), signed(lat, digits)];
  const letters = style === 'letters';
  const longitude = isEquatorial(frame)
    ? sexagesimalText(turn(lon) / 15, digits + 1, letters ? HOURS : COLONS, 24)
    : sexagesimalText(turn(lon), digits, letters ? DEGREES : COLONS, 360);
  return [longitude, signOf(lat, 3600, digits) + sexagesimalText(Math.abs(lat), digits, letters ? DEGREES : COLONS)];
}

/** Both in one text, as it is copied and pasted. */
export const formatPosition = (lon: number, lat: number, frame: FrameName, format?: SkyFormat): string =>
  formatSky(lon, lat, frame, format).join(' ');

function digitsFor({ sexagesimal = true, pixelScale }: SkyFormat): number {
  const step = (pixelScale ?? 0.1) / (sexagesimal ? 10 : 36000);
  return Math.max(0, Math.min(10, Math.ceil(-Math.log10(step) - 1e-9)));
}

/** A value of at least 0 as units, minutes and seconds; `cycle` units are 0 again. */
export function sexagesimalText(
  value: number,
  digits: number,
  marks: readonly [string, string, string] = COLONS,
  cycle = Infinity,
): string {
  const perSecond = 10 ** digits;
  let rest = Math.round(value * 3600 * perSecond);
  if (cycle < Infinity) rest %= cycle * 3600 * perSecond;
  const seconds = (rest % (60 * perSecond)) / perSecond;
  rest = Math.floor(rest / (60 * perSecond));
  const [units, minutes] = [Math.floor(rest / 60), rest % 60];
  const width = digits > 0 ? digits + 3 : 2;
  const pad = (n: number) => String(n).padStart(2, '0');
  return `${pad(units)}${marks[0]}${pad(minutes)}${marks[1]}${seconds.toFixed(digits).padStart(width, '0')}${marks[2]}`;
}

/** "+" also for what rounds to zero. */
const signOf = (value: number, unitsPerDegree: number, digits: number): string =>
  Math.round(value * unitsPerDegree * 10 ** digits) < 0 ? '-' : '+';

const signed = (value: number, digits: number): string => signOf(value, 1, digits) + Math.abs(value).toFixed(digits);

function wrapped(value: number, digits: number, cycle: number): string {
  const text = turn(value).toFixed(digits);
  return Number(text) >= cycle ? (0).toFixed(digits) : text;
}

/** An angle in degrees in the unit that suits its size: "12.3°", "4.56′", "7.8″", "90 mas". */
export function formatAngle(degrees: number, precision = 3): string {
  const size = Math.abs(degrees);
  const [scale, unit] =
    size >= 1 ? [1, '°'] : size >= 1 / 60 ? [60, '′'] : size >= 1 / 3600 ? [3600, '″'] : [3.6e6, ' mas'];
  return `${Number((degrees * scale).toPrecision(precision))}${unit}`;
}

/** A longitude for a label of the graticule, no longer than the step needs: "10h30m", "45°", "45°30′"; "45.5°" if `decimal`. */
export function formatLongitude(lon: number, frame: FrameName, step: number, decimal = false): string {
  if (decimal) return `${wrapped(lon, decimals(step), 360)}°`;
  return isEquatorial(frame) ? trimmed(turn(lon) / 15, step / 15, HOURS, 24) : trimmed(turn(lon), step, DEGREES, 360);
}

export function formatLatitude(lat: number, step: number, decimal = false): string {
  const sign = lat > step / 1000 ? '+' : lat < -step / 1000 ? '−' : '';
  const size = Math.abs(lat);
  return sign + (decimal ? `${size.toFixed(decimals(step))}°` : trimmed(size, step, DEGREES));
}

/** Digits that tell multiples of a step from each other. */
const decimals = (step: number): number => Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));

/** Around a Sun or a planet longitudes run to both sides. */
export const formatSignedLongitude = (lon: number, step: number): string => formatLatitude(halfTurn(lon), step);

function trimmed(value: number, step: number, marks: readonly [string, string, string], cycle = Infinity): string {
  const seconds = step * 3600;
  const digits = seconds >= 0.999 ? 0 : Math.ceil(-Math.log10(seconds) - 1e-6);
  const [units = '', minutes = '', rest = ''] = sexagesimalText(value, digits, COLONS, cycle).split(':');
  const isMultiple = (size: number) => Math.abs(seconds / size - Math.round(seconds / size)) < 1e-6;
  const head = `${Number(units)}${marks[0]}`;
  if (isMultiple(3600)) return head;
  return isMultiple(60) ? `${head}${minutes}${marks[1]}` : `${head}${minutes}${marks[1]}${rest}${marks[2]}`;
}
