/**
 * Positions as people type them: decimal or sexagesimal with colons, letters, blanks or the typographer's signs, with the
 * name of a frame before or after; pixels of the image or of a chip; and whatever is none of these is the name of an object.
 */
import { isEquatorial } from './frames';
import type { CelestialFrame } from './types';

export type Position =
  | { kind: 'sky'; lon: number; lat: number; frame: CelestialFrame }
  | { kind: 'pixel'; x: number; y: number; chip?: string }
  | { kind: 'name'; name: string };

const FRAME_WORDS: readonly [RegExp, CelestialFrame][] = [
  [/^(icrs|icrf)$/, 'icrs'],
  [/^(fk5|j2000(\.0)?)$/, 'fk5'],
  [/^(fk4|b1950(\.0)?)$/, 'fk4'],
  [/^(galactic|gal)$/, 'galactic'],
  [/^(ecliptic|ecl)$/, 'ecliptic'],
  [/^(supergalactic|supergal|sgal)$/, 'supergalactic'],
];
const PIXEL_WORD = /^(px|pix|pixels?|image|xy)$/;
const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?`;
const TWO_NUMBERS = new RegExp(String.raw`^\(?(${NUMBER})(?:\s*[,;]\s*|\s+)(${NUMBER})\)?$`);
const NAMED_PIXEL = new RegExp(String.raw`^x\s*=?\s*(${NUMBER})[\s,;]*y\s*=?\s*(${NUMBER})$`);
const CHIP_PIXEL = new RegExp(String.raw`^(\S.*?)(?:\s+|\s*[:[(]\s*)(${NUMBER})\s*,\s*(${NUMBER})\s*[\])]?$`, 'i');

/** Reads `text`; positions without the name of a frame are in `frame`. */
export function parsePosition(text: string, frame: CelestialFrame = 'icrs'): Position {
  const plain = plainText(text);
  const { rest, isPixel, named } = withoutKeywords(plain);
  const pixel = NAMED_PIXEL.exec(plain) ?? (isPixel && TWO_NUMBERS.exec(rest));
  if (pixel) return { kind: 'pixel', x: Number(pixel[1]), y: Number(pixel[2]) };
  const sky = parseSky(rest, named ?? frame);
  if (sky) return sky;
  const numbers = !named && TWO_NUMBERS.exec(rest);
  if (numbers) return { kind: 'pixel', x: Number(numbers[1]), y: Number(numbers[2]) };
  const chip = CHIP_PIXEL.exec(text.trim());
  if (chip?.[1]) return { kind: 'pixel', x: Number(chip[2]), y: Number(chip[3]), chip: chip[1] };
  return { kind: 'name', name: text.trim() };
}

/** Lower case, with plain ASCII for the signs of typographers and of other keyboards. */
function plainText(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[−‐‑‒–—﹣-]/g, '-')
    .replace(/[°º˚]/g, 'd')
    .replace(/''|[″”“˝]/g, '"')
    .replace(/[′’‘ʹ´`]/g, "'")
    .replace(/ʰ/g, 'h')
    .replace(/ᵐ/g, 'm')
    .replace(/ˢ/g, 's')
    .replace(/\b(hours?|hrs?)\b/g, 'h')
    .replace(/\b(degrees?|deg)\b/g, 'd')
    .replace(/\s+/g, ' ');
}

/** Takes the frame and the labels of the axes out of the text. */
function withoutKeywords(text: string): { rest: string; isPixel: boolean; named: CelestialFrame | undefined } {
  let isPixel = false;
  let named: CelestialFrame | undefined;
  const galactic = text.replace(/^l\s*=?\s*([+-]?[\d.].*?)[\s,;]*b\s*=?\s*([+-]?[\d.])/, '$1 $2');
  if (galactic !== text) named = 'galactic';
  const unlabelled = galactic.replace(
    /(^|[\s,;])(ra|dec|lon|lat|α|δ|r\.a\.|decl?\.?)\s*[=:]?\s+(?=[+-]?[\d.])|(ra|dec|lon|lat|α|δ)\s*=\s*/g,
    '$1',
  );
  const words = unlabelled.split(' ').filter((word) => {
    const bare = word.replace(/^[([,;]+|[)\],;]+$/g, '');
    const frame = FRAME_WORDS.find(([pattern]) => pattern.test(bare))?.[1];
    if (frame) named = frame;
    const isKeyword = PIXEL_WORD.test(bare);
    isPixel ||= isKeyword;
    return !frame && !isKeyword;
  });
  return { rest: words.join(' ').trim(), isPixel, named };
}

