import type { ChannelInfo } from '../core/api';
import type { ColoredChannel } from '../core/state';

/** Usual wavelengths (nm) of common filters, to put channels in the order of light when the header gives no axis. */
const FILTERS: readonly (readonly [name: RegExp, nanometres: number])[] = [
  [/^(blue|b)\b/i, 440],
  [/^(green|v)\b/i, 540],
  [/^red\b/i, 640],
  [/^u/i, 360],
  [/^g/i, 480],
  [/^r/i, 620],
  [/^i/i, 760],
  [/^z/i, 900],
  [/^y/i, 1000],
  [/^j/i, 1240],
  [/^h\b/i, 1660],
  [/^k/i, 2160],
];

/**
 * A colour for each channel, red for the longest wavelength and blue for the shortest; white for a single one. Hues are
 * spread so that neighbours can be told apart, and all together are grey.
 */
export function automaticColors(channels: readonly ChannelInfo[]): ColoredChannel[] {
  const ordered = inOrderOfLight(channels);
  const count = ordered.length;
  return ordered
    .map((channel, k) => ({ channel: channel.index, color: count === 1 ? '#ffffff' : hue(k, count) }))
    .sort((a, b) => a.channel - b.channel);
}

/** Longest wavelength first; channels without any keep their order. */
function inOrderOfLight(channels: readonly ChannelInfo[]): ChannelInfo[] {
  const lengths = new Map(channels.map((channel) => [channel.index, wavelength(channel)]));
  if ([...lengths.values()].some((value) => value === null)) return [...channels];
  return [...channels].sort((a, b) => (lengths.get(b.index) ?? 0) - (lengths.get(a.index) ?? 0));
}

/** Something that grows with the wavelength. */
function wavelength({ spectral, filter, label }: ChannelInfo): number | null {
  if (spectral) return /^(FREQ|ENER|WAVN)/.test(spectral.type) ? -spectral.value : spectral.value;
  const name = filter || label;
  return FILTERS.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}

/** Red, green, blue for three; in general the circle from red to blue, ends included. */
function hue(k: number, count: number): string {
  if (count === 2) return k === 0 ? '#ff8000' : '#007fff';
  return hsvToHex((240 * k) / (count - 1));
}

function hsvToHex(degrees: number): string {
  const part = (shift: number): string => {
    const k = (shift + degrees / 60) % 6;
    const value = 1 - Math.max(0, Math.min(k, 4 - k, 1));
    return Math.round(value * 255)
      .toString(16)
      .padStart(2, '0');
  };
  return `#${part(5)}${part(3)}${part(1)}`;
}
