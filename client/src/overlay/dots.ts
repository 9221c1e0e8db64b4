/** Dots for more sources than there is room for: set in a bitmap, ten times as fast as a path of as many rectangles. */

/** Pixels of a bitmap; a larger canvas (a picture of a whole image) is painted in bands. */
const MOST_PIXELS = 1 << 24;

/**
 * Opacity of dots as RGBA bytes (`width` × `rows` × 4), black where one is. `x`, `y` are pixels from the top left of the canvas,
 * `size` is the side of a dot in pixels, `opacity` that of one (0…1): where more lie upon each other they hide more. `top` is
 * the first row of the band. What lies outside is cut off.
 */
export function dotBitmap(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  size: number,
  { width, rows, top, opacity = 1 }: { width: number; rows: number; top: number; opacity?: number },
): Uint8ClampedArray<ArrayBuffer> {
  const bytes = new Uint8ClampedArray(width * rows * 4);
  for (let k = 0; k < x.length; k++) {
    const left = Math.round((x[k] ?? 0) - size / 2);
    const high = Math.round((y[k] ?? 0) - size / 2) - top;
    for (let j = Math.max(0, high); j < Math.min(rows, high + size); j++)
      for (let i = Math.max(0, left); i < Math.min(width, left + size); i++) {
        const at = 4 * (j * width + i) + 3;
        const there = bytes[at] ?? 0;
        bytes[at] = there + (255 - there) * opacity;
      }
  }
  return bytes;
}

/** Paints dots of `side` units of the context in its fill colour. Positions in units of the context. */
export function paintDots(
  context: CanvasRenderingContext2D,
  x: Float64Array,
  y: Float64Array,
  { side, opacity }: { side: number; opacity: number },
): void {
  const { a, d, e, f } = context.getTransform();
  const { width, height } = context.canvas;
  const [across, down] = [x.map((one) => e + a * one), y.map((one) => f + d * one)];
  const band = Math.max(1, Math.min(height, Math.floor(MOST_PIXELS / Math.max(1, width))));
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  for (let top = 0; top < height; top += band) {
    const rows = Math.min(band, height - top);
    const bytes = dotBitmap(across, down, Math.max(1, Math.round(side * a)), { width, rows, top, opacity });
    const canvas = coloured(new ImageData(bytes, width, rows), context.fillStyle);
    context.drawImage(canvas, 0, top);
  }
  context.restore();
}

function coloured(image: ImageData, color: CanvasRenderingContext2D['fillStyle']): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: image.width, height: image.height });
  const context = canvas.getContext('2d');
  if (!context) return canvas;
  context.putImageData(image, 0, 0);
  context.globalCompositeOperation = 'source-in';
  context.fillStyle = color;
  context.fillRect(0, 0, image.width, image.height);
  return canvas;
}
