/** Pictures of an image from the server, as bitmaps ready to draw. */
import type { Api, ImageInfo, PictureFormat } from '../core/api';
import { ApiError } from '../core/errors';
import type { PictureSource } from '../map/picture';

/** A request that hangs this long (ms) is given up and asked again: the line may have dropped it silently. */
const PATIENCE = 30_000;

/** `style`: the query of a look, by its number. */
export function pictureSource(
  api: Api,
  info: ImageInfo,
  style: (look: number) => string,
  format: () => PictureFormat,
): PictureSource {
  return {
    tile: ({ level, x, y }, look, signal) =>
      bitmap(api, api.tileUrl(info, info.levels - 1 - level, x, y, style(look), format()), signal),
    view: ({ box, size, generation }) => {
      const fits = [box[0] + 0.5, info.height + 0.5 - box[3], box[2] + 0.5, info.height + 0.5 - box[1]] as const;
      return bitmap(api, api.viewUrl(info, fits, size, style(generation), format()));
    },
  };
}

async function bitmap(api: Api, url: string, signal?: AbortSignal): Promise<ImageBitmap> {
  const controller = new AbortController();
  const giveUp = () => controller.abort();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    giveUp();
  }, PATIENCE);
  signal?.addEventListener('abort', giveUp);
  try {
    const response = await api.fetch(url, { signal: controller.signal });
    return await createImageBitmap(await response.blob());
  } catch (error) {
    throw isLate ? new ApiError('The server takes too long', 0, 'late') : error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}
