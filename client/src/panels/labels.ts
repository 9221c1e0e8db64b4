import type { ChannelInfo, SpectralValue } from '../core/api';
import type { ListItem } from '../ui/list';
import { displayNumber } from '../ui/numbers';

/** SI prefixes that make frequencies, lengths and speeds readable. */
const SCALES: Record<string, readonly (readonly [factor: number, unit: string])[]> = {
  Hz: [
    [1e12, 'THz'],
    [1e9, 'GHz'],
    [1e6, 'MHz'],
    [1e3, 'kHz'],
    [1, 'Hz'],
  ],
  m: [
    [1, 'm'],
    [1e-3, 'mm'],
    [1e-6, 'µm'],
    [1e-9, 'nm'],
  ],
  'm/s': [
    [1e3, 'km/s'],
    [1, 'm/s'],
  ],
};

/** "1.420406 GHz", "656.3 nm", "−12.4 km/s". */
export function spectralText({ value, unit }: SpectralValue, digits = 7): string {
  const [factor, shown] = spectralScale(value, unit);
  return `${displayNumber(value / factor, digits)} ${shown}`.trim();
}

/** What to divide values of about this size by, and the unit that they then have. */
export function spectralScale(value: number, unit: string): readonly [factor: number, unit: string] {
  const scales =
    SCALES[
      unit
        .replace(/\s+|\*\*|\^/g, '')
        .replace(/m(\.|s-1$)/, 'm/s')
        .replace('m/ss-1', 'm/s')
    ] ?? SCALES[unit];
  if (!scales) return [1, unit];
  const size = Math.abs(value);
  return scales.find(([factor]) => size >= factor) ?? scales[scales.length - 1] ?? [1, unit];
}

/** With numbers as short as they can be: "4400.0 Å" is "4400 Å". */
const plain = (text: string): string => text.replace(/\d+(\.\d+)?/g, (digits) => String(Number(digits)));

/** A channel as a row of a list: its label, and its number or what else tells it from the others. */
export function channelItem(channel: ChannelInfo): ListItem {
  const spectral = channel.spectral ? spectralText(channel.spectral, 6) : '';
  return {
    id: String(channel.index),
    label: channel.label,
    detail: spectral && !plain(channel.label).includes(plain(spectral)) ? spectral : String(channel.index),
    keywords: `${channel.index} ${channel.filter} ${channel.stokes}`,
  };
}

/** An angle given in arcsec, in the unit that suits its size. */
export function angleText(arcsec: number, digits = 4): string {
  const size = Math.abs(arcsec);
  if (size >= 3600) return `${displayNumber(arcsec / 3600, digits)}°`;
  if (size >= 60) return `${displayNumber(arcsec / 60, digits)}′`;
  if (size >= 0.1 || size === 0) return `${displayNumber(arcsec, digits)}″`;
  return `${displayNumber(arcsec * 1000, digits)} mas`;
}
