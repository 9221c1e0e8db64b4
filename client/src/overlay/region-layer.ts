import type { Box } from '../core/api';
import type { Geometry, Length, Shape } from '../core/shapes';
import type { CanvasLayer, Point, ViewTransform } from '../core/viewer';
import { inUnits, type LocalFrame, localFrame, type Projector } from './local';
import { sectors } from './sectors';

/** A shape in pixels of the image: closed or open paths, a symbol, or a text. */
interface Drawn {
  readonly shape: Shape;
  readonly paths: readonly Path[];
  readonly symbol: { readonly at: Point; readonly name: string } | null;
  readonly anchor: Point;
  /** Box around all of it, image pixels: computed once, asked with every drawing. */
  readonly bounds: Box;
}

interface Path {
  readonly points: readonly Point[];
  readonly closed: boolean;
}

const CORNERS = 96;
const SYMBOL = 6;
const FONT = '12px system-ui, sans-serif';

/** Regions on the map, drawn as outlines with their texts. */
export class RegionLayer implements CanvasLayer {
  private readonly drawn: readonly Drawn[];
  private selected = -1;

  constructor(
    readonly id: string,
    shapes: readonly Shape[],
    projector: Projector,
    public color: string,
  ) {
    this.drawn = shapes.flatMap((shape) => {
      const placed = place(shape, projector);
      return placed ? [{ ...placed, bounds: boundsOf(placed) }] : [];
    });
  }

  /** How many lie on the image's projection. */
  get length(): number {
    return this.drawn.length;
  }

  shape(item: number): Shape | null {
    return this.drawn[item]?.shape ?? null;
  }

  anchor(item: number): Point | null {
    return this.drawn[item]?.anchor ?? null;
  }

  /** Shapes whose anchor is in a box, in their order. */
  itemsIn([x1, y1, x2, y2]: Box): number[] {
    return this.drawn.flatMap(({ anchor: { x, y } }, item) => (x >= x1 && x <= x2 && y >= y1 && y <= y2 ? [item] : []));
  }

  /** Returns whether anything changed, and is to be drawn. */
  select(item: number): boolean {
    const changes = this.selected !== item;
    this.selected = item;
    return changes;
  }

  draw(context: CanvasRenderingContext2D, view: ViewTransform): void {
    context.lineJoin = 'round';
    context.font = FONT;
    context.textAlign = 'center';
    this.drawn.forEach((drawn, k) => {
      if (touches(drawn, view)) this.drawOne(context, view, drawn, k === this.selected);
    });
  }

  private drawOne(context: CanvasRenderingContext2D, view: ViewTransform, drawn: Drawn, selected: boolean): void {
    const { shape, paths, symbol, anchor } = drawn;
    context.strokeStyle = shape.color || this.color;
    context.fillStyle = context.strokeStyle;
    context.lineWidth = selected ? shape.width + 2 : Math.max(1.25, shape.width);
    context.setLineDash(shape.dashed ? [8, 4] : []);
    context.beginPath();
    for (const path of paths) tracePath(context, view, path);
    if (symbol) traceSymbol(context, view.toScreen(symbol.at.x, symbol.at.y), symbol.name);
    if (!shape.included && paths[0]) traceStrike(context, view, paths[0]);
    context.stroke();
    context.setLineDash([]);
    if (shape.text) this.drawText(context, view, shape, anchor);
  }

  private drawText(context: CanvasRenderingContext2D, view: ViewTransform, shape: Shape, anchor: Point): void {
    const at = view.toScreen(anchor.x, anchor.y);
    const lift = shape.geometry.kind === 'text' ? -4 : 6;
    const color = context.fillStyle;
    context.lineWidth = 3;
    context.strokeStyle = 'rgba(0, 0, 0, 0.7)';
    context.strokeText(shape.text, at.x, at.y - lift);
    context.fillStyle = color;
    context.fillText(shape.text, at.x, at.y - lift);
  }

  /** The shape whose outline is nearest, or the smallest one around the position. */
  pick(x: number, y: number, tolerance: number): { item: number; distance: number } | null {
    let best: { item: number; distance: number } | null = null;
    this.drawn.forEach(({ paths, symbol }, item) => {
      let distance = symbol ? Math.hypot(symbol.at.x - x, symbol.at.y - y) : Number.POSITIVE_INFINITY;
      for (const path of paths) distance = Math.min(distance, distanceTo(path, x, y));
      if (distance <= tolerance && (!best || distance < best.distance)) best = { item, distance };
    });
    return best;
  }
}

