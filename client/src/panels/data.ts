import type { Api, Colormap, ImageInfo, Statistics } from '../core/api';
import type { CutLimits, CutsSpec } from '../core/state';

/** Answers that several panels need, asked once for a version of an image. A failed question may be asked again. */
class ImageData {
  private readonly statistics_ = new Map<number, Promise<Statistics>>();

  constructor(
    private readonly api: Api,
    readonly image: ImageInfo,
  ) {}

  statistics(channel: number): Promise<Statistics> {
    return remember(this.statistics_, channel, () => this.api.statistics(this.image.id, channel));
  }
}

const byApi = new WeakMap<Api, ImageData>();
const maps = new WeakMap<Api, Map<'all', Promise<Colormap[]>>>();

export function imageData(api: Api, image: ImageInfo): ImageData {
  const there = byApi.get(api);
  if (
    there &&
    there.image.id === image.id &&
    there.image.version === image.version &&
    there.image.preview === image.preview
  ) {
    return there;
  }
  const made = new ImageData(api, image);
  byApi.set(api, made);
  return made;
}

export function colormaps(api: Api): Promise<Colormap[]> {
  let known = maps.get(api);
  if (!known) {
    known = new Map();
    maps.set(api, known);
  }
  return remember(known, 'all', () => api.colormaps());
}

function remember<K, V>(known: Map<K, Promise<V>>, key: K, ask: () => Promise<V>): Promise<V> {
  const there = known.get(key);
  if (there) return there;
  const asked = ask();
  known.set(key, asked);
  asked.catch(() => known.delete(key));
  return asked;
}

/** The numbers behind a rule for cuts; null when the statistics do not hold them. */
export function resolveCuts(spec: CutsSpec, statistics: Statistics | null): CutLimits | null {
  if (typeof spec !== 'string') return spec;
  const numbers = spec.split(',').map(Number);
  if (numbers.length === 2) return limits(numbers[0], numbers[1]);
  if (!statistics) return null;
  if (spec === 'zscale') return statistics.zscale;
  if (spec === 'default') return statistics.default;
  if (spec === 'compatible') return statistics.compatible;
  if (spec === 'minmax') return limits(statistics.min, statistics.max);
  const percent = /^([\d.]+)%$/.exec(spec)?.[1];
  if (percent) return percentileCuts(Number(percent), statistics.percentiles);
  const sigmas = /^([\d.]+)sigma$/.exec(spec)?.[1];
  const { median, mad } = statistics;
  if (!sigmas || median === null || mad === null) return null;
  const reach = Number(sigmas) * 1.4826 * mad;
  return [median - reach, median + reach];
}

const limits = (low: number | null | undefined, high: number | null | undefined): CutLimits | null =>
  low == null || high == null ? null : [low, high];

/** The central `percent` of the pixels, when both percentiles were measured. */
function percentileCuts(percent: number, percentiles: Record<string, number>): CutLimits | null {
  const tail = Number(((100 - percent) / 2).toFixed(6));
  return limits(percentiles[String(tail)], percentiles[String(Number((100 - tail).toFixed(6)))]);
}
