/** From what the user typed to a pixel. Errors say what is wrong in words that can be shown. */
import { t } from '../base/i18n';
import type { Point } from '../core/viewer';
import type { CelestialFrame } from '../wcs/index';
import { parsePosition } from '../wcs/parse';
import { frameOf } from './coordinates';
import { fromChipPixel } from './sky';
import type { ViewerCore } from './viewer';

export async function target(viewer: ViewerCore, text: string): Promise<Point> {
  const position = parsePosition(text, celestial(viewer));
  if (position.kind === 'pixel') return inChip(viewer, position.x, position.y, position.chip);
  if (!viewer.sky && !viewer.chips.length) {
    throw new Error(t('This image has no sky coordinates: type a pixel, as “x 512, y 300”'));
  }
  if (position.kind === 'sky') return onImage(viewer, position.lon, position.lat, position.frame, text);
  const chip = viewer.chips.find(({ name }) => name.toLowerCase() === position.name.trim().toLowerCase());
  if (chip) return { x: (chip.box[0] + chip.box[2]) / 2, y: (chip.box[1] + chip.box[3]) / 2 };
  const { resolveName } = await import('./sesame');
  const [lon, lat] = await resolveName(viewer.api, position.name);
  return onImage(viewer, lon, lat, 'icrs', position.name);
}

/** Numbers without a frame are meant in the frame of the read-out. */
function celestial(viewer: ViewerCore): CelestialFrame {
  const frame = frameOf(viewer);
  return CELESTIAL.find((one) => one === frame) ?? 'icrs';
}

const CELESTIAL: readonly CelestialFrame[] = ['icrs', 'fk5', 'fk4', 'galactic', 'ecliptic', 'supergalactic'];

async function onImage(viewer: ViewerCore, lon: number, lat: number, frame: string, name: string): Promise<Point> {
  const pixel = await viewer.pixelAtAsync(lon, lat, frame as Parameters<ViewerCore['pixelAt']>[2]);
  const { image } = viewer;
  if (!pixel || !image || outside(pixel, image))
    throw new Error(t('“{name}” is not on this image', { name: name.trim() }));
  return { x: pixel[0], y: pixel[1] };
}

const outside = ([x, y]: readonly [number, number], { width, height }: { width: number; height: number }): boolean =>
  x < 0.5 || y < 0.5 || x > width + 0.5 || y > height + 0.5;

function inChip(viewer: ViewerCore, x: number, y: number, name: string | undefined): Point {
  const { image } = viewer;
  const chip = name ? viewer.chips.find((one) => one.name.toLowerCase() === name.toLowerCase()) : undefined;
  if (name && !chip) throw new Error(t('There is no chip called “{name}”', { name }));
  const pixel = chip ? fromChipPixel(chip, x, y) : ([x, y] as const);
  if (!image || outside(pixel, image)) throw new Error(t('Pixel {x}, {y} is not on this image', { x, y }));
  return { x: pixel[0], y: pixel[1] };
}
