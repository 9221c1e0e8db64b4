/**
 * A graticule over a box of pixels: meridians and parallels at steps that people count in, as polylines with their labels.
 * Poles inside the box and the seam at 0h/24h need no special view.
 */
import { type Box, clip, trace } from './curve';
import { formatLatitude, formatLongitude, formatSignedLongitude } from './format';
import type { Sky } from './sky';
import { decimalStep, degreeStep, latitudeStep, longitudeStep } from './steps';
import type { FrameName, Pair } from './types';

export interface GraticuleLine {
  kind: 'lon' | 'lat';
  value: number;
  label: string;
  /** Inside the box, FITS pixels. */
  paths: Pair[][];
}

export interface Graticule {
  lines: GraticuleLine[];
  /** Degrees. */
  lonStep: number;
  latStep: number;
}

export interface GraticuleOptions {
  /** Default: the header's own. */
  frame?: FrameName;
  /** Count in decimal degrees. Default: in minutes and seconds. */
  decimal?: boolean;
  /** About how many lines each way; default 7. */
  lines?: number;
  /** How far polylines may be off, pixels; default a 2000th of the box. */
  tolerance?: number;
}

const NONE: Graticule = { lines: [], lonStep: 0, latStep: 0 };
const SAMPLES = 33;

export function graticule(sky: Sky, box: Box, options: GraticuleOptions = {}): Graticule {
  const { frame = 'native', lines: count = 7 } = options;
  const tolerance = options.tolerance ?? Math.max(box[2] - box[0], box[3] - box[1]) / 2000;
  const isAngular = sky.description.pixel_scale !== null;
  const range = visibleRange(sky, box, frame, isAngular);
  if (!range) return NONE;
  const style = frame === 'native' ? sky.frame : frame;
  const { lonSpan: width, latSpan: height } = range.seen;
  const meridians = range.isCircle ? Math.max(count, 12) : count;
  // Around a Sun or a planet people count in minutes and seconds.
  const decimal = (options.decimal ?? false) && style !== 'other';
  const [lonSteps, latSteps] = decimal ? [degreeStep, degreeStep] : [longitudeStep, latitudeStep];
  const lonStep = isAngular ? lonSteps(width, meridians, style) : decimalStep(width, count);
  const latStep = isAngular ? latSteps(height, count) : decimalStep(height, count);
  const labels = labelling(isAngular ? style : null, decimal, lonStep, latStep);
  const lines: GraticuleLine[] = [];
  const add = (kind: 'lon' | 'lat', value: number, at: (t: number) => Pair | null, from: number, to: number) => {
    const paths = trace(at, from, to, box, tolerance).flatMap((path) => clip(path, box));
    if (paths.length) lines.push({ kind, value, label: labels[kind](value), paths });
  };
  const { lonStart, lonSpan, latMin, latMax, isCircle } = range;
  for (const lon of multiples(lonStep, lonStart, lonStart + lonSpan)) {
    if (isCircle && lon >= lonStart + 360 - lonStep / 2) continue;
    add('lon', lon, (lat) => sky.skyToPixel(lon, lat, frame), latMin, latMax);
  }
  for (const lat of multiples(latStep, latMin, latMax)) {
    if (isAngular && Math.abs(lat) > 90 - 1e-9) continue;
    add('lat', lat, (lon) => sky.skyToPixel(lon, lat, frame), lonStart, lonStart + lonSpan);
  }
  return { lines, lonStep, latStep };
}

/** What to draw, a little more than what is seen. */
interface Range {
  seen: { lonSpan: number; latSpan: number };
  lonStart: number;
  lonSpan: number;
  latMin: number;
  latMax: number;
  /** All longitudes. */
  isCircle: boolean;
}

/** Longitudes and latitudes that the box shows, by sampling; null when it shows none. */
function visibleRange(sky: Sky, box: Box, frame: FrameName, isAngular: boolean): Range | null {
  const positions: Pair[] = [];
  for (let j = 0; j < SAMPLES; j++) {
    for (let i = 0; i < SAMPLES; i++) {
      const x = box[0] + ((box[2] - box[0]) * i) / (SAMPLES - 1);
      const position = sky.pixelToSky(x, box[1] + ((box[3] - box[1]) * j) / (SAMPLES - 1), frame);
      if (position) positions.push(position);
    }
  }
  if (positions.length < 3) return null;
  const latitudes = positions.map(([, lat]) => lat);
  const [low, high] = [Math.min(...latitudes), Math.max(...latitudes)];
  const pad = (high - low) / SAMPLES;
  if (!isAngular) return plainRange(positions, low, high);
  const poles = [-90, 90].filter((pole) => isInside(sky.skyToPixel(0, pole, frame), box));
  const [latMin, latMax] = [
    poles.includes(-90) ? -90 : Math.max(-90, low - pad),
    poles.includes(90) ? 90 : Math.min(90, high + pad),
  ];
  const { start, span } = shortestArc(positions.map(([lon]) => lon));
  const isCircle = poles.length > 0 || span > 330;
  const seen = { lonSpan: isCircle ? 360 : span, latSpan: high - low };
  if (isCircle) return { seen, lonStart: 0, lonSpan: 360, latMin, latMax, isCircle };
  const lonPad = span / SAMPLES;
  return { seen, lonStart: start - lonPad, lonSpan: span + 2 * lonPad, latMin, latMax, isCircle };
}

function plainRange(positions: readonly Pair[], latMin: number, latMax: number): Range | null {
  const values = positions.map(([lon]) => lon);
  const [start, end] = [Math.min(...values), Math.max(...values)];
  const [lonSpan, latSpan] = [end - start, latMax - latMin];
  if (!(lonSpan > 0 && latSpan > 0)) return null;
  return { seen: { lonSpan, latSpan }, lonStart: start, lonSpan, latMin, latMax, isCircle: false };
}

/** The circle without its largest gap. */
function shortestArc(longitudes: readonly number[]): { start: number; span: number } {
  const sorted = longitudes.map((lon) => ((lon % 360) + 360) % 360).sort((a, b) => a - b);
  let [start, gap] = [sorted[0] as number, 360 - ((sorted[sorted.length - 1] as number) - (sorted[0] as number))];
  for (let i = 1; i < sorted.length; i++) {
    const [before, after] = [sorted[i - 1] as number, sorted[i] as number];
    if (after - before > gap) [start, gap] = [after, after - before];
  }
  return { start, span: 360 - gap };
}

const isInside = (place: Pair | null, [x1, y1, x2, y2]: Box): boolean =>
  place !== null && place[0] >= x1 && place[0] <= x2 && place[1] >= y1 && place[1] <= y2;

function multiples(step: number, from: number, to: number): number[] {
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.floor(to / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => (first + i) * step);
}

function labelling(
  style: FrameName | null,
  decimal: boolean,
  lonStep: number,
  latStep: number,
): Record<'lon' | 'lat', (value: number) => string> {
  if (style === null) {
    const plain = (step: number) => (value: number) =>
      String(Number((Math.round(value / step) * step).toPrecision(12)));
    return { lon: plain(lonStep), lat: plain(latStep) };
  }
  return {
    lon: (lon) =>
      style === 'other' ? formatSignedLongitude(lon, lonStep) : formatLongitude(lon, style, lonStep, decimal),
    lat: (lat) => formatLatitude(lat, latStep, decimal),
  };
}
