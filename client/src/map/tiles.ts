/**
 * The pictures of tiles and who fetches which next. A *generation* counts the looks (style, file version): an answer
 * of an older generation never replaces a newer one. A tile that has a picture keeps it until the whole view has the new
 * generation; then all change at once (`commit`), so that no frame shows two looks.
 */

import { isAbort } from '../core/errors';
import type { TileSource } from '../core/scheduler';
import { type TileGrid, type TileRef, tileKey } from './grid';

export interface Picture {
  bitmap: ImageBitmap;
  generation: number;
}

export interface Tile extends TileRef {
  /** What is on screen; null: nothing arrived yet. */
  shown: Picture | null;
  /** A newer look that waits for the others. */
  fresh: Picture | null;
  flight: { generation: number; controller: AbortController } | null;
  failures: number;
  /** Time (ms) before which it is not asked again; Infinity: the server refused for good. */
  notBefore: number;
  /** When it was last wanted, to forget the oldest. */
  used: number;
}

export type TileLoader = (tile: TileRef, generation: number, signal: AbortSignal) => Promise<ImageBitmap>;

export interface TileSetOptions {
  load: TileLoader;
  /** A picture arrived or the set changed: draw. */
  changed: () => void;
  failed: (error: unknown) => void;
  /** Ask the scheduler for a turn. */
  wake: () => void;
  /** Milliseconds; replaced in tests. */
  now?: () => number;
}

const KEEP = 160;
const RETRY_FIRST = 400;
const RETRY_MAX = 5000;

export class TileSet implements TileSource {
  private readonly tiles = new Map<string, Tile>();
  private wanted: Tile[] = [];
  private spare: Tile[] = [];
  private clock = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private readonly now: () => number;
  generation = 0;
  /** While true nothing is fetched for tiles that have a picture: the preview shows what moves. */
  hold = false;

  constructor(private readonly options: TileSetOptions) {
    this.now = options.now ?? (() => performance.now());
  }

  get all(): IterableIterator<Tile> {
    return this.tiles.values();
  }

  get visible(): readonly Tile[] {
    return this.wanted;
  }

  get inFlight(): number {
    let count = 0;
    for (const tile of this.tiles.values()) if (tile.flight) count++;
    return count;
  }

  /** True when all tiles in view have the newest look, or never will. */
  get complete(): boolean {
    return this.wanted.every((tile) => newest(tile) === this.generation || tile.notBefore === Infinity);
  }

  /** True when the view has no hole. */
  get covered(): boolean {
    return this.wanted.every((tile) => tile.shown);
  }

  /** Which tiles are in view, most urgent first, and which may be fetched when there is nothing else to do. */
  want(visible: readonly TileRef[], ring: readonly TileRef[] = []): void {
    this.clock++;
    this.wanted = visible.map((ref) => this.tile(ref));
    this.spare = ring.map((ref) => this.tile(ref));
    for (const tile of this.tiles.values()) {
      if (tile.used !== this.clock && tile.flight) this.abort(tile);
    }
    this.forget();
  }

  /** A new look: everything in view is to be fetched again. */
  advance(): number {
    for (const tile of this.tiles.values()) {
      tile.failures = 0;
      tile.notBefore = 0;
    }
    return ++this.generation;
  }

  /** Ask again at once for what failed: the line is back. */
  retryNow(): void {
    for (const tile of this.tiles.values()) if (tile.notBefore !== Infinity) tile.notBefore = 0;
    this.options.wake();
  }

  nextJob(): (() => Promise<void>) | null {
    const now = this.now();
    const due = (tile: Tile) => !tile.flight && newest(tile) < this.generation && tile.notBefore <= now;
    const tile =
      this.wanted.find((one) => due(one) && !(this.hold && one.shown)) ?? (this.hold ? undefined : this.spareJob(due));
    if (!tile) return null;
    const controller = new AbortController();
    const flight = { generation: this.generation, controller };
    tile.flight = flight;
    return () => this.fetch(tile, flight);
  }

  private spareJob(due: (tile: Tile) => boolean): Tile | undefined {
    return this.complete ? this.spare.find(due) : undefined;
  }

