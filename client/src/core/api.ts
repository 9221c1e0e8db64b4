/** Typed client of the server's `api/v1`. Every answer that is not OK becomes an `ApiError`. */
import { t } from '../base/i18n';
import type {
  Box,
  Colormap,
  Header,
  Histogram,
  ImageInfo,
  ImageList,
  Region,
  ServiceInfo,
  Statistics,
  Values,
  WcsAnswer,
} from './api-types';
import type { Connection } from './connection';
import { ApiError, errorOf, isAbort } from './errors';

export * from './api-types';
export { ApiError, isAbort };

type Query = Record<string, string | number | readonly (string | number)[] | null | undefined>;

export interface RequestOptions {
  signal?: AbortSignal;
  /** How often a glitch is forgiven before the error is thrown; default 3. */
  retries?: number;
}

/** First pause before a repeated request, in ms; doubles each time up to `PAUSE_MAX`. */
const PAUSE = 300;
export const PAUSE_MAX = 8000;

export class Api {
  /** `base` ends with `/`. */
  constructor(
    readonly base: string,
    readonly connection: Connection,
  ) {}

  service(options?: RequestOptions): Promise<ServiceInfo> {
    return this.json('', {}, options);
  }

  images(
    query: { directory?: string; search?: string; offset?: number; limit?: number },
    options?: RequestOptions,
  ): Promise<ImageList> {
    return this.json('images', query, options);
  }

  colormaps(options?: RequestOptions): Promise<Colormap[]> {
    return this.json('colormaps', {}, options);
  }

  info(id: string, options?: RequestOptions): Promise<ImageInfo> {
    return this.json(image(id), {}, options);
  }

  header(id: string, options?: RequestOptions): Promise<Header> {
    return this.json(image(id, 'header'), {}, options);
  }

  wcs(id: string, options?: RequestOptions): Promise<WcsAnswer> {
    return this.json(image(id, 'wcs'), {}, options);
  }

  statistics(id: string, channel: number, options?: RequestOptions): Promise<Statistics> {
    return this.json(image(id, 'statistics'), { channel }, options);
  }

  histogram(
    id: string,
    query: { channel: number; bins?: number; range?: readonly [number, number] },
    options?: RequestOptions,
  ): Promise<Histogram> {
    return this.json(image(id, 'histogram'), { ...query, range: query.range?.join(',') }, options);
  }

  values(
    id: string,
    at: readonly (readonly [number, number])[],
    channels: readonly number[],
    options?: RequestOptions,
  ): Promise<Values> {
    return this.json(image(id, 'values'), { at: at.map((p) => p.join(',')), channel: channels }, options);
  }

  profile<T = unknown>(
    id: string,
    from: readonly [number, number],
    to: readonly [number, number],
    query: { channel?: readonly number[]; interpolate?: 0 | 1 } = {},
    options?: RequestOptions,
  ): Promise<T> {
    return this.json(image(id, 'profile'), { line: `${from.join(',')}:${to.join(',')}`, ...query }, options);
  }

  spectrum<T = unknown>(
    id: string,
    region: { at: readonly [number, number] } | Region,
    options?: RequestOptions,
  ): Promise<T> {
    return this.json(image(id, 'spectrum'), regionQuery(region), options);
  }

  regionStatistics<T = unknown>(id: string, region: Region, channel: number, options?: RequestOptions): Promise<T> {
    return this.json(image(id, 'region-statistics'), { ...regionQuery(region), channel }, options);
  }

  /** A FITS file of this computer, to a server on it that takes files (`limits.dropped_bytes` in what it says of itself). */
  async drop(file: File, { signal }: RequestOptions = {}): Promise<{ id: string; name: string }> {
    const init = { method: 'POST', headers: { 'content-type': 'application/fits' }, body: file, signal };
    const response = await this.fetch(this.url(`dropped?name=${encodeURIComponent(file.name)}`), init);
    return (await response.json()) as { id: string; name: string };
  }

  /** Exact positions by the server, native or in `frame`; null where there is none. */
  async sky(
    id: string,
    pixels: readonly (readonly [number, number])[],
    frame = 'icrs',
    options?: RequestOptions,
  ): Promise<([number, number] | null)[]> {
    const answer = await this.post<{ sky: ([number, number] | null)[] }>(image(id, 'sky'), { pixels, frame }, options);
    return answer.sky;
  }

