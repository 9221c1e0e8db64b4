/** Where the labels of a graticule stand: where their line leaves the map, else along it; never on one another. */
import type { Point } from '../core/viewer';

export interface Rectangle {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface LabelledLine {
  kind: 'lon' | 'lat';
  label: string;
  /** On the screen. */
  paths: readonly (readonly Point[])[];
}

export type Side = keyof Rectangle | 'inside';

export interface PlacedLabel extends Point {
  text: string;
  /** The side of the text that is at the point; "inside": its middle. */
  side: Side;
}

/** Distances of labels from the edges of the map, best first: in one row inside of what floats there, else elsewhere. */
const INSETS = [66, 10, 115];
const HEIGHT = 14;
const GAP = 4;
/** Where along a line that leaves the map nowhere; the middle first. */
const ALONG = [0.5, 0.35, 0.65, 0.2, 0.8];

/**
 * One label a line at most. `map`: where they may be; `taken`: what lies over the map; `width` of a text. All in the
 * same pixels of the screen.
 */
export function placeLabels(
  lines: readonly LabelledLine[],
  map: Rectangle,
  taken: readonly Rectangle[],
  width: (text: string) => number,
): PlacedLabel[] {
  const full = [...taken];
  const placed: PlacedLabel[] = [];
  for (const line of lines) {
    const size = width(line.label);
    for (const candidate of candidates(line, map)) {
      const place = pushedIn(candidate, size, map);
      const box = boxOf(place, size);
      if (!within(box, map) || full.some((other) => overlap(box, other))) continue;
      full.push(box);
      placed.push({ ...place, text: line.label });
      break;
    }
  }
  return placed;
}

type Place = Point & { side: Side };

/** Meridians are named at the bottom or the top, parallels at the left or the right, if they can. */
function* candidates({ kind, paths }: LabelledLine, map: Rectangle): Generator<Place> {
  const sides = kind === 'lon' ? (['bottom', 'top'] as const) : (['left', 'right'] as const);
  const others = kind === 'lon' ? (['left', 'right'] as const) : (['bottom', 'top'] as const);
  for (const side of [...sides, ...others]) {
    for (const inset of INSETS) for (const path of paths) yield* crossings(path, side, shrunk(map, inset));
  }
  for (const part of ALONG) {
    for (const path of paths) yield { ...pointAlong(path, part), side: 'inside' };
  }
}

/** The point after a part of the whole length. */
function pointAlong(path: readonly Point[], part: number): Point {
  const pieces = path.slice(1).map((b, i) => ({ a: path[i] as Point, b }));
  const length = ({ a, b }: { a: Point; b: Point }) => Math.hypot(b.x - a.x, b.y - a.y);
  let rest = part * pieces.reduce((sum, piece) => sum + length(piece), 0);
  for (const piece of pieces) {
    const { a, b } = piece;
    const t = rest / length(piece);
    if (t <= 1) return { x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y) };
    rest -= length(piece);
  }
  return path[path.length - 1] as Point;
}

const shrunk = ({ left, right, top, bottom }: Rectangle, by: number): Rectangle => ({
  left: left + by,
  right: right - by,
  top: top + by,
  bottom: bottom - by,
});

/** Where a polyline meets one edge, within the others. */
function* crossings(path: readonly Point[], side: keyof Rectangle, edges: Rectangle): Generator<Place> {
  const isUpright = side === 'left' || side === 'right';
  const level = edges[side];
  const [low, high] = isUpright ? [edges.top, edges.bottom] : [edges.left, edges.right];
  const across = (point: Point) => (isUpright ? point.x : point.y) - level;
  const along = (point: Point) => (isUpright ? point.y : point.x);
  for (let i = 1; i < path.length; i++) {
    const [a, b] = [path[i - 1] as Point, path[i] as Point];
    const [before, after] = [across(a), across(b)];
    if (before === after || before * after > 0) continue;
    const at = along(a) + ((along(b) - along(a)) * before) / (before - after);
    if (at >= low && at <= high) yield isUpright ? { x: level, y: at, side } : { x: at, y: level, side };
  }
}

function boxOf({ x, y, side }: Place, width: number): Rectangle {
  const left = side === 'left' ? x : side === 'right' ? x - width : x - width / 2;
  const top = side === 'top' ? y : side === 'bottom' ? y - HEIGHT : y - HEIGHT / 2;
  return { left, right: left + width, top, bottom: top + HEIGHT };
}

/** A name at the bottom or the top is moved along the edge rather than cut at a corner. */
function pushedIn(place: Place, width: number, map: Rectangle): Place {
  if (place.side !== 'bottom' && place.side !== 'top') return place;
  return { ...place, x: Math.min(map.right - width / 2, Math.max(map.left + width / 2, place.x)) };
}

const within = (box: Rectangle, map: Rectangle): boolean =>
  box.left >= map.left && box.right <= map.right && box.top >= map.top && box.bottom <= map.bottom;

const overlap = (a: Rectangle, b: Rectangle): boolean =>
  a.left < b.right + GAP && b.left < a.right + GAP && a.top < b.bottom + GAP && b.top < a.bottom + GAP;
