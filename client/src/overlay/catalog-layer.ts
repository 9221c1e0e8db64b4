import Flatbush from 'flatbush';
import type { Box } from '../core/api';
import type { CanvasLayer, Point, ViewTransform } from '../core/viewer';
import { paintDots } from './dots';

/** Sources in pixels of the image, one entry each. */
export interface Sources {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Half axes in image pixels of ellipses that are drawn true to size; NaN: a symbol of its own size. */
  readonly a?: Float64Array;
  readonly b?: Float64Array;
  /** From the x axis to `a`, counter-clockwise, radians. */
  readonly angle?: Float64Array;
  /** Radius of the symbol in CSS pixels. */
  readonly radius: Float32Array;
  /** How far sources move during the exposure, image pixels: drawn as a line through the position. */
  readonly dx?: Float64Array;
  readonly dy?: Float64Array;
}

const PADDING = 24;
const DOT = 2;
/** Opacity of a dot that is alone, and how much of the image all together may hide. */
const OPAQUE = 0.75;
const VEIL = 0.25;
/** Distance between sources, CSS px, from which on symbols have their own size. */
const ROOMY = 32;
const BATCH = 2000;

/**
 * A catalogue on the map: typed arrays and an index of boxes, so that hundreds of thousands of sources pan smoothly.
 * Where they crowd, symbols become smaller and then dots, which let the image through; none is so small that it cannot be
 * seen. How much they crowd is taken from the whole catalogue, so that nothing changes its size while the map is dragged.
 */
export class CatalogLayer implements CanvasLayer {
  private readonly index: Flatbush | null;
  private selected = -1;
  /** What each row of the index is: sources without a pixel are left out. */
  private readonly rows: Uint32Array;
  /** Mean distance between neighbours, image pixels. */
  private readonly spacing: number;

  constructor(
    readonly id: string,
    private readonly sources: Sources,
    public color: string,
  ) {
    const kept: number[] = [];
    for (let k = 0; k < sources.x.length; k++)
      if (Number.isFinite(sources.x[k]) && Number.isFinite(sources.y[k])) kept.push(k);
    this.rows = Uint32Array.from(kept);
    this.index = kept.length > 0 ? new Flatbush(kept.length) : null;
    for (const k of kept) {
      const reach = extent(sources, k);
      const [x, y] = [sources.x[k] ?? 0, sources.y[k] ?? 0];
      this.index?.add(x - reach, y - reach, x + reach, y + reach);
    }
    this.index?.finish();
    const { minX = 0, minY = 0, maxX = 0, maxY = 0 } = this.index ?? {};
    this.spacing = Math.sqrt(((maxX - minX) * (maxY - minY)) / Math.max(1, kept.length - 1));
  }

  /** How many have a place on the image's projection. */
  get length(): number {
    return this.rows.length;
  }

  /** Returns whether anything changed, and is to be drawn. */
  select(source: number): boolean {
    const changes = this.selected !== source;
    this.selected = source;
    return changes;
  }

  /** Sources whose symbol may touch a box of pixels. */
  inside(x1: number, y1: number, x2: number, y2: number): number[] {
    return this.index?.search(x1, y1, x2, y2).map((row) => this.rows[row] ?? 0) ?? [];
  }

  /** Position of a source. */
  anchor(source: number): Point {
    return { x: this.sources.x[source] ?? 0, y: this.sources.y[source] ?? 0 };
  }

  /** Sources whose position is in a box, in the order of their rows. */
  itemsIn([x1, y1, x2, y2]: Box): number[] {
    const { x, y } = this.sources;
    const isIn = (k: number): boolean =>
      (x[k] ?? 0) >= x1 && (x[k] ?? 0) <= x2 && (y[k] ?? 0) >= y1 && (y[k] ?? 0) <= y2;
    return this.inside(x1, y1, x2, y2)
      .filter(isIn)
      .sort((a, b) => a - b);
  }

  draw(context: CanvasRenderingContext2D, view: ViewTransform): void {
    const margin = PADDING / view.scale;
    const [x1, y1, x2, y2] = view.box;
    const seen = this.inside(x1 - margin, y1 - margin, x2 + margin, y2 + margin);
    context.strokeStyle = this.color;
    context.fillStyle = this.color;
    context.lineWidth = 1.25;
    const crowded = seen.length > (view.width * view.height) / 220;
    if (crowded) this.drawDots(context, view, seen);
    else this.drawSymbols(context, view, seen);
    if (this.selected >= 0) this.drawSelected(context, view);
  }