  async pixel(
    id: string,
    sky: readonly (readonly [number, number])[],
    frame = 'icrs',
    options?: RequestOptions,
  ): Promise<([number, number] | null)[]> {
    const answer = await this.post<{ pixels: ([number, number] | null)[] }>(
      image(id, 'pixel'),
      { sky, frame },
      options,
    );
    return answer.pixels;
  }

  /** `z` = 0 is the coarsest level, `y` down from the top. `style` comes from `styleQuery`. */
  tileUrl(info: ImageInfo, z: number, x: number, y: number, style: string, format: PictureFormat): string {
    return this.url(`${image(info.id)}/tiles/${z}/${x}/${y}.${format}?${style}&v=${info.version}`);
  }

  viewUrl(
    info: ImageInfo,
    box: Box,
    size: readonly [number, number],
    style: string,
    format: PictureFormat = 'jpg',
  ): string {
    return this.url(`${image(info.id)}/view.${format}?box=${box.join(',')}&size=${size.join(',')}&${style}`);
  }

  /** `box` in inclusive FITS pixels; `shrink` a power of two. */
  regionUrl(info: ImageInfo, box: Box, format: PictureFormat | 'fits', style = '', shrink = 1): string {
    const query = [`box=${box.join(',')}`, shrink > 1 ? `shrink=${shrink}` : '', style].filter(Boolean).join('&');
    return this.url(`${image(info.id)}/region.${format}?${query}`);
  }

  /** Server-sent events of an image: `progress`, `changed`. */
  events(id: string): EventSource {
    return new EventSource(this.url(image(id, 'events')));
  }

  url(path: string): string {
    return this.base + path;
  }

  /** Any JSON of the service; `path` relative to the base. Glitches are repeated with growing pauses. */
  json<T>(path: string, query: Query = {}, options?: RequestOptions): Promise<T> {
    const text = queryText(query);
    return this.repeat(text ? `${path}?${text}` : path, {}, options);
  }

  private post<T>(path: string, body: unknown, options?: RequestOptions): Promise<T> {
    const headers = { 'content-type': 'application/json' };
    return this.repeat(path, { method: 'POST', headers, body: JSON.stringify(body) }, options);
  }

  private async repeat<T>(path: string, init: RequestInit, { signal, retries = 3 }: RequestOptions = {}): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        const response = await this.fetch(this.url(path), { ...init, signal });
        return (await response.json()) as T;
      } catch (error) {
        if (!(error instanceof ApiError) || !error.isTransient || attempt >= retries) throw error;
        await pause(error.retryAfter ? error.retryAfter * 1000 : Math.min(PAUSE_MAX, PAUSE * 2 ** attempt), signal);
      }
    }
  }

  /** One request, no repetition; tells the connection how it went. */
  async fetch(url: string, init: RequestInit = {}): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(url, init);
    } catch (error) {
      if (isAbort(error)) throw error;
      this.connection.failed();
      throw new ApiError(t('The server cannot be reached'), 0, 'unreachable');
    }
    if (response.ok) {
      this.connection.succeeded();
      return response;
    }
    const error = await errorOf(response);
    if (error.isTransient && error.status !== 429) this.connection.failed();
    else this.connection.succeeded();
    throw error;
  }
}

export type PictureFormat = 'jpg' | 'png' | 'webp';

/** An image id is one segment of a path, whatever it holds. */
const image = (id: string, rest = ''): string => `images/${encodeURIComponent(id)}${rest ? `/${rest}` : ''}`;

function regionQuery(region: object): Query {
  return Object.fromEntries(Object.entries(region).map(([key, value]) => [key, (value as number[]).join(',')]));
}

export function queryText(query: Query): string {
  const parts: string[] = [];
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === '') continue;
    for (const one of Array.isArray(value) ? value : [value]) parts.push(`${key}=${encodeText(String(one))}`);
  }
  return parts.join('&');
}

/** Percent-encode, but leave what is harmless in a query readable. */
export const encodeText = (text: string): string =>
  encodeURIComponent(text).replace(/%(2C|3A|2F|40|24|5B|5D)/g, decodeURIComponent);

/** Wait; ends early with an AbortError. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(new DOMException('Aborted', 'AbortError'));
    };
    if (signal?.aborted) return abort();
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
