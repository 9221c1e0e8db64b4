/** From the display state to the style part of a picture's URL. What is neutral is left out, so equal looks share a cache. */
import type { CutsSpec, DisplayState } from './state';

const hex = (color: string): string => color.replace('#', '').toLowerCase();

export const cutsText = (cuts: CutsSpec): string => (typeof cuts === 'string' ? cuts : cuts.map(number).join(','));

/** Shortest text that reads back as the same number. */
export const number = (value: number): string => String(value).replace('e+', 'e');

/** The channels a display shows, in order, each once. */
export function shownChannels(display: DisplayState): number[] {
  if (display.mode === 'single') return [display.channel];
  return [...new Set(display.color.map((c) => c.channel))];
}

/** `background`: `#rrggbb` that stands for transparent in pictures without alpha. */
export function styleQuery(display: DisplayState, background: string): string {
  const parts: string[] = [];
  const add = (name: string, value: string | number, neutral?: string | number) => {
    if (value !== neutral)
      parts.push(`${name}=${encodeURIComponent(String(value)).replace(/%2C/g, ',').replace(/%3A/g, ':')}`);
  };
  if (display.mode === 'single') {
    add('channel', display.channel);
    add('colormap', display.colormap, 'grey');
  } else {
    for (const { channel, color } of display.color) add('color', `${channel}:${hex(color)}`);
    // Without any colour the server would show the first channel: nothing mixed is black.
    if (display.color.length === 0) add('color', '1:000000');
    add('saturation', number(display.saturation), '1');
  }
  addCuts(display, add);
  if (display.mode === 'color' && display.lupton)
    add('lupton', `${number(display.lupton.q)},${number(display.lupton.stretch)}`);
  else {
    add('stretch', display.stretch);
    if (display.stretchParameter !== null) add('a', number(display.stretchParameter));
  }
  add('contrast', number(display.contrast), '1');
  add('bias', number(display.bias), '0.5');
  add('gamma', number(display.gamma), '1');
  if (display.invert) add('invert', 1);
  const lossless = display.quality === 0;
  if (display.nan !== 'transparent') add('nan', hex(display.nan));
  else add('nan', lossless ? 'transparent' : hex(background));
  if (!lossless) add('quality', display.quality);
  return parts.join('&');
}

/** JPEG quality of pictures that are soon replaced by others: in colour a sixth of the bytes in a third of the time. */
const MOVING_QUALITY = 60;

/** The query of a style while the look moves; the tiles that follow have its own quality. */
export const movingStyle = (style: string): string =>
  style.replace(/\bquality=(\d+)/, (_, quality) => `quality=${Math.min(quality, MOVING_QUALITY)}`);

function addCuts(display: DisplayState, add: (name: string, value: string) => void): void {
  const own = shownChannels(display).filter((channel) => display.cuts[channel] !== undefined);
  if (display.mode === 'single' && own.length) {
    add('cuts', cutsText(display.cuts[display.channel] as CutsSpec));
    return;
  }
  if (display.defaultCuts !== 'default') add('cuts', display.defaultCuts);
  for (const channel of own) add('cuts', `${channel}:${cutsText(display.cuts[channel] as CutsSpec)}`);
}