  private drawDots(context: CanvasRenderingContext2D, view: ViewTransform, seen: readonly number[]): void {
    const density = 1 / Math.max(1e-6, this.spacing * view.scale) ** 2;
    const side = density * DOT ** 2 > VEIL ? 1 : DOT;
    const opacity = Math.min(OPAQUE, Math.max(0.3, VEIL / (density * side ** 2)));
    const [x, y] = [new Float64Array(seen.length), new Float64Array(seen.length)];
    seen.forEach((k, n) => {
      ({ x: x[n], y: y[n] } = view.toScreen(this.sources.x[k] ?? 0, this.sources.y[k] ?? 0));
    });
    paintDots(context, x, y, { side, opacity });
  }

  private drawSymbols(context: CanvasRenderingContext2D, view: ViewTransform, seen: readonly number[]): void {
    const size = Math.min(1, Math.max(0.4, (this.spacing * view.scale) / ROOMY)) || 1;
    context.beginPath();
    seen.forEach((k, count) => {
      this.trace(context, view, k, size);
      if (count % BATCH === BATCH - 1) {
        context.stroke();
        context.beginPath();
      }
    });
    context.stroke();
  }

  private drawSelected(context: CanvasRenderingContext2D, view: ViewTransform): void {
    context.save();
    for (const [style, width] of [['#000', 5] as const, ['#fff', 2.5] as const]) {
      context.strokeStyle = style;
      context.lineWidth = width;
      context.beginPath();
      this.trace(context, view, this.selected);
      context.stroke();
    }
    context.restore();
  }

  /** An ellipse of its true size, or a circle of the symbol's times `size`. */
  private trace(context: CanvasRenderingContext2D, view: ViewTransform, k: number, size = 1): void {
    const { sources } = this;
    const { x, y } = view.toScreen(sources.x[k] ?? 0, sources.y[k] ?? 0);
    const a = (sources.a?.[k] ?? Number.NaN) * view.scale;
    const b = (sources.b?.[k] ?? Number.NaN) * view.scale;
    if (a > DOT) {
      const angle = -(sources.angle?.[k] ?? 0);
      const wide = Number.isNaN(b) ? a : b;
      context.moveTo(x + a * Math.cos(angle), y + a * Math.sin(angle));
      context.ellipse(x, y, a, wide, angle, 0, 2 * Math.PI);
      return;
    }
    const radius = Math.max(DOT, size * (sources.radius[k] ?? 6));
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, 2 * Math.PI);
    this.traceMotion(context, view, k, x, y);
  }

  private traceMotion(context: CanvasRenderingContext2D, view: ViewTransform, k: number, x: number, y: number): void {
    const [dx, dy] = [this.sources.dx?.[k] ?? Number.NaN, this.sources.dy?.[k] ?? Number.NaN];
    if (!Number.isFinite(dx + dy)) return;
    const [i, j] = [(dx * view.scale) / 2, (-dy * view.scale) / 2];
    context.moveTo(x - i, y - j);
    context.lineTo(x + i, y + j);
  }

  pick(x: number, y: number, tolerance: number): { item: number; distance: number } | null {
    if (!this.index) return null;
    const [row] = this.index.neighbors(x, y, 1, tolerance);
    const source = row === undefined ? undefined : this.rows[row];
    if (source === undefined) return null;
    return { item: source, distance: Math.hypot((this.sources.x[source] ?? 0) - x, (this.sources.y[source] ?? 0) - y) };
  }
}

function extent({ a, b, dx, dy }: Sources, k: number): number {
  const sizes = [a?.[k], b?.[k], dx?.[k], dy?.[k]].map((size) => Math.abs(size ?? 0));
  return Math.max(0, ...sizes.filter(Number.isFinite));
}

/**
 * Radii (CSS pixels) from magnitudes: brighter is larger, the brightest percent alike, unknown ones of middling size.
 * `linear`: from fluxes.
 */
export function symbolRadii(
  brightness: Float64Array | null,
  count: number,
  scale: 'magnitude' | 'linear' = 'magnitude',
): Float32Array {
  const radii = new Float32Array(count).fill(7);
  if (!brightness) return radii;
  const size = (k: number): number => {
    const value = brightness[k] ?? Number.NaN;
    return scale === 'magnitude' ? -value : 2.5 * Math.log10(Math.max(value, 1e-30));
  };
  const known = Array.from({ length: count }, (_, k) => size(k))
    .filter(Number.isFinite)
    .sort((p, q) => p - q);
  if (known.length < 2) return radii;
  const low = known[Math.floor(known.length * 0.02)] ?? 0;
  const high = known[Math.floor(known.length * 0.99)] ?? 0;
  for (let k = 0; k < count; k++) {
    const share = (size(k) - low) / (high - low || 1);
    if (Number.isFinite(share)) radii[k] = 4 + 12 * Math.min(Math.max(share, 0), 1);
  }
  return radii;
}
