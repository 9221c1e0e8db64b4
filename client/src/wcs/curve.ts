/** Curves in pixels: traced as finely as they bend, cut where they jump, clipped to a box. */
import type { Pair } from './types';

/** x1, y1, x2, y2 with x1 < x2 and y1 < y2. */
export type Box = readonly [number, number, number, number];

const PIECES = 32;
const DEPTH = 10;

/**
 * The image of [from, to] under `at`, as polylines that stay within `tolerance` of the curve. It is cut where it has no
 * place (null), where it jumps (the edges of all-sky maps), and where it is far outside the box.
 */
export function trace(at: (t: number) => Pair | null, from: number, to: number, box: Box, tolerance: number): Pair[][] {
  const paths: Pair[][] = [];
  let path: Pair[] = [];
  const cut = () => {
    if (path.length > 1) paths.push(path);
    path = [];
  };
  const join = (a: Pair, b: Pair) => {
    if (!path.length) path.push(a);
    path.push(b);
  };
  const refine = (ta: number, a: Pair | null, tb: number, b: Pair | null, depth: number): void => {
    const tm = (ta + tb) / 2;
    const m = at(tm);
    const isNowhere = !a && !b && !m && depth < DEPTH - 2;
    if (a && b && m && isStraight(a, m, b, tolerance)) {
      join(a, b);
      return;
    }
    if (depth === 0 || isNowhere || (a && b && m && isBeside(a, m, b, box))) {
      cut();
      return;
    }
    refine(ta, a, tm, m, depth - 1);
    refine(tm, m, tb, b, depth - 1);
  };
  let [t, place] = [from, at(from)];
  for (let i = 1; i <= PIECES; i++) {
    const next = from + ((to - from) * i) / PIECES;
    const there = at(next);
    refine(t, place, next, there, DEPTH);
    [t, place] = [next, there];
  }
  cut();
  return paths;
}

/** The middle lies on the chord, and about in its middle: a jump has its middle at one end. */
function isStraight(a: Pair, m: Pair, b: Pair, tolerance: number): boolean {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = Math.hypot(dx, dy);
  if (length <= tolerance) return true;
  const [mx, my] = [m[0] - a[0], m[1] - a[1]];
  const along = (mx * dx + my * dy) / length;
  const across = Math.abs(mx * dy - my * dx) / length;
  return across <= tolerance && along > 0.25 * length && along < 0.75 * length;
}

/** All three far on the same side of the box. */
function isBeside(a: Pair, m: Pair, b: Pair, [x1, y1, x2, y2]: Box): boolean {
  const [marginX, marginY] = [x2 - x1, y2 - y1];
  const all = (test: (p: Pair) => boolean) => test(a) && test(m) && test(b);
  return (
    all(([x]) => x < x1 - marginX) ||
    all(([x]) => x > x2 + marginX) ||
    all(([, y]) => y < y1 - marginY) ||
    all(([, y]) => y > y2 + marginY)
  );
}

/** The parts of a polyline inside the box. */
export function clip(path: readonly Pair[], box: Box): Pair[][] {
  const parts: Pair[][] = [];
  let part: Pair[] = [];
  for (let i = 1; i < path.length; i++) {
    const segment = clipSegment(path[i - 1] as Pair, path[i] as Pair, box);
    if (!segment) continue;
    const last = part[part.length - 1];
    if (last && last[0] === segment[0][0] && last[1] === segment[0][1]) part.push(segment[1]);
    else {
      if (part.length > 1) parts.push(part);
      part = [...segment];
    }
  }
  if (part.length > 1) parts.push(part);
  return parts;
}

/** Liang and Barsky's way. */
function clipSegment(a: Pair, b: Pair, [x1, y1, x2, y2]: Box): [Pair, Pair] | null {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  let [start, end] = [0, 1];
  for (const [step, room] of [
    [-dx, a[0] - x1],
    [dx, x2 - a[0]],
    [-dy, a[1] - y1],
    [dy, y2 - a[1]],
  ] as Pair[]) {
    if (step === 0 && room < 0) return null;
    const t = room / step;
    if (step < 0) start = Math.max(start, t);
    else if (step > 0) end = Math.min(end, t);
  }
  if (start > end) return null;
  const point = (t: number): Pair => (t === 0 ? a : t === 1 ? b : [a[0] + t * dx, a[1] + t * dy]);
  return [point(start), point(end)];
}
