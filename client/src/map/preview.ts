/**
 * The whole view as one picture, while the look moves: one request in flight, newest next. It is asked at the resolution
 * of the screen as long as the answers come fast enough for 20 a second, else at half.
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

export class PreviewStream {
  current: Preview | null = null;
  /** How many arrived; tests and benchmarks count them. */
  count = 0;
  private fineness = 1;
  private duration = 30;
  private readonly latest: Latest<PreviewRequest, ImageBitmap>;

  constructor(load: (request: PreviewRequest) => Promise<ImageBitmap>, changed: () => void) {
    let started = 0;
    this.latest = new Latest(
      (request) => {
        started = performance.now();
        return load(request);
      },
      (bitmap, { box, generation }) => {
        this.adapt(performance.now() - started);
        this.count++;
        this.current?.bitmap.close();
        this.current = { bitmap, box, generation };
        changed();
      },
      (error) => {
        if (!isAbort(error)) changed();
      },
    );
  }

  get isBusy(): boolean {
    return this.latest.isBusy;
  }

  /** `fineness`: at most this part of the screen's resolution. */
  request(camera: Camera, grid: TileGrid, generation: number, fineness = 1): void {
    const request = previewRequest(camera, grid, generation, Math.min(this.fineness, fineness));
    if (request) this.latest.request(request);
  }

  /** The tiles have taken over. */
  drop(): void {
    this.latest.cancel();
    this.current?.bitmap.close();
    this.current = null;
  }

  private adapt(took: number): void {
    this.duration += SMOOTHING * (took - this.duration);
    if (this.duration > SLOW && this.fineness === 1) this.setFineness(0.5);
    else if (this.duration < FAST && this.fineness < 1) this.setFineness(1);
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