  private async fetch(tile: Tile, flight: NonNullable<Tile['flight']>): Promise<void> {
    try {
      const bitmap = await this.options.load(tile, flight.generation, flight.controller.signal);
      if (tile.flight === flight) this.take(tile, { bitmap, generation: flight.generation });
      else bitmap.close();
    } catch (error) {
      if (tile.flight === flight && !isAbort(error)) this.fail(tile, error);
    } finally {
      if (tile.flight === flight) tile.flight = null;
      this.options.changed();
    }
  }

  private take(tile: Tile, picture: Picture): void {
    tile.failures = 0;
    const isNewer = picture.generation > newest(tile);
    if (isNewer && !tile.shown) tile.shown = picture;
    else if (isNewer && picture.generation === this.generation) {
      tile.fresh?.bitmap.close();
      tile.fresh = picture;
    } else picture.bitmap.close();
  }

  private fail(tile: Tile, error: unknown): void {
    const passing = (error as { isTransient?: boolean }).isTransient ?? false;
    tile.failures++;
    tile.notBefore = passing ? this.now() + Math.min(RETRY_MAX, RETRY_FIRST * 2 ** (tile.failures - 1)) : Infinity;
    if (!passing) this.options.failed(error);
    else this.retryLater();
  }

  private retryLater(): void {
    clearTimeout(this.retry);
    const next = Math.min(...this.wanted.filter((tile) => tile.failures).map((tile) => tile.notBefore));
    if (Number.isFinite(next)) this.retry = setTimeout(() => this.options.wake(), Math.max(0, next - this.now()) + 1);
  }

  /** Show what waits: all tiles change in one frame. Looks that are gone are dropped with what is out of view. */
  commit(): void {
    for (const tile of this.tiles.values()) {
      if (tile.fresh) {
        tile.shown?.bitmap.close();
        tile.shown = tile.fresh;
        tile.fresh = null;
      } else if (tile.used !== this.clock && newest(tile) < this.generation) this.drop(tile);
    }
  }

  clear(): void {
    for (const tile of [...this.tiles.values()]) this.drop(tile);
    clearTimeout(this.retry);
    this.wanted = [];
    this.spare = [];
  }

  private tile(ref: TileRef): Tile {
    const key = tileKey(ref);
    let tile = this.tiles.get(key);
    if (!tile) {
      tile = { ...ref, shown: null, fresh: null, flight: null, failures: 0, notBefore: 0, used: 0 };
      this.tiles.set(key, tile);
    }
    tile.used = this.clock;
    return tile;
  }

  private abort(tile: Tile): void {
    tile.flight?.controller.abort();
    tile.flight = null;
  }

  private forget(): void {
    const limit = Math.max(KEEP, 3 * this.wanted.length);
    if (this.tiles.size <= limit) return;
    const old = [...this.tiles.values()].filter((tile) => tile.used !== this.clock).sort((a, b) => a.used - b.used);
    for (const tile of old.slice(0, this.tiles.size - limit)) this.drop(tile);
  }

  private drop(tile: Tile): void {
    this.abort(tile);
    tile.shown?.bitmap.close();
    tile.fresh?.bitmap.close();
    tile.shown = null;
    tile.fresh = null;
    this.tiles.delete(tileKey(tile));
  }
}

/** Newest look that a tile has; -1: none. */
export const newest = (tile: Tile): number => tile.fresh?.generation ?? tile.shown?.generation ?? -1;

/** Tiles in view sorted from the middle outwards, and a ring of one around them. */
export function tilesFor(
  grid: TileGrid,
  level: number,
  box: readonly [number, number, number, number],
): [TileRef[], TileRef[]] {
  const span = grid.tileSize * 2 ** level;
  const middle = { x: (box[0] + box[2]) / 2 / span - 0.5, y: (box[1] + box[3]) / 2 / span - 0.5 };
  const distance = (tile: TileRef) => Math.hypot(tile.x - middle.x, tile.y - middle.y);
  const byDistance = (a: TileRef, b: TileRef) => distance(a) - distance(b);
  const visible = grid.tilesIn(level, box).sort(byDistance);
  const inside = new Set(visible.map(tileKey));
  const wide = [box[0] - span, box[1] - span, box[2] + span, box[3] + span] as const;
  const ring = grid.tilesIn(level, wide).filter((tile) => !inside.has(tileKey(tile)));
  return [visible, ring.sort(byDistance)];
}
