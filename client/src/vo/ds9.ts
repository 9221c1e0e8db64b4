import type { Geometry, Length, Position, Shape, ShapeFrame } from '../core/shapes';
import { isCelestial } from '../core/shapes';
import { angleFrom } from './angles';

export interface RegionFile {
  readonly shapes: readonly Shape[];
  /** What was passed over, each said once. */
  readonly warnings: readonly string[];
}

const FRAMES: Record<string, ShapeFrame> = {
  image: 'image',
  linear: 'image',
  physical: 'physical',
  detector: 'detector',
  amplifier: 'physical',
  fk4: 'fk4',
  b1950: 'fk4',
  fk5: 'fk5',
  j2000: 'fk5',
  icrs: 'icrs',
  galactic: 'galactic',
  ecliptic: 'ecliptic',
  wcs: 'fk5',
};

const COMMENTED = /^#\s*(vector|ruler|compass|projection|segment|text)\s*\(/i;
/** The members of a composite region follow it with positions of their own; tiles are frames of DS9's window. */
const IGNORED = /^(tile\s+\d+|composite\b.*)$/i;
const QUOTED = /\{[^{}]*\}|"[^"\n]*"(?=[\s,)}]|$)/g;
const PROPERTY = /([\w-]+)\s*=\s*(\{[^}]*\}|"[^"]*"|'[^']*'|[^\s{}]+)/g;

interface Style {
  readonly values: ReadonlyMap<string, string>;
  readonly tags: readonly string[];
}

/** DS9's region files (also CIAO's and JS9's dialects) as far as shapes go. The default frame is physical. */
export function readDs9(text: string): RegionFile {
  const shapes: Shape[] = [];
  const warnings = new Set<string>();
  let frame: ShapeFrame = 'physical';
  let usual: Style = { values: new Map(), tags: [] };
  for (const raw of text.split(/\r\n|\n|\r/)) {
    const line = raw.trim();
    if (line === '' || (line.startsWith('#') && !COMMENTED.test(line))) continue;
    if (/^global\b/i.test(line)) {
      usual = styleOf(line.slice(6), usual);
      continue;
    }
    for (const part of statements(line)) {
      const [word, comment] = splitComment(COMMENTED.test(part) ? part.slice(1).trim() : part);
      const named = FRAMES[word.toLowerCase().replace(/^wcs[a-z]$/, 'wcs')];
      if (named) frame = named;
      if (named || word === '' || IGNORED.test(word)) continue;
      const shape = shapeOf(word, frame, styleOf(comment, usual));
      if (shape) shapes.push(shape);
      else warnings.add(`not understood: ${word.slice(0, 40)}`);
    }
  }
  return { shapes, warnings: [...warnings] };
}

/** Statements of a line; ";" within quotes and braces separates nothing. */
function statements(line: string): string[] {
  const hidden = line.replace(QUOTED, (text) => '_'.repeat(text.length));
  let start = 0;
  return hidden.split(';').map((piece) => {
    const part = line.slice(start, start + piece.length).trim();
    start += piece.length + 1;
    return part;
  });
}

