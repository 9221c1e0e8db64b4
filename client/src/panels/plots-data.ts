import { mark, t } from '../base/i18n';
import type { ImageInfo, PixelValue } from '../core/api';
import type { ColoredChannel } from '../core/state';
import type { PlotColumn, PlotData } from '../plots/plot';
import { spectralScale } from './labels';
import { unitText } from './units';

export interface ProfileAnswer {
  readonly channels: readonly number[];
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Pixels from the start. */
  readonly distance: readonly number[];
  /** Arcsec from the start; null without a sky. */
  readonly sky_distance: readonly (number | null)[] | null;
  readonly values: readonly (readonly PixelValue[])[];
  readonly unit: string | readonly string[];
}

export interface SpectrumAnswer {
  readonly channels: readonly number[];
  readonly labels: readonly string[];
  readonly values: readonly PixelValue[];
  readonly unit: string;
  readonly spectral: { readonly type: string; readonly unit: string; readonly values: readonly number[] } | null;
}

const TYPES: Record<string, string> = {
  FREQ: mark('Frequency'),
  WAVE: mark('Wavelength'),
  AWAV: mark('Wavelength in air'),
  VRAD: mark('Radio velocity'),
  VOPT: mark('Optical velocity'),
  VELO: mark('Velocity'),
  FELO: mark('Optical velocity'),
  ZOPT: mark('Redshift'),
  ENER: mark('Energy'),
  WAVN: mark('Wavenumber'),
};

const plotted = (value: PixelValue | undefined): number | null => (typeof value === 'number' ? value : null);

type SkyAt = (x: number, y: number) => readonly [number, number] | null;

/** FITS pixels of the positions, and ICRS where there is a sky. */
function placesOf({ x, y }: ProfileAnswer, skyAt: SkyAt): PlotColumn[] {
  const sky = x.map((at, k) => skyAt(at, y[k] ?? 0));
  const pixels = [
    { label: 'x', unit: 'pixel', values: x },
    { label: 'y', unit: 'pixel', values: y },
  ];
  if (!sky.some((position) => position)) return pixels;
  return [
    ...pixels,
    { label: 'RA', unit: 'deg', values: sky.map((position) => position?.[0] ?? null) },
    { label: 'Dec', unit: 'deg', values: sky.map((position) => position?.[1] ?? null) },
  ];
}

/** Curves of a profile, each channel in its colour, over the distance on the sky where there is one. */
export function profilePlot(
  answer: ProfileAnswer,
  image: ImageInfo,
  colors: readonly ColoredChannel[],
  skyAt: SkyAt = () => null,
): PlotData {
  const { distance, sky_distance: sky } = answer;
  const onSky = sky?.every((value) => value !== null) ? (sky as readonly number[]) : null;
  const length = onSky?.[onSky.length - 1] ?? 0;
  const [factor, unit] = length >= 7200 ? [3600, '°'] : length >= 120 ? [60, '′'] : [1, '″'];
  const units = answer.unit;
  return {
    x: onSky ? onSky.map((value) => value / factor) : distance,
    xLabel: mark('Distance'),
    xUnit: onSky ? unit : mark('pixels'),
    stepped: false,
    places: placesOf(answer, skyAt),
    series: answer.channels.map((channel, k) => ({
      label: image.channels[channel - 1]?.label ?? t('Channel {channel}', { channel }),
      color: colors.find((row) => row.channel === channel)?.color ?? '',
      unit: unitText(typeof units === 'string' ? units : (units[k] ?? '')),
      values: (answer.values[k] ?? []).map(plotted),
    })),
  };
}

/** A spectrum over its axis in a readable unit; over the number of the channel where the header gives none. */
export function spectrumPlot({ channels, values, unit, spectral }: SpectrumAnswer, title: string): PlotData {
  const largest = spectral ? Math.max(...spectral.values.map(Math.abs)) : 0;
  const [factor, shown] = spectral ? spectralScale(largest, spectral.unit) : [1, ''];
  const x = spectral ? spectral.values.map((value) => value / factor) : [...channels];
  const order = x.map((_, k) => k).sort((a, b) => (x[a] ?? 0) - (x[b] ?? 0));
  return {
    x: order.map((k) => x[k] ?? 0),
    xLabel: spectral ? (TYPES[spectral.type.slice(0, 4)] ?? spectral.type) : mark('Channel'),
    xUnit: shown,
    stepped: true,
    ...(spectral && { places: [{ label: mark('Channel'), unit: '', values: order.map((k) => channels[k] ?? null) }] }),
    series: [{ label: title, color: '', unit: unitText(unit), values: order.map((k) => plotted(values[k])) }],
  };
}
