/** Pictures of an image from the server, as bitmaps ready to draw. */
import { equal } from '../base/equal';
import { t } from '../base/i18n';
import type { Api, ImageInfo, PictureFormat } from '../core/api';
import { ApiError } from '../core/errors';
import type { DisplayState } from '../core/state';
import { movingStyle } from '../core/style';
import type { PictureSource } from '../map/picture';

/** A request that hangs this long (ms) is given up and asked again: the line may have dropped it silently. */
const PATIENCE = 30_000;

/** From this many device pixels for one image pixel on, pictures are lossless. */
const MAGNIFIED = 4;

/** How pictures are asked for: the query of the style, and the format. */
export interface Look {
  readonly style: string;
  readonly format: PictureFormat;
}

/**
 * JPEG, unless it would show: enlarged, each pixel is to have its own colour, without the rings that JPEG leaves beside
 * what has no data; masks and label images, which the server opens linear, have few flat colours.
 */
export function pictureFormat({ display: own }: ImageInfo, display: DisplayState, enlargement: number): PictureFormat {
  return display.quality === 0 || own.stretch === 'linear' || enlargement >= MAGNIFIED ? 'png' : 'jpg';
}

/** The looks of an image by their numbers, which count up. */
export class Looks {
  private readonly known: Look[] = [];

  constructor(private readonly now: () => Look) {}

  at(number: number): Look {
    const look = this.known[number] ?? this.now();
    this.known[number] = look;
    return look;
  }

  /** Notes the look of now as the next one; false when it is that of `number` and nothing forces another one. */
  advance(number: number, force: boolean): boolean {
    const look = this.now();
    if (!force && equal(look, this.known[number])) return false;
    this.known[number + 1] = look;
    return true;
  }
}

export interface PictureOptions {
  /** A look by its number. */
  look(number: number): Look;
  /** A tile came that is only approximate, because overviews are still being made. */
  approximate(): void;
}

export function pictureSource(api: Api, info: ImageInfo, { look, approximate }: PictureOptions): PictureSource {
  return {
    async tile({ level, x, y }, number, signal) {
      const { style, format } = look(number);
      const url = api.tileUrl(info, info.levels - 1 - level, x, y, style, format);
      const answered = (response: Response) => isFinal(response) || approximate();
      return createImageBitmap(await picture(api, url, { signal, answered }));
    },
    view: ({ box, size, generation }) => {
      const fits = [box[0] + 0.5, info.height + 0.5 - box[3], box[2] + 0.5, info.height + 0.5 - box[1]] as const;
      const { style, format } = look(generation);
      return picture(api, api.viewUrl(info, fits, size, movingStyle(style), format), {});
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
    throw isLate ? new ApiError(t('The server takes too long'), 0, 'late') : error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}
