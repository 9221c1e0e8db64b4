/**
 * Surface brightness from the header's own words. Nothing is assumed: without a zero point there is no magnitude.
 *
 * SB = zero point − 2.5 log10(value per pixel) + 2.5 log10(area of the pixel in arcsec²).
 */
import type { CardRow, Header } from '../core/api';

export interface ZeroPoint {
  /** Magnitude of one unit per pixel, or of one unit per arcsec² when `perArea`. */
  magnitude: number;
  perArea: boolean;
  /** "AB", "ST", or empty when the header does not say. */
  system: string;
  /** Where it comes from, for the tooltip. */
  source: string;
}

const ARCSEC2_PER_STERADIAN = ((180 * 3600) / Math.PI) ** 2;
/** AB magnitude of 1 Jy. */
const JANSKY_AB = 8.9;

export function zeroPointOf(cards: readonly CardRow[], unit: string): ZeroPoint | null {
  const value = (key: string): number | null => {
    const found = cards.find(([keyword]) => keyword === key)?.[1];
    const number = typeof found === 'string' ? Number.parseFloat(found) : found;
    return typeof number === 'number' && Number.isFinite(number) ? number : null;
  };
  return fromUnit(unit) ?? fromPhotometry(value) ?? fromKeyword(value);
}

/** Square root of the pixel's area in arcsec, as PIXAR_A2 or PIXAR_SR gives it; null without them. */
export function pixelSizeOf(cards: readonly CardRow[]): number | null {
  const area = (key: string, unit: number): number | null => {
    const value = cards.find(([keyword]) => keyword === key)?.[1];
    return typeof value === 'number' && value > 0 ? value * unit : null;
  };
  const found = area('PIXAR_A2', 1) ?? area('PIXAR_SR', ARCSEC2_PER_STERADIAN);
  return found === null ? null : Math.sqrt(found);
}

/** The cards that speak for a channel (from 1): of several files, each with HDUs of its own, those of its file. */
export function channelCards({ cards, hdus }: Header, channel: number, channels: number): readonly CardRow[] {
  const each = hdus.length / channels;
  if (channels === 1 || !Number.isInteger(each) || each === 0) return cards;
  return hdus.slice((channel - 1) * each, channel * each).flatMap((hdu) => hdu.cards);
}

const KEYWORDS: readonly string[] = [
  'PHOTZP',
  'MAGZERO',
  'MAGZPT',
  'MAGZP',
  'ZEROPNT',
  'MAGZEROPOINT',
  'PHOT_ZP',
  'ZP',
];

/** A keyword that gives the zero point itself. */
function fromKeyword(value: (key: string) => number | null): ZeroPoint | null {
  for (const key of KEYWORDS) {
    const magnitude = value(key);
    if (magnitude !== null && magnitude !== 0) return { magnitude, perArea: false, system: '', source: key };
  }
  return null;
}

/** Hubble's flux of one unit per second, and its pivot wavelength. */
function fromPhotometry(value: (key: string) => number | null): ZeroPoint | null {
  const flux = value('PHOTFLAM');
  if (!flux || flux <= 0) return null;
  const pivot = value('PHOTPLAM');
  if (!pivot || pivot <= 0) {
    const zero = value('PHOTZPT') ?? -21.1;
    return { magnitude: zero - 2.5 * Math.log10(flux), perArea: false, system: 'ST', source: 'PHOTFLAM' };
  }
  const magnitude = -2.5 * Math.log10(flux) - 5 * Math.log10(pivot) - 2.408;
  return { magnitude, perArea: false, system: 'AB', source: 'PHOTFLAM, PHOTPLAM' };
}

const PREFIXES: Record<string, number> = { M: 1e6, k: 1e3, '': 1, m: 1e-3, u: 1e-6, µ: 1e-6, n: 1e-9 };

/** A unit of flux density that says it all: MJy/sr, Jy/pixel, mJy, nanomaggies. */
function fromUnit(unit: string): ZeroPoint | null {
  const text = unit.replace(/\s+/g, '');
  if (/^(nanomaggy|nanomaggies|nMgy)$/i.test(text))
    return { magnitude: 22.5, perArea: false, system: 'AB', source: unit };
  const [, prefix, per] =
    /^([Mkmunµ]?)Jy(?:\/|\*?\.?)?(sr|sr-1|sr\^-1|sr\*\*-1|arcsec2|arcsec\^2|arcsec\*\*2|pix|pixel)?(?:\*\*-1|\^-1)?$/.exec(
      text,
    ) ?? [];
  const factor = prefix === undefined ? undefined : PREFIXES[prefix];
  if (factor === undefined) return null;
  const magnitude = JANSKY_AB - 2.5 * Math.log10(factor);
  if (per?.startsWith('sr')) {
    return {
      magnitude: magnitude + 2.5 * Math.log10(ARCSEC2_PER_STERADIAN),
      perArea: true,
      system: 'AB',
      source: unit,
    };
  }
  return { magnitude, perArea: per?.startsWith('arcsec') ?? false, system: 'AB', source: unit };
}

/** mag/arcsec²; null where there is none (no flux). `scale`: arcsec per pixel. */
export function surfaceBrightness(value: number, zero: ZeroPoint, scale: number | null): number | null {
  if (!(value > 0)) return null;
  if (zero.perArea) return zero.magnitude - 2.5 * Math.log10(value);
  return scale ? zero.magnitude - 2.5 * Math.log10(value) + 5 * Math.log10(scale) : null;
}
