/**
 * The image on its canvas: which tiles the view needs, what is drawn in which order, and what happens when the look
 * changes. Knows nothing of Leaflet: it is given a camera and draws.
 *
 * From bottom to top: the whole image as one small picture (so that there is never a hole), tiles of other levels, tiles
 * of this level, the preview while there is one, and the tiles that have the look of the preview.
 */
import type { Scheduler } from '../core/scheduler';
import { type Camera, scaleOf, visibleBox } from './camera';
import { meets, type TileGrid, type TileRef, type WorldBox } from './grid';
import { paintBitmap } from './paint';
import { type Preview, type PreviewRequest, PreviewStream } from './preview';
import { newest, type Picture, type Tile, TileSet, tilesFor } from './tiles';

export interface PictureSource {
  tile(tile: TileRef, look: number, signal: AbortSignal): Promise<ImageBitmap>;
  /** Not decoded yet. */
  view(request: PreviewRequest): Promise<Blob>;
}

export interface PictureEvents {
  /** Something is to be drawn anew. */
  dirty(): void;
  failed(error: unknown): void;
  /** All tiles in view show the present look. */
  settled(): void;
}

/** Milliseconds of rest in a moving slider after which the tiles are fetched. */
const REST = 80;
/** Milliseconds that tiles may take after a change before a coarse preview is let through first: the line is slow. */
const PATIENCE = 250;
const COARSE = 0.5;
/** Longest side of the small picture of the whole image. */
const OVERVIEW = 512;

export class ImagePicture {
  readonly tiles: TileSet;
  readonly preview: PreviewStream;
  private readonly overview: PreviewStream;
  private camera: Camera | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isSettled = false;
  /** Tiles wait for the preview of a look that no longer moves. */
  private isYielding = false;
  private yieldedFor = -1;

  constructor(
    private readonly grid: TileGrid,
    source: PictureSource,
    private readonly scheduler: Scheduler,
    private readonly events: PictureEvents,
  ) {
    const changed = () => this.arrived();
    this.tiles = new TileSet({
      load: (tile, look, signal) => source.tile(tile, look, signal),
      changed,
      failed: (error) => events.failed(error),
      wake: () => scheduler.wake(),
    });
    this.preview = new PreviewStream(
      (request) => source.view(request),
      () => this.previewDone(),
    );
    this.overview = new PreviewStream((request) => source.view(request), events.dirty);
    scheduler.add(this.tiles);
  }

  get settled(): boolean {
    return this.isSettled;
  }

  /** Requests on their way or waiting for their turn. */
  get pending(): number {
    return this.tiles.inFlight + (this.preview.isBusy ? 1 : 0);
  }

  /** Number of the look that the next pictures are asked for. */
  get look(): number {
    return this.tiles.generation;
  }

  setCamera(camera: Camera): void {
    this.camera = camera;
    const level = this.grid.levelFor(scaleOf(camera) * camera.ratio);
    const [visible, ring] = tilesFor(this.grid, level, visibleBox(camera));
    this.tiles.want(visible, ring);
    if (this.tiles.hold) this.preview.request(camera, this.grid, this.look);
    this.check();
    this.scheduler.wake();
    this.events.dirty();
  }

  /** The look changed. `live`: it goes on changing, the preview follows; else the tiles are fetched at once. */
  restyle(live: boolean): void {
    this.tiles.advance();
    this.isSettled = false;
    clearTimeout(this.timer);
    this.isYielding = false;
    if (live) {
      this.tiles.hold = true;
      this.askPreview();
      this.timer = setTimeout(() => this.release(), REST);
    } else this.release();
  }

  /** The hand is off: tiles now. */
  release(): void {
    clearTimeout(this.timer);
    this.tiles.hold = false;
    if (this.preview.current?.generation !== this.look)
      this.timer = setTimeout(() => this.letPreviewThrough(), PATIENCE);
    this.check();
    this.scheduler.wake();
  }

  /** The whole view at once, before more tiles crowd the line. */
  private letPreviewThrough(): void {
    if (this.tiles.complete || !this.camera || this.yieldedFor === this.look) return;
    this.tiles.hold = true;
    this.isYielding = true;
    this.yieldedFor = this.look;
    this.preview.request(this.camera, this.grid, this.look, COARSE);
  }

