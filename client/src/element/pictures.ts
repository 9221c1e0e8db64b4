/** Pictures of an image from the server, as bitmaps ready to draw. */
import type { Api, ImageInfo, PictureFormat } from '../core/api';
import { ApiError } from '../core/errors';
import type { PictureSource } from '../map/picture';

/** A request that hangs this long (ms) is given up and asked again: the line may have dropped it silently. */
const PATIENCE = 30_000;

export interface PictureOptions {
  /** The query of a look, by its number. */
  style(look: number): string;
  format(): PictureFormat;
  /** A tile came that is only approximate, because overviews are still being made. */
  approximate(): void;
}

export function pictureSource(
  api: Api,
  info: ImageInfo,
  { style, format, approximate }: PictureOptions,
): PictureSource {
  return {
    async tile({ level, x, y }, look, signal) {
      const url = api.tileUrl(info, info.levels - 1 - level, x, y, style(look), format());
      const answered = (response: Response) => isFinal(response) || approximate();
      return createImageBitmap(await picture(api, url, { signal, answered }));
    },
    view: ({ box, size, generation }) => {
      const fits = [box[0] + 0.5, info.height + 0.5 - box[3], box[2] + 0.5, info.height + 0.5 - box[1]] as const;
      return picture(api, api.viewUrl(info, fits, size, style(generation), format()), {});
    },
  };
}

/** What is exact may be kept for ever. */
const isFinal = ({ headers }: Response): boolean => headers.get('cache-control')?.includes('immutable') ?? false;

interface PictureRequest {
  signal?: AbortSignal;
  answered?: (response: Response) => void;
}

/** The bytes of a picture. */
async function picture(api: Api, url: string, { signal, answered }: PictureRequest): Promise<Blob> {
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
    answered?.(response);
    return await response.blob();
  } catch (error) {
    throw isLate ? new ApiError('The server takes too long', 0, 'late') : error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}
