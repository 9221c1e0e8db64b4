/**
 * The whole view as one picture, while the look moves: one request in flight, newest next. It is asked at the resolution
 * of the screen as long as the answers come fast enough for 20 a second, else at half, else at a quarter. While one picture is decoded the
 * next is already asked for.
 */

import { isAbort } from '../core/errors';
import { Latest } from '../core/latest';
import { type Camera, scaleOf, visibleBox } from './camera';
import type { TileGrid, WorldBox } from './grid';
import type { Picture } from './tiles';

export interface Preview extends Picture {
  box: WorldBox;
}

export interface PreviewRequest {
  box: WorldBox;
  size: readonly [width: number, height: number];
  generation: number;
}

/** Milliseconds a preview may take before it gets coarser, and under which it gets finer again. */
const SLOW = 60;
const FAST = 22;
const SMOOTHING = 0.3;
const COARSEST = 0.25;

export class PreviewStream {
  current: Preview | null = null;
  /** How many arrived; tests and benchmarks count them. */
  count = 0;
  private fineness = 1;
  private duration = 30;
  private readonly latest: Latest<PreviewRequest, Blob>;
  /** Pictures are numbered as they arrive: one that is decoded late never replaces a newer one. */
  private arrived = 0;
  private shown = 0;
  private decoding = 0;

  constructor(
    load: (request: PreviewRequest) => Promise<Blob>,
    private readonly changed: () => void,
    private readonly decode: (picture: Blob) => Promise<ImageBitmap> = (picture) => createImageBitmap(picture),
  ) {
    let started = 0;
    this.latest = new Latest(
      (request) => {
        started = performance.now();
        return load(request);
      },
      (picture, request) => void this.take(picture, request, started),
      (error) => {
        if (!isAbort(error)) changed();
      },
    );
  }

  get isBusy(): boolean {
    return this.latest.isBusy || this.decoding > 0;
  }

  private async take(picture: Blob, { box, generation }: PreviewRequest, started: number): Promise<void> {
    const number = ++this.arrived;
    this.decoding++;
    const bitmap = await this.decode(picture).catch(() => null);
    this.decoding--;
    if (number <= this.shown) return bitmap?.close();
    this.adapt(performance.now() - started);
    this.shown = number;
    if (bitmap) {
      this.count++;
      this.current?.bitmap.close();
      this.current = { bitmap, box, generation };
    }
    this.changed();
  }

  /** `fineness`: at most this part of the screen's resolution. */
  request(camera: Camera, grid: TileGrid, generation: number, fineness = 1): void {
    const request = previewRequest(camera, grid, generation, Math.min(this.fineness, fineness));
    if (request) this.latest.request(request);
  }

  /** The tiles have taken over. */
  drop(): void {
    this.latest.cancel();
    this.shown = this.arrived;
    this.current?.bitmap.close();
    this.current = null;
  }

  private adapt(took: number): void {
    this.duration += SMOOTHING * (took - this.duration);
    if (this.duration > SLOW && this.fineness > COARSEST) this.setFineness(this.fineness / 2);
    else if (this.duration < FAST && this.fineness < 1) this.setFineness(this.fineness * 2);
  }

  private setFineness(fineness: number): void {
    this.fineness = fineness;
    this.duration = (SLOW + FAST) / 2;
  }
}

/** The part of the view that is on the image, in whole image pixels when these are large. */
export function previewRequest(
  camera: Camera,
  grid: TileGrid,
  generation: number,
  fineness: number,
): PreviewRequest | null {
  const [x0, y0, x1, y1] = visibleBox(camera);
  const scale = scaleOf(camera) * fineness;
  const box: WorldBox = [
    Math.max(0, Math.floor(x0)),
    Math.max(0, Math.floor(y0)),
    Math.min(grid.width, Math.ceil(x1)),
    Math.min(grid.height, Math.ceil(y1)),
  ];
  if (box[0] >= box[2] || box[1] >= box[3]) return null;
  const size = (length: number) => Math.max(1, Math.round(length * Math.min(scale, 1)));
  return { box, size: [size(box[2] - box[0]), size(box[3] - box[1])], generation };
}
