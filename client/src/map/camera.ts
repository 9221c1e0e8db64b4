/** Where the eye is: centre in world coordinates (see `grid.ts`), log2 of CSS pixels per image pixel, size in CSS pixels. */
import type { Box } from '../core/api';
import type { Point, ViewTransform } from '../core/viewer';
import type { WorldBox } from './grid';

export interface Camera {
  /** World coordinates of the middle of the map. */
  x: number;
  y: number;
  zoom: number;
  width: number;
  height: number;
  /** Device pixels per CSS pixel. */
  ratio: number;
}

export const scaleOf = (camera: Camera): number => 2 ** camera.zoom;

export function visibleBox(camera: Camera): WorldBox {
  const half = { x: camera.width / 2 / scaleOf(camera), y: camera.height / 2 / scaleOf(camera) };
  return [camera.x - half.x, camera.y - half.y, camera.x + half.x, camera.y + half.y];
}

export const toWorld = (camera: Camera, px: number, py: number): Point => ({
  x: camera.x + (px - camera.width / 2) / scaleOf(camera),
  y: camera.y + (py - camera.height / 2) / scaleOf(camera),
});

export const toScreen = (camera: Camera, x: number, y: number): Point => ({
  x: (x - camera.x) * scaleOf(camera) + camera.width / 2,
  y: (y - camera.y) * scaleOf(camera) + camera.height / 2,
});

/** FITS pixels ↔ world: the centre of FITS pixel (1, height) is at world (0.5, 0.5). */
export const worldOfFits = (x: number, y: number, height: number): Point => ({ x: x - 0.5, y: height + 0.5 - y });
export const fitsOfWorld = (x: number, y: number, height: number): Point => ({ x: x + 0.5, y: height + 0.5 - y });

export const fitsBox = ([x0, y0, x1, y1]: WorldBox, height: number): Box => [
  x0 + 0.5,
  height + 0.5 - y1,
  x1 + 0.5,
  height + 0.5 - y0,
];

/** The view in FITS pixels, for a canvas that reaches `padding` CSS pixels beyond the map on each side. */
export function transformOf(camera: Camera, imageHeight: number, padding = { x: 0, y: 0 }): ViewTransform {
  const scale = scaleOf(camera);
  const larger = { ...camera, width: camera.width + 2 * padding.x, height: camera.height + 2 * padding.y };
  return {
    scale,
    width: larger.width,
    height: larger.height,
    devicePixelRatio: camera.ratio,
    box: fitsBox(visibleBox(larger), imageHeight),
    toScreen(x, y) {
      const world = worldOfFits(x, y, imageHeight);
      return toScreen(larger, world.x, world.y);
    },
    fromScreen(px, py) {
      const world = toWorld(larger, px, py);
      return fitsOfWorld(world.x, world.y, imageHeight);
    },
  };
}

/** A picture of `box` (pixel edges) that is `width` CSS pixels wide, as if it were seen on a screen. */
export function cameraOfBox([x1, y1, x2, y2]: Box, width: number, imageHeight: number, ratio: number): Camera {
  const { x, y } = worldOfFits((x1 + x2) / 2, (y1 + y2) / 2, imageHeight);
  const scale = width / (x2 - x1);
  return { x, y, zoom: Math.log2(scale), width, height: (y2 - y1) * scale, ratio };
}

/** Zoom snaps to one image pixel on a whole power of two of device pixels when it is this near. */
const NEARLY = 0.04;

export function snapZoom(zoom: number, ratio: number): number {
  const device = zoom + Math.log2(ratio);
  const whole = Math.round(device);
  return Math.abs(device - whole) < NEARLY ? whole - Math.log2(ratio) : zoom;
}

/** When image pixels cover whole device pixels, shift the centre (by less than one) so that their edges meet. */
export function snapCenter(camera: Camera): Camera {
  const scale = scaleOf(camera) * camera.ratio;
  const level = Math.log2(scale);
  if (Math.abs(level - Math.round(level)) > 1e-6) return camera;
  const snap = (center: number, size: number) => {
    const half = (size * camera.ratio) / 2;
    return (Math.round(center * scale - half) + half) / scale;
  };
  return { ...camera, x: snap(camera.x, camera.width), y: snap(camera.y, camera.height) };
}

/** Free space around what is fitted, CSS pixels. */
const MARGIN = 12;

/** Zoom at which so many image pixels fill a map, less a margin. */
export function zoomToFit(room: { width: number; height: number }, width: number, height: number): number {
  const scale = Math.min((room.width - 2 * MARGIN) / width, (room.height - 2 * MARGIN) / height);
  return Math.log2(Math.max(scale, 1e-6));
}
