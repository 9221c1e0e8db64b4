/** The sky of an image: its own WCS, or on a mosaic that of the chip under the position. */
import type { Box, ImageInfo, WcsAnswer } from '../core/api';
import type { ChipSky } from '../core/viewer';
import { createSky, type FrameName, type Sky, type SkyServer } from '../wcs/index';

export interface ImageSkies {
  sky: Sky | null;
  chips: readonly ChipSky[];
}

export const noSky: ImageSkies = { sky: null, chips: [] };

export function makeSkies(wcs: WcsAnswer, { width, height }: ImageInfo, server: SkyServer): ImageSkies {
  const chips = wcs.chips.map((chip) => ({
    hdu: chip.hdu,
    name: chip.name,
    box: chip.box,
    sky: chip.sky && createSky(chip.sky, width, height, server),
  }));
  return { sky: wcs.sky && createSky(wcs.sky, width, height, server), chips };
}

/** Distance from a position to a box, 0 inside. */
function distance([x1, y1, x2, y2]: Box, x: number, y: number): number {
  return Math.hypot(Math.max(x1 - x, 0, x - x2), Math.max(y1 - y, 0, y - y2));
}

/** The chip at a position, else the nearest one. */
export function chipAt(chips: readonly ChipSky[], x: number, y: number): ChipSky | null {
  let best: ChipSky | null = null;
  let least = Infinity;
  for (const chip of chips) {
    const far = chip.sky ? distance(chip.box, x, y) : Infinity;
    if (far < least) [best, least] = [chip, far];
  }
  return best;
}

/** A position in the chip's own pixels (flipped, binned), as its header counts them. */
export function chipPixel({ sky, box }: ChipSky, x: number, y: number): [number, number] {
  const own = sky?.description.chip_pixels;
  return own ? [own.x[0] * x + own.x[1], own.y[0] * y + own.y[1]] : [x - box[0] + 0.5, y - box[1] + 0.5];
}

/** From the chip's own pixels to those of the whole image. */
export function fromChipPixel({ sky, box }: ChipSky, x: number, y: number): [number, number] {
  const own = sky?.description.chip_pixels;
  return own ? [(x - own.x[1]) / own.x[0], (y - own.y[1]) / own.y[0]] : [x + box[0] - 0.5, y + box[1] - 0.5];
}

/** The sky that is valid at a pixel. */
export const skyOf = ({ sky, chips }: ImageSkies, x: number, y: number): Sky | null => chipAt(chips, x, y)?.sky ?? sky;

/** Pixel of a position: on the chip that has it; between chips by the nearest one; else by the image's own WCS. */
export function pixelOf(
  { sky, chips }: ImageSkies,
  lon: number,
  lat: number,
  frame?: FrameName,
): [number, number] | null {
  let best: [number, number] | null = null;
  let least = Infinity;
  for (const chip of chips) {
    const pixel = chip.sky?.skyToPixel(lon, lat, frame);
    const far = pixel ? distance(chip.box, pixel[0], pixel[1]) : Infinity;
    if (pixel && far < least) [best, least] = [pixel, far];
  }
  return best ?? sky?.skyToPixel(lon, lat, frame) ?? null;
}
