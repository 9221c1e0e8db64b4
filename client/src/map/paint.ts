/** Draws bitmaps of tiles and previews on a canvas whose unit is the device pixel. */
import { type Camera, scaleOf } from './camera';
import type { WorldBox } from './grid';

/** From world coordinates to whole device pixels: neighbours share their rounded edge, so there are neither seams nor overlaps. */
export function deviceBox(camera: Camera, box: WorldBox): [x0: number, y0: number, x1: number, y1: number] {
  const scale = scaleOf(camera) * camera.ratio;
  const x = (world: number) => Math.round((world - camera.x) * scale + (camera.width * camera.ratio) / 2);
  const y = (world: number) => Math.round((world - camera.y) * scale + (camera.height * camera.ratio) / 2);
  return [x(box[0]), y(box[1]), x(box[2]), y(box[3])];
}

/** Draw `bitmap` over `box`, only the part in view: enlarged 64 times a tile is larger than any canvas. */
export function paintBitmap(
  context: CanvasRenderingContext2D,
  camera: Camera,
  bitmap: ImageBitmap,
  box: WorldBox,
  pixelated: boolean,
): void {
  const step = { x: (box[2] - box[0]) / bitmap.width, y: (box[3] - box[1]) / bitmap.height };
  const scale = scaleOf(camera) * camera.ratio;
  let source: WorldBox = [0, 0, bitmap.width, bitmap.height];
  if (step.x * scale > 2) source = cropped(camera, bitmap, box, step);
  if (source[0] >= source[2] || source[1] >= source[3]) return;
  const target = deviceBox(camera, [
    box[0] + source[0] * step.x,
    box[1] + source[1] * step.y,
    box[0] + source[2] * step.x,
    box[1] + source[3] * step.y,
  ]);
  const size = { x: target[2] - target[0], y: target[3] - target[1] };
  const isExact = size.x === source[2] - source[0] && size.y === source[3] - source[1];
  context.imageSmoothingEnabled = !pixelated && !isExact;
  context.drawImage(
    bitmap,
    source[0],
    source[1],
    source[2] - source[0],
    source[3] - source[1],
    target[0],
    target[1],
    size.x,
    size.y,
  );
}

/** The whole pixels of the bitmap that are in view. */
function cropped(camera: Camera, bitmap: ImageBitmap, box: WorldBox, step: { x: number; y: number }): WorldBox {
  const half = { x: camera.width / 2 / scaleOf(camera), y: camera.height / 2 / scaleOf(camera) };
  return [
    Math.max(0, Math.floor((camera.x - half.x - box[0]) / step.x)),
    Math.max(0, Math.floor((camera.y - half.y - box[1]) / step.y)),
    Math.min(bitmap.width, Math.ceil((camera.x + half.x - box[0]) / step.x)),
    Math.min(bitmap.height, Math.ceil((camera.y + half.y - box[1]) / step.y)),
  ];
}