type Placed = Omit<Drawn, 'bounds'>;

function place(shape: Shape, projector: Projector): Placed | null {
  const { geometry } = shape;
  if (geometry.kind === 'polygon' || geometry.kind === 'line') return placePath(shape, geometry, projector);
  const local = localFrame(projector, geometry.center, shape.frame);
  if (!local) return null;
  const center = { x: local.x, y: local.y };
  if (geometry.kind === 'point' || geometry.kind === 'text') {
    const symbol = geometry.kind === 'point' ? { at: center, name: geometry.symbol } : null;
    return { shape, paths: [], symbol, anchor: center };
  }
  const paths = around(geometry, local);
  return { shape, paths, symbol: null, anchor: topOf(paths, center) };
}

function placePath(
  shape: Shape,
  geometry: Extract<Geometry, { points: unknown }>,
  projector: Projector,
): Placed | null {
  const points: Point[] = [];
  for (const position of geometry.points) {
    const local = localFrame(projector, position, shape.frame);
    if (!local) return null;
    points.push({ x: local.x, y: local.y });
  }
  const paths = withoutJumps(points, geometry.kind === 'polygon', projector.image?.width ?? Number.POSITIVE_INFINITY);
  const [start, end] = geometry.arrows ?? [false, false];
  const [first, second] = points;
  const [last, before] = [points[points.length - 1], points[points.length - 2]];
  if (start && first && second) paths.push(arrowHead(second, first));
  if (end && last && before) paths.push(arrowHead(before, last));
  return { shape, paths, symbol: null, anchor: topOf(paths, points[0] ?? { x: 0, y: 0 }) };
}

/** On a map of the whole sky a line goes out at one edge and comes in at the other: it is cut there. */
function withoutJumps(points: readonly Point[], closed: boolean, width: number): Path[] {
  const jumps = (p: Point | undefined, q: Point | undefined): boolean =>
    p !== undefined && q !== undefined && Math.abs(p.x - q.x) > width / 2;
  const round = closed && !jumps(points[points.length - 1], points[0]);
  const parts: Point[][] = [[]];
  points.forEach((point, k) => {
    if (k > 0 && jumps(points[k - 1], point)) parts.push([]);
    parts[parts.length - 1]?.push(point);
  });
  if (parts.length === 1) return [{ points, closed: round }];
  const [first] = points;
  if (round && first) parts[parts.length - 1]?.push(first);
  return parts.filter((part) => part.length > 1).map((part) => ({ points: part, closed: false }));
}

/** What lies around a centre: rings, boxes, sectors, an arrow. */
function around(
  geometry: Exclude<Geometry, { points: unknown } | { kind: 'point' | 'text' }>,
  local: LocalFrame,
): Path[] {
  const { kind } = geometry;
  if (kind === 'circle') return geometry.radii.map((radius) => ellipse(local, radius, radius, 0));
  if (kind === 'ellipse') return geometry.axes.map(([a, b]) => ellipse(local, a, b, geometry.angle));
  if (kind === 'box') return geometry.axes.map(([width, height]) => box(local, width, height, geometry.angle));
  if (kind === 'vector') return vector(local, geometry.length, geometry.angle);
  if (kind === 'compass') return compass(local, geometry.length);
  return sectors(geometry, local).map(({ points, closed }) => ({
    points: points.map(([p, q]) => offset(local, p, q, 0)),
    closed,
  }));
}

/** The pixel at a distance along the axes of the frame, turned by an angle in degrees. */
function offset(local: LocalFrame, p: number, q: number, angle: number): Point {
  const [cosine, sine] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
  const [along, across] = [p * cosine - q * sine, p * sine + q * cosine];
  return {
    x: local.x + along * local.u[0] + across * local.v[0],
    y: local.y + along * local.u[1] + across * local.v[1],
  };
}

function ellipse(local: LocalFrame, a: Length, b: Length, angle: number): Path {
  const [p, q] = [inUnits(a, local), inUnits(b, local)];
  const points = Array.from({ length: CORNERS }, (_, k) => {
    const t = (2 * Math.PI * k) / CORNERS;
    return offset(local, p * Math.cos(t), q * Math.sin(t), angle);
  });
  return { points, closed: true };
}

function box(local: LocalFrame, width: Length, height: Length, angle: number): Path {
  const [p, q] = [inUnits(width, local) / 2, inUnits(height, local) / 2];
  const corners = [
    [-p, -q],
    [p, -q],
    [p, q],
    [-p, q],
  ] as const;
  return { points: corners.map(([i, j]) => offset(local, i, j, angle)), closed: true };
}