function parseSky(text: string, frame: CelestialFrame): Position | null {
  for (const [first, second] of halves(text)) {
    const lon = parseAngle(first, isEquatorial(frame));
    const lat = parseAngle(second, false);
    if (lon === null || lat === null || Math.abs(lat) > 90 || Math.abs(lon) > 360) continue;
    return { kind: 'sky', lon: ((lon % 360) + 360) % 360, lat, frame };
  }
  return null;
}

/** The ways to cut a text into longitude and latitude: at a comma, before the second sign, or in the middle of its words. */
function halves(text: string): [string, string][] {
  const inner = text.replace(/^[([]\s*|\s*[)\]]$/g, '');
  const atComma = /^([^,;]+)[,;]([^,;]+)$/.exec(inner);
  if (atComma) return [[atComma[1] as string, atComma[2] as string]];
  const ways: [string, string][] = [];
  const sign = /^(.*[^e+\-\s]) ?([+-].*)$/.exec(inner);
  if (sign) ways.push([sign[1] as string, sign[2] as string]);
  const words = inner.split(' ');
  const middle = words.length / 2;
  if (Number.isInteger(middle)) ways.push([words.slice(0, middle).join(' '), words.slice(middle).join(' ')]);
  const letters = /^(.*?[ms"'hd])\s+(\d.*)$/.exec(inner);
  if (letters) ways.push([letters[1] as string, letters[2] as string]);
  return ways;
}

const UNSIGNED = String.raw`(\d+\.?\d*|\.\d+)`;
const DECIMAL = new RegExp(String.raw`^([+-]?)\s*${UNSIGNED}(e[+-]?\d+)?\s*([hd]?)$`);
/** Only the last part that is there may have decimals. */
const SEXAGESIMAL = [
  new RegExp(String.raw`^([+-]?)\s*(\d+)\s*:\s*${UNSIGNED}(?:\s*:\s*${UNSIGNED})?$`),
  new RegExp(String.raw`^([+-]?)\s*(\d+) ${UNSIGNED}(?: ${UNSIGNED})?$`),
];
const LETTERS = new RegExp(
  String.raw`^([+-]?)\s*(\d+)\s*([hd])\s*(?:${UNSIGNED}\s*[m'](?:\s*${UNSIGNED}\s*(?:s|"|)?)?)?$`,
);

/** Degrees of one coordinate; sexagesimal ones without letters are hours when `hours`. Null: not an angle. */
function parseAngle(text: string, hours: boolean): number | null {
  const trimmed = text.trim();
  const decimal = DECIMAL.exec(trimmed);
  if (decimal) {
    const value = Number(`${decimal[1]}${decimal[2]}${decimal[3] ?? ''}`);
    return decimal[4] === 'h' ? 15 * value : value;
  }
  const letters = LETTERS.exec(trimmed);
  if (letters) return combine(letters[1], letters[2], letters[4], letters[5], letters[3] === 'h');
  for (const pattern of SEXAGESIMAL) {
    const match = pattern.exec(trimmed);
    if (match) return combine(match[1], match[2], match[3], match[4], hours && Number(match[2]) < 24);
  }
  return null;
}

function combine(sign = '', units = '0', minutes = '0', seconds = '0', hours = false): number | null {
  const [m, s] = [Number(minutes), Number(seconds)];
  if (m >= 60 || s >= 60 || (seconds !== '0' && !Number.isInteger(m))) return null;
  const value = (Number(units) + m / 60 + s / 3600) * (hours ? 15 : 1);
  return sign === '-' ? -value : value;
}
