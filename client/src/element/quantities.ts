/** What the read-out says of a pixel: the value, less the background, as surface brightness. */
import { t } from '../base/i18n';
import type { ImageInfo, PixelValue } from '../core/api';
import type { ValueMode } from '../core/state';
import { channelCards, pixelSizeOf, surfaceBrightness, type ZeroPoint, zeroPointOf } from './photometry';
import type { ViewerCore } from './viewer';

export interface Quantity {
  text: string;
  unit: string;
  /** Why there is none, for the tooltip. */
  note: string;
}

interface Facts {
  zero: ZeroPoint | null;
  /** Of a pixel in arcsec, for images without sky coordinates. */
  size: number | null;
  background: number | null;
}

/** Digits of a value in the read-out: a fixed number, so that nothing jumps. */
const DIGITS = 7;

export function valueText(value: PixelValue, exact: string | null = null): string {
  if (exact) return exact;
  if (value === null) return '–';
  if (typeof value === 'string') return value.replace('Infinity', '∞').replace('-', '−');
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return minus(String(value));
  const size = Math.abs(value);
  if (size >= 1e7 || size < 1e-4) return minus(value.toExponential(DIGITS - 3));
  const before = Math.max(1, Math.floor(Math.log10(size)) + 1);
  return minus(value.toFixed(Math.max(0, DIGITS - before)));
}

const minus = (text: string): string => text.replace(/^-/, '−').replace('e-', 'e−').replace('e+', 'e');

/** Gathers, once per image and channel, what a quantity needs beyond the value. */
export class Quantities {
  private image: ImageInfo | null = null;
  private readonly facts = new Map<number, Facts | 'asked'>();

  constructor(
    private readonly viewer: ViewerCore,
    private readonly arrived: () => void,
  ) {}

  describe(
    value: PixelValue,
    exact: string | null,
    channel: number,
    mode: ValueMode,
    at: { x: number; y: number },
  ): Quantity {
    const { image } = this.viewer;
    const unit = image?.channels[channel - 1]?.unit ?? '';
    if (mode === 'raw') return { text: valueText(value, exact), unit, note: '' };
    const facts = this.factsOf(channel, unit);
    if (!facts || typeof value !== 'number')
      return { text: valueText(typeof value === 'number' ? null : value), unit, note: '' };
    const net = mode.startsWith('net') ? value - (facts.background ?? 0) : value;
    if (mode === 'net') return { text: valueText(net), unit, note: '' };
    return brightness(net, facts.zero, this.viewer.pixelScale(at.x, at.y) ?? facts.size);
  }

  private factsOf(channel: number, unit: string): Facts | null {
    const { image } = this.viewer;
    if (!image) return null;
    if (image !== this.image) this.facts.clear();
    this.image = image;
    const known = this.facts.get(channel);
    if (known === undefined) void this.gather(image, channel, unit);
    return known === 'asked' || known === undefined ? null : known;
  }

  private async gather(image: ImageInfo, channel: number, unit: string): Promise<void> {
    this.facts.set(channel, 'asked');
    try {
      const [header, statistics] = await Promise.all([
        this.viewer.api.header(image.id),
        this.viewer.api.statistics(image.id, channel),
      ]);
      const cards = channelCards(header, channel, image.channels.length);
      const { background } = statistics;
      this.facts.set(channel, { zero: zeroPointOf(cards, unit), size: pixelSizeOf(cards), background });
      if (this.viewer.image === image) this.arrived();
    } catch {
      this.facts.delete(channel);
    }
  }
}

function brightness(value: number, zero: ZeroPoint | null, scale: number | null): Quantity {
  if (!zero) return { text: '–', unit: t('no zero point'), note: t('The header gives no photometric zero point') };
  const magnitude = surfaceBrightness(value, zero, scale);
  const unit = `mag/arcsec²${zero.system ? ` ${zero.system}` : ''}`;
  return {
    text: magnitude === null ? '–' : magnitude.toFixed(3),
    unit,
    note: t('Zero point from {source}', { source: zero.source }),
  };
}