function vector(local: LocalFrame, length: Length, angle: number): Path[] {
  const start = { x: local.x, y: local.y };
  const end = offset(local, inUnits(length, local), 0, angle);
  return [{ points: [start, end], closed: false }, arrowHead(start, end)];
}

/** Arrows to the north and to the east; on pixels, along the axes. */
function compass(local: LocalFrame, length: Length): Path[] {
  const east = local.unit === 'arcsec' ? 180 : 0;
  return [90, east].flatMap((angle) => vector(local, length, angle));
}

/** A small head, a tenth of the shaft. */
function arrowHead(from: Point, to: Point): Path {
  const [dx, dy] = [(to.x - from.x) / 10, (to.y - from.y) / 10];
  const left = { x: to.x - dx - dy / 2, y: to.y - dy + dx / 2 };
  const right = { x: to.x - dx + dy / 2, y: to.y - dy - dx / 2 };
  return { points: [left, to, right], closed: false };
}

function topOf(paths: readonly Path[], usual: Point): Point {
  let top = usual;
  for (const { points } of paths) for (const point of points) if (point.y > top.y) top = point;
  return { x: usual.x, y: top.y };
}

/** With room for a symbol and a text. */
function touches({ bounds }: Drawn, { box: [x1, y1, x2, y2], scale }: ViewTransform): boolean {
  const margin = 60 / scale;
  const [left, low, right, high] = bounds;
  return left - margin < x2 && right + margin > x1 && low - margin < y2 && high + margin > y1;
}

function boundsOf({ paths, anchor }: Placed): Box {
  const box: [number, number, number, number] = [anchor.x, anchor.y, anchor.x, anchor.y];
  for (const { points } of paths) {
    for (const { x, y } of points) {
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], y);
    }
  }
  return box;
}

function tracePath(context: CanvasRenderingContext2D, view: ViewTransform, { points, closed }: Path): void {
  points.forEach((point, k) => {
    const { x, y } = view.toScreen(point.x, point.y);
    if (k === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
  if (closed) context.closePath();
}

/** The stroke through a region that is excluded. */
function traceStrike(context: CanvasRenderingContext2D, view: ViewTransform, { points }: Path): void {
  const [start, end] = [points[0], points[Math.floor(points.length / 2)]];
  if (!start || !end) return;
  const [from, to] = [view.toScreen(start.x, start.y), view.toScreen(end.x, end.y)];
  context.moveTo(from.x, from.y);
  context.lineTo(to.x, to.y);
}

function traceSymbol(context: CanvasRenderingContext2D, { x, y }: Point, name: string): void {
  const r = SYMBOL;
  const square = (): void => context.rect(x - r, y - r, 2 * r, 2 * r);
  const round = (): void => {
    context.moveTo(x + r, y);
    context.arc(x, y, r, 0, 2 * Math.PI);
  };
  const stroke = (...ends: readonly (readonly [number, number])[]): void =>
    ends.forEach(([i, j], k) => {
      if (k % 2 === 0) context.moveTo(x + i, y + j);
      else context.lineTo(x + i, y + j);
    });
  if (name === 'box' || name === 'boxcircle') square();
  if (name === 'circle' || name === 'boxcircle') round();
  if (name === 'cross') stroke([-r, 0], [r, 0], [0, -r], [0, r]);
  if (name === 'x') stroke([-r, -r], [r, r], [-r, r], [r, -r]);
  if (name === 'arrow') stroke([-2 * r, -2 * r], [0, 0], [-r, 0], [0, 0], [0, -r], [0, 0]);
  if (name === 'diamond') stroke([-r, 0], [0, -r], [0, -r], [r, 0], [r, 0], [0, r], [0, r], [-r, 0]);
}

function distanceTo({ points, closed }: Path, x: number, y: number): number {
  let least = Number.POSITIVE_INFINITY;
  const count = points.length - (closed ? 0 : 1);
  for (let k = 0; k < count; k++) {
    const [p, q] = [points[k], points[(k + 1) % points.length]];
    if (p && q) least = Math.min(least, distanceToSegment(p, q, x, y));
  }
  return least;
}

function distanceToSegment(p: Point, q: Point, x: number, y: number): number {
  const [dx, dy] = [q.x - p.x, q.y - p.y];
  const length = dx * dx + dy * dy;
  const t = length > 0 ? Math.min(1, Math.max(0, ((x - p.x) * dx + (y - p.y) * dy) / length)) : 0;
  return Math.hypot(p.x + t * dx - x, p.y + t * dy - y);
}
