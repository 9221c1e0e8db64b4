/** How an image is shown first: its own defaults, what the address asks, or what stays of the image before it. */
import type { ImageInfo } from '../core/api';
import { changed } from '../core/change';
import { type CutsSpec, type DisplayState, defaultDisplay, type StatePatch, type ViewState } from '../core/state';
import type { Viewer } from '../core/viewer';

/** The display that the server proposes. */
export function imageDisplay({ display, channels }: ImageInfo): DisplayState {
  const cuts: Record<number, CutsSpec> = {};
  for (const [channel, limits] of Object.entries(display.cuts ?? {})) cuts[Number(channel)] = limits;
  return {
    ...defaultDisplay,
    mode: display.mode,
    channel: Math.min(display.channel, channels.length),
    color: display.color,
    stretch: display.stretch,
    stretchParameter: display.stretch_parameter,
    gamma: display.gamma,
    colormap: display.colormap,
    cuts,
  };
}

/** A display that this image can show: no channel that it has not. */
export function fitting(display: DisplayState, own: DisplayState, { channels }: ImageInfo): DisplayState {
  const here = display.color.filter(({ channel }) => channel <= channels.length);
  // A mix that was emptied on purpose stays empty.
  const color = here.length > 0 || display.color.length === 0 ? here : own.color;
  const off = display.off.filter(({ channel }) => channel <= channels.length);
  const mode = display.mode === 'color' && channels.length === 1 && color.length === 0 ? 'single' : display.mode;
  const channel = Math.min(Math.max(1, display.channel), channels.length);
  return { ...display, mode, channel, color, off };
}

/** The image's own display with what an address says of it. */
export function displayOf(info: ImageInfo, own: DisplayState, patch: StatePatch['display']): DisplayState {
  const color = patch?.mode === 'color' && own.color.length === 0 ? spreadColors(info.channels.length) : own.color;
  return fitting(changed({ ...own, color }, patch), own, info);
}

/** As in VisiOmatic 3: blue, green and red for the first, middle and last channel. */
function spreadColors(count: number): DisplayState['color'] {
  const picked = [...new Set([1, Math.floor(count / 2) + 1, count])];
  const colors = ['#0000ff', '#00ff00', '#ff0000'];
  return picked.map((channel, k) => ({ channel, color: colors[k] ?? '#ffffff' }));
}

export interface Place {
  x: number;
  y: number;
  zoom: number | null;
}

export const placeOf = ({ x, y, zoom }: Partial<ViewState>): Place | null =>
  x != null && y != null ? { x, y, zoom: zoom ?? null } : null;

/** Centre of the view on the sky and its scale, to be found again on another image. */
export interface SkyPlace {
  lon: number;
  lat: number;
  /** Arcsec per CSS pixel. */
  scale: number;
}

export function skyPlace(viewer: Viewer): SkyPlace | null {
  const { center, zoom } = viewer.map;
  const position = viewer.skyAt(center.x, center.y);
  const scale = viewer.pixelScale(center.x, center.y);
  return position && scale ? { lon: position[0], lat: position[1], scale: scale / 2 ** zoom } : null;
}

export function placeOnSky(viewer: Viewer, { lon, lat, scale }: SkyPlace): Place | null {
  const pixel = viewer.pixelAt(lon, lat);
  if (!pixel) return null;
  const own = viewer.pixelScale(pixel[0], pixel[1]);
  return { x: pixel[0], y: pixel[1], zoom: own ? Math.log2(own / scale) : null };
}

/** Zoom at which the diagonal of the view is `fov` degrees. */
export function zoomForField(viewer: Viewer, fov: number, x: number, y: number): number | null {
  const scale = viewer.pixelScale(x, y);
  const { width, height } = viewer.map.view;
  return scale ? Math.log2((Math.hypot(width, height) * scale) / (fov * 3600)) : null;
}
