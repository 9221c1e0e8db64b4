/** Canvases over the image. While the map moves they are moved as pictures; at rest (or always, when `live`) they are drawn. */
import type { CanvasLayer, LayerHandle, Picked } from '../core/viewer';
import { type Camera, scaleOf, toScreen, toWorld, transformOf } from './camera';

/** How far a canvas reaches beyond the map on each side, as a part of its size. */
const PADDING = 0.25;

interface Entry {
  layer: CanvasLayer;
  canvas: HTMLCanvasElement;
  /** Camera of the last drawing; null: not drawn yet. */
  drawn: Camera | null;
  shown: boolean;
}

export class LayerStack {
  private entries: Entry[] = [];

  constructor(
    private readonly pane: HTMLElement,
    private readonly camera: () => Camera | null,
    private readonly imageHeight: () => number,
  ) {}

  add(layer: CanvasLayer): LayerHandle {
    const canvas = document.createElement('canvas');
    canvas.className = 'layer';
    this.pane.append(canvas);
    const entry: Entry = { layer, canvas, drawn: null, shown: true };
    this.entries.push(entry);
    this.draw(entry);
    return {
      redraw: () => this.draw(entry),
      setShown: (shown) => {
        entry.shown = shown;
        canvas.hidden = !shown;
        this.draw(entry);
      },
      toFront: () => {
        this.entries = [...this.entries.filter((one) => one !== entry), entry];
        this.pane.append(canvas);
      },
      remove: () => {
        this.entries = this.entries.filter((one) => one !== entry);
        canvas.remove();
      },
    };
  }

  /** The camera moved. */
  moved(): void {
    const camera = this.camera();
    if (!camera) return;
    for (const entry of this.entries) {
      if (entry.layer.live || !entry.drawn) this.draw(entry);
      else place(entry.canvas, entry.drawn, camera);
    }
  }

  /** The map rests, or its size or image changed. */
  redraw(): void {
    for (const entry of this.entries) this.draw(entry);
  }

  /** What the topmost layer has at a FITS pixel. */
  pick(x: number, y: number, tolerance: number): Picked | null {
    for (const { layer, shown } of [...this.entries].reverse()) {
      const found = shown ? layer.pick?.(x, y, tolerance) : null;
      if (found) return { layer, ...found };
    }
    return null;
  }

  /** Draw all layers into another context whose unit is the CSS pixel. */
  drawTo(context: CanvasRenderingContext2D, camera: Camera): void {
    const view = transformOf(camera, this.imageHeight());
    for (const { layer, shown } of this.entries) {
      if (!shown) continue;
      context.save();
      layer.draw(context, view);
      context.restore();
    }
  }

  private draw(entry: Entry): void {
    const camera = this.camera();
    const { canvas, layer } = entry;
    if (!camera || !entry.shown) return;
    const part = layer.live ? 0 : PADDING;
    const padding = { x: Math.round(camera.width * part), y: Math.round(camera.height * part) };
    const view = transformOf(camera, this.imageHeight(), padding);
    resize(canvas, view.width, view.height, camera.ratio);
    const context = canvas.getContext('2d');
    if (!context) return;
    context.setTransform(camera.ratio, 0, 0, camera.ratio, 0, 0);
    context.clearRect(0, 0, view.width, view.height);
    context.save();
    layer.draw(context, view);
    context.restore();
    entry.drawn = camera;
    canvas.style.left = `${-padding.x}px`;
    canvas.style.top = `${-padding.y}px`;
    canvas.style.transform = '';
  }
}

/** Move a drawn canvas to where its content is now. */
function place(canvas: HTMLCanvasElement, drawn: Camera, camera: Camera): void {
  const left = Number.parseFloat(canvas.style.left);
  const top = Number.parseFloat(canvas.style.top);
  const corner = toWorld(drawn, left, top);
  const now = toScreen(camera, corner.x, corner.y);
  const scale = scaleOf(camera) / scaleOf(drawn);
  canvas.style.transform = `translate(${now.x - left}px, ${now.y - top}px) scale(${scale})`;
}

/** Give a canvas whole device pixels that cover `width` × `height` CSS pixels; only when it changes, because that clears. */
export function resize(canvas: HTMLCanvasElement, width: number, height: number, ratio: number): void {
  const device = { width: Math.ceil(width * ratio), height: Math.ceil(height * ratio) };
  if (canvas.width === device.width && canvas.height === device.height) return;
  canvas.width = device.width;
  canvas.height = device.height;
  canvas.style.width = `${device.width / ratio}px`;
  canvas.style.height = `${device.height / ratio}px`;
}