  retryNow(): void {
    this.tiles.retryNow();
    if (!this.tiles.complete && this.tiles.hold) this.askPreview();
  }

  draw(context: CanvasRenderingContext2D, camera: Camera): void {
    const zoomedIn = (level: number) => level === 0 && scaleOf(camera) * camera.ratio > 0.999;
    const paint = (picture: Picture, tile: Tile) =>
      paintBitmap(context, camera, picture.bitmap, this.grid.box(tile), zoomedIn(tile.level));
    const paintPreview = (preview: Preview) =>
      paintBitmap(context, camera, preview.bitmap, preview.box, scaleOf(camera) * camera.ratio > 0.999);
    const { visible, covered } = this.tiles;
    const preview = this.preview.current;
    if (!preview || !contains(preview.box, visibleBox(camera), this.grid)) {
      if (!covered) this.drawBehind(context, camera, paint);
      for (const tile of visible) if (tile.shown) paint(tile.shown, tile);
    }
    if (!preview) return;
    paintPreview(preview);
    for (const tile of visible) {
      const picture = tile.fresh ?? tile.shown;
      if (picture?.generation === preview.generation) paint(picture, tile);
    }
  }

  private drawBehind(
    context: CanvasRenderingContext2D,
    camera: Camera,
    paint: (picture: Picture, tile: Tile) => void,
  ): void {
    const whole = this.overview.current;
    if (whole) paintBitmap(context, camera, whole.bitmap, whole.box, false);
    const box = visibleBox(camera);
    const level = this.tiles.visible[0]?.level;
    const others = [...this.tiles.all].filter(
      (tile) => tile.shown && tile.level !== level && meets(this.grid.box(tile), box),
    );
    for (const tile of others.sort((a, b) => b.level - a.level)) if (tile.shown) paint(tile.shown, tile);
  }

  /** Another image is coming: stay as it is, ask for nothing. */
  retired(): this {
    clearTimeout(this.timer);
    this.scheduler.remove(this.tiles);
    return this;
  }

  remove(): void {
    this.retired();
    this.tiles.clear();
    this.preview.drop();
    this.overview.drop();
  }

  private askPreview(): void {
    if (this.camera) this.preview.request(this.camera, this.grid, this.look);
  }

  /** A preview came, or failed to. */
  private previewDone(): void {
    if (this.isYielding) {
      this.isYielding = false;
      this.release();
    }
    this.arrived();
  }

  private arrived(): void {
    this.check();
    this.events.dirty();
  }

  /** Let all tiles change together when the last has come. */
  private check(): void {
    if (this.tiles.hold || !this.camera || !this.tiles.complete) {
      this.isSettled = false;
      return;
    }
    const waits = this.tiles.visible.some((tile) => tile.fresh) || this.preview.current;
    if (waits) {
      this.tiles.commit();
      this.preview.drop();
      clearTimeout(this.timer);
    }
    if (this.isSettled) return;
    this.isSettled = true;
    this.refreshOverview(this.camera);
    this.events.settled();
  }

  private refreshOverview(camera: Camera): void {
    if (this.overview.current?.generation === this.look || !this.tiles.visible.some((tile) => newest(tile) >= 0))
      return;
    const { width, height } = this.grid;
    const zoom = Math.min(0, Math.log2(OVERVIEW / Math.max(width, height)));
    const whole: Camera = {
      ...camera,
      x: width / 2,
      y: height / 2,
      zoom,
      width: width * 2 ** zoom,
      height: height * 2 ** zoom,
    };
    this.overview.request(whole, this.grid, this.look);
  }

  /** The small picture of the whole image, for the minimap. */
  get whole(): { bitmap: ImageBitmap; box: WorldBox } | null {
    return this.overview.current;
  }
}

/** Whether all that is in view of the image lies in `outer`. */
function contains(outer: WorldBox, view: WorldBox, { width, height }: TileGrid): boolean {
  return (
    outer[0] <= Math.max(0, view[0]) &&
    outer[1] <= Math.max(0, view[1]) &&
    outer[2] >= Math.min(width, view[2]) &&
    outer[3] >= Math.min(height, view[3])
  );
}
