/** The server's pictures (the whole image, native resolution) with what is drawn over the map. */
import { t } from '../base/i18n';
import type { Box } from '../core/api';
import type { Viewer } from '../core/viewer';

export type PictureType = 'png' | 'jpg';

/** Lines and symbols of larger pictures are enlarged, so that they are seen when the picture is looked at as a whole. */
const USUAL_SIZE = 1600;

/** `picture` shows `box` (pixel edges); the layers that are shown are drawn over it. */
export async function withLayers(viewer: Viewer, picture: Blob, box: Box, type: PictureType): Promise<Blob> {
  const bitmap = await createImageBitmap(picture);
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
  const context = canvas.getContext('2d', { alpha: type === 'png' });
  if (!context) throw new Error(t('the browser gave no canvas'));
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const enlarged = Math.max(1, Math.max(canvas.width, canvas.height) / USUAL_SIZE);
  context.scale(enlarged, enlarged);
  viewer.map.drawLayers(context, box, canvas.width / enlarged);
  return encoded(canvas, type);
}

export function encoded(canvas: HTMLCanvasElement, type: PictureType): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error(t('the browser could not encode it')))),
      type === 'png' ? 'image/png' : 'image/jpeg',
      0.92,
    );
  });
}