/** The shape, and its properties behind ")", "#" or "{", outside quotes. */
function splitComment(statement: string): [body: string, comment: string] {
  const hidden = statement.replace(/"[^"\n]*"(?=[\s,)}]|$)/g, (text) => '_'.repeat(text.length));
  const at = hidden.search(/[#{]|\|\||\)(?!$)/);
  if (at < 0) return [statement, ''];
  const cut = hidden[at] === ')' ? at + 1 : at;
  return [statement.slice(0, cut).trim(), statement.slice(cut).replace(/^\s*(\|\|)?\s*#?/, '')];
}

function styleOf(text: string, usual: Style): Style {
  const values = new Map(usual.values);
  const tags = [...usual.tags];
  for (const [, key = '', quoted = ''] of text.matchAll(PROPERTY)) {
    const value = quoted.replace(/^(["'{])(.*)["'}]$/s, '$2');
    if (key.toLowerCase() === 'tag') tags.push(value);
    else values.set(key.toLowerCase(), value);
  }
  for (const [key, value] of Object.entries(jsonOf(text))) {
    if (typeof value === 'string' || typeof value === 'number') values.set(key.toLowerCase(), String(value));
    else if (Array.isArray(value)) values.set(key.toLowerCase(), value.join(' '));
  }
  if (/(^|\s)background(\s|$|,)/.test(text)) values.set('background', '1');
  return { values, tags };
}

/** JS9 writes properties as one JSON object before the comment. */
function jsonOf(text: string): Record<string, unknown> {
  const end = text.lastIndexOf('}');
  if (!text.trimStart().startsWith('{') || end < 0) return {};
  try {
    return JSON.parse(text.slice(0, end + 1)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function shapeOf(word: string, frame: ShapeFrame, style: Style): Shape | null {
  const [, sign, rawName = '', inside = ''] = /^([+!-]?)\s*([a-z]+)\s*[( ]\s*([^)]*)\)?/i.exec(word) ?? [];
  const name = rawName.toLowerCase();
  const parts = inside.split(/\s*,\s*|\s+(?=[^\s])/).filter((part) => part !== '');
  const { values, tags } = style;
  const own = POSITION_FRAMES[/[ip]$/i.exec(parts[0] ?? '')?.[0].toLowerCase() ?? ''] ?? frame;
  const geometry = geometryOf(name, { parts, frame: own, values });
  if (!geometry) return null;
  const text = values.get('text') ?? (name === 'text' ? (/"([^"]*)"/.exec(word)?.[1] ?? '') : '');
  return {
    geometry,
    frame: own,
    text,
    color: cssColor(values.get('color') ?? ''),
    width: Number(values.get('width') ?? 1) || 1,
    dashed: values.get('dash') === '1' || values.has('strokedasharray'),
    included: sign !== '-' && sign !== '!' && values.get('include') !== '0',
    tags,
    properties: tags.map((tag) => ['tag', tag] as const),
  };
}

interface Arguments {
  readonly parts: readonly string[];
  readonly frame: ShapeFrame;
  readonly values: ReadonlyMap<string, string>;
}

function geometryOf(name: string, given: Arguments): Geometry | null {
  const center = positionAt(given, 0);
  if (!center) return null;
  const lengths = (from: number, to?: number): Length[] =>
    given.parts.slice(from, to).map((part) => lengthFrom(part, given.frame));
  const count = given.parts.length;
  switch (name) {
    case 'circle':
      return count >= 3 ? { kind: 'circle', center, radii: lengths(2, 3) } : null;
    case 'annulus':
      return count >= 4 ? { kind: 'circle', center, radii: lengths(2) } : null;
    case 'ellipse':
    case 'box':
    case 'rotbox':
      return axesOf(name === 'ellipse' ? 'ellipse' : 'box', center, lengths(2), given);
    case 'polygon':
    case 'line':
    case 'segment':
    case 'ruler':
    case 'projection':
      return pathOf(name, given);
    case 'vector':
      return count >= 4
        ? { kind: 'vector', center, length: lengths(2, 3)[0] as Length, angle: angleFrom(given.parts[3] ?? '') ?? 0 }
        : null;
    case 'panda':
    case 'epanda':
    case 'bpanda':
      return pandaOf(name, center, given);
    case 'text':
      return { kind: 'text', center };
    case 'compass':
      return count >= 3 ? { kind: 'compass', center, length: lengths(2, 3)[0] as Length } : null;
    default:
      return pointOf(name, center, given.values);
  }
}

/** One pair of axes with an angle, or several pairs (an elliptical or box annulus) with the angle at the end. */
function axesOf(
  kind: 'ellipse' | 'box',
  center: Position,
  sizes: readonly Length[],
  { parts }: Arguments,
): Geometry | null {
  const pairs = Math.floor(sizes.length / 2);
  if (pairs === 0) return null;
  const angle = sizes.length % 2 === 1 ? (angleFrom(parts[parts.length - 1] ?? '0') ?? 0) : 0;
  const axes = Array.from({ length: pairs }, (_, k) => [sizes[2 * k], sizes[2 * k + 1]] as [Length, Length]);
  return { kind, center, axes, angle };
}

function pathOf(name: string, given: Arguments): Geometry | null {
  const points: Position[] = [];
  const last = name === 'line' || name === 'ruler' || name === 'projection' ? 4 : given.parts.length;
  for (let k = 0; k + 1 < last; k += 2) {
    const point = positionAt(given, k);
    if (!point) return null;
    points.push(point);
  }
  if (points.length < 2) return null;
  if (name === 'polygon') return { kind: 'polygon', points };
  const [start, end] = (given.values.get('line') ?? '0 0').split(/\s+/);
  return { kind: 'line', points, arrows: [start === '1', end === '1'] };
}

/** Angles a1 … a2 in n sectors, radii (or pairs of axes) from r1 to r2 in m rings, and the angle of the axes. */
function pandaOf(name: string, center: Position, { parts, frame }: Arguments): Geometry | null {
  const pair = name === 'panda' ? 1 : 2;
  const angles = parts.slice(2, 4).map((part) => angleFrom(part));
  const sizes = parts.slice(5, 5 + 2 * pair).map((part) => lengthFrom(part, frame));
  const [from, to] = angles;
  const [inner, outer] = [sizes.slice(0, pair), sizes.slice(pair)];
  if (from == null || to == null || outer.length < pair) return null;
  const rings = wholeFrom(parts[5 + 2 * pair]);
  const along = (k: number): Length[] => lengthSteps(inner[k] as Length, outer[k] as Length, rings);
  const [first, second] = [along(0), along(pair - 1)];
  return {
    kind: 'sector',
    outline: name === 'bpanda' ? 'box' : 'ellipse',
    center,
    axes: first.map((length, k) => [length, second[k] as Length]),
    angle: name === 'panda' ? 0 : (angleFrom(parts[10] ?? '0') ?? 0),
    angles: steps(from, to <= from ? to + 360 : to, wholeFrom(parts[4])),
  };
}

const wholeFrom = (part: string | undefined): number => Math.min(360, Math.max(1, Math.floor(Number(part ?? 1)) || 1));

/** From one length to another; a bare 0 takes the unit of the other. */
const lengthSteps = (from: Length, to: Length, count: number): Length[] =>
  steps(from.value, to.value, count).map((value) => ({ value, unit: to.unit }));

function pointOf(name: string, center: Position, values: ReadonlyMap<string, string>): Geometry | null {
  if (name === 'point')
    return { kind: 'point', center, symbol: (values.get('point') ?? 'boxcircle').split(' ')[0] ?? '' };
  if (/^(boxcircle|diamond|cross|x|arrow)$/.test(name)) return { kind: 'point', center, symbol: name };
  return null;
}

const steps = (from: number, to: number, count: number): number[] =>
  Array.from({ length: Math.max(1, count) + 1 }, (_, k) => from + ((to - from) * k) / Math.max(1, count));

/** Positions may carry a frame of their own: image or physical pixels. */
const POSITION_FRAMES: Record<string, ShapeFrame> = { i: 'image', p: 'physical' };

function positionAt({ parts, frame }: Arguments, k: number): Position | null {
  const [first, second] = [parts[k], parts[k + 1]].map((part = '') => part.replace(/[ip]$/i, ''));
  const x = angleFrom(first ?? '', isEquatorial(frame) && (first ?? '').includes(':'));
  const y = angleFrom(second ?? '');
  return x === null || y === null ? null : [x, y];
}

const isEquatorial = (frame: ShapeFrame): boolean => frame === 'fk4' || frame === 'fk5' || frame === 'icrs';

const UNITS: Record<string, number> = { '"': 1, "'": 60, d: 3600, '°': 3600, r: (180 * 3600) / Math.PI };

/** `"` `'` `d` `r`: angles; `i` `p`: pixels; bare: degrees on the sky, else pixels. */
function lengthFrom(part: string, frame: ShapeFrame): Length {
  const [, digits = '0', unit = ''] = /^([-+.\deE]+?)(["'dr°ip]?)$/.exec(part.trim()) ?? [];
  const value = Number(digits);
  const factor = UNITS[unit];
  if (factor !== undefined) return { value: value * factor, unit: 'arcsec' };
  if (unit === '' && isCelestial(frame)) return { value: value * 3600, unit: 'arcsec' };
  return { value, unit: 'pixel' };
}

/** DS9 writes 8 and 16 bits a colour with "#"; names are CSS's, but for its darker green. */
function cssColor(color: string): string {
  const hex = /^#([0-9a-f]+)$/i.exec(color)?.[1];
  if (hex?.length === 12) return `#${hex.slice(0, 2)}${hex.slice(4, 6)}${hex.slice(8, 10)}`;
  if (hex) return hex.length === 3 || hex.length === 6 ? color : '';
  if (color === 'green') return '#00ff00';
  return /^[a-z]+$/i.test(color) ? color.toLowerCase() : '';
}
