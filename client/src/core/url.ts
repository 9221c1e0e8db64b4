/**
 * The state in the address bar: short, defaults left out, versioned (`v=1`).
 *
 * `image center fov mode channel` mean what they meant in VisiOmatic 3.0.7 (`channel` counts from 0 there); our own names
 * are `at zoom ch …`. Parameters that are not ours are left alone.
 */
import { languages } from '../base/i18n';
import { encodeText } from './api';
import { type DisplayChange, displayChange } from './change';
import {
  type ColoredChannel,
  type CompareState,
  type CutsSpec,
  type DisplayState,
  defaultState,
  FRAMES,
  type OverlayState,
  type ShowState,
  STATE_VERSION,
  STRETCHES,
  type StatePatch,
  type StretchName,
  THEMES,
  VALUE_MODES,
  type ViewerState,
} from './state';
import { cutsText, number } from './style';

/** What an address says: state, and the start position of 3.0.7, which needs the sky to be understood. */
export interface Address {
  state: StatePatch;
  /** Position or name as typed. */
  center: string | null;
  /** Diagonal of the view in degrees. */
  fov: number | null;
}

const hex = (color: string): string => color.replace('#', '');
const unhex = (text: string | undefined): string | null =>
  text && /^[0-9a-f]{6}$/i.test(text) ? `#${text.toLowerCase()}` : null;
const round = (value: number, digits: number): string => String(Number(value.toFixed(digits)));

function finite(text: string | null | undefined): number | null {
  if (text === null || text === undefined || text.trim() === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

function cutsOf(text: string): CutsSpec | null {
  const limits = text.split(',').map(finite);
  if (limits.length === 2 && limits[0] != null && limits[1] != null) return [limits[0], limits[1]];
  return /^(default|zscale|minmax|compatible|[\d.]+(%|sigma))$/.test(text) ? text : null;
}

/** Names of our parameters: all others in an address belong to somebody else and stay. */
const OWN = new Set(
  'v image center fov mode channel at zoom ch mix sat lupton stretch a cuts contrast bias gamma invert cmap nan q frame deg values show rate panel o plot open compare with withlook theme lang'.split(
    ' ',
  ),
);

// ---------------------------------------------------------------------------------------------------------- writing

/** Query of an address (without `?`) that restores `state`, given what the image shows by itself. */
export function writeUrl(state: ViewerState, defaults: ViewerState = defaultState, others = ''): string {
  const parts: [string, string][] = [];
  const add = (name: string, value: string) => parts.push([name, value]);
  writeView(state, add);
  writeDisplay(displayChange(state.display, defaults.display), add);
  if (state.frame !== defaults.frame) add('frame', state.frame);
  if (state.degrees !== null) add('deg', state.degrees ? '1' : '0');
  if (state.values !== defaults.values) add('values', state.values);
  const shown = writeShow(state.show, defaults.show);
  if (shown) add('show', shown);
  if (state.rate !== defaults.rate) add('rate', number(state.rate));
  if (state.panel !== defaults.panel) add('panel', state.panel);
  for (const overlay of state.overlays) add('o', writeOverlay(overlay));
  const plot = [state.plot.interpolate ? '' : 'nearest', state.plot.logarithmic ? 'log' : ''].filter(Boolean);
  if (plot.length) add('plot', plot.join(','));
  if (state.plot.open) add('open', state.plot.open);
  writeCompare(state.compare, add);
  if (state.theme !== defaults.theme) add('theme', state.theme);
  if (state.lang !== defaults.lang) add('lang', state.lang);
  const query = parts.map(([name, value]) => `${name}=${encodeText(value)}`);
  if (query.length) query.unshift(`v=${STATE_VERSION}`);
  if (state.image) query.unshift(`image=${encodeText(state.image)}`);
  return [...keepOthers(others), ...query].join('&');
}

const keepOthers = (query: string): string[] =>
  query
    .replace(/^\?/, '')
    .split('&')
    .filter((part) => part && !OWN.has(decodeURIComponent(part.split('=')[0] ?? '')));

type Add = (name: string, value: string) => void;

/** Digits of the zoom: the corner of a screen of 4000 pixels stays within a hundredth of a pixel. */
const ZOOM_DIGITS = 6;

/** Positions with as many digits as keep everything within a thousandth of a CSS pixel, so that the picture is the same. */
function writeView({ view: { x, y, zoom } }: ViewerState, add: Add): void {
  const digits = Math.max(0, Math.ceil((zoom ?? 0) * Math.log10(2)) + 3);
  if (x !== null && y !== null) add('at', `${round(x, digits)},${round(y, digits)}`);
  if (zoom !== null) add('zoom', round(zoom, ZOOM_DIGITS));
}

function writeCompare({ mode, images, looks, rate }: CompareState, add: Add): void {
  if (mode === 'none') return;
  add('compare', rate === defaultState.compare.rate ? mode : `${mode},${number(rate)}`);
  for (const image of images) add('with', image);
  images.forEach((image, index) => {
    const words: string[] = [];
    writeDisplay(looks[image] ?? {}, (name, value) =>
      words.push(`${name}:${value.replace(/[%/]/g, encodeURIComponent)}`),
    );
    if (words.length) add('withlook', [index + 1, ...words].join('/'));
  });
}

function writeDisplay(change: DisplayChange, add: Add): void {
  const { mode, channel, color, lupton, stretch, stretchParameter, defaultCuts, invert, colormap, nan } = change;
  const numberOf = (key: 'saturation' | 'contrast' | 'bias' | 'gamma' | 'quality', name: string) => {
    const value = change[key];
    if (value !== undefined) add(name, number(value));
  };
  if (mode !== undefined) add('mode', mode);
  if (channel !== undefined) add('ch', String(channel));
  if (color) add('mix', mixText(color, change.off ?? []));
  numberOf('saturation', 'sat');
  if (lupton !== undefined) add('lupton', lupton ? `${number(lupton.q)},${number(lupton.stretch)}` : 'off');
  if (stretch !== undefined) add('stretch', stretch);
  if (stretchParameter !== undefined) add('a', stretchParameter === null ? '' : number(stretchParameter));
  if (defaultCuts !== undefined) add('cuts', defaultCuts);
  // Nothing after the colon where a channel gave up what the image brings.
  for (const [index, cuts] of Object.entries(change.cuts ?? {})) add('cuts', `${index}:${cutsText(cuts)}`);
  numberOf('contrast', 'contrast');
  numberOf('bias', 'bias');
  numberOf('gamma', 'gamma');
  if (invert !== undefined) add('invert', invert ? '1' : '0');
  if (colormap !== undefined) add('cmap', colormap);
  if (nan !== undefined) add('nan', hex(nan));
  numberOf('quality', 'q');
}

/** Channels with their colours, with `-` before those that are switched off. */
const mixText = (color: readonly ColoredChannel[], off: readonly ColoredChannel[]): string =>
  [...color.map(coloredText), ...off.map((one) => `-${coloredText(one)}`)].join(',');

const coloredText = ({ channel, color }: ColoredChannel): string => `${channel}:${hex(color)}`;

const writeShow = (show: ShowState, base: ShowState): string =>
  (Object.keys(show) as (keyof ShowState)[])
    .filter((key) => show[key] !== base[key])
    .map((key) => (show[key] ? key : `-${key}`))
    .join(',');

/** kind:id:color, with `-` before what is hidden; colons of the id are doubled by encoding them. */
const writeOverlay = ({ kind, id, color, shown }: OverlayState): string =>
  `${shown ? '' : '-'}${kind}:${id.replace(/%/g, '%25').replace(/:/g, '%3A')}${color ? `:${hex(color)}` : ''}`;

// ---------------------------------------------------------------------------------------------------------- reading

/** What `query` says; anything that makes no sense is passed over. */
export function readUrl(query: string): Address {
  const params = new URLSearchParams(query);
  const state: StatePatch = {};
  const image = params.get('image');
  if (image) state.image = image;
  readView(params, state);
  const display = readDisplay(params);
  if (Object.keys(display).length) state.display = display;
  readRest(params, state);
  const fov = finite(params.get('fov'));
  return { state, center: params.get('center'), fov: fov !== null && fov > 0 ? fov : null };
}

function readView(params: URLSearchParams, state: StatePatch): void {
  const [x, y] = (params.get('at') ?? '').split(',').map(finite);
  const zoom = finite(params.get('zoom'));
  if (x != null && y != null) state.view = { x, y };
  if (zoom !== null) state.view = { ...state.view, zoom };
}

type Mutable<T> = { -readonly [K in keyof T]?: T[K] };

function readDisplay(params: URLSearchParams): Mutable<DisplayState> {
  const display: Mutable<DisplayState> = {};
  readChannels(params, display);
  readTone(params, display);
  const map = params.get('cmap');
  if (map) display.colormap = map;
  const nan = params.get('nan');
  if (nan === 'transparent') display.nan = nan;
  else if (nan) display.nan = unhex(nan) ?? 'transparent';
  return display;
}

function readChannels(params: URLSearchParams, display: Mutable<DisplayState>): void {
  const mode = params.get('mode');
  if (mode === 'color' || mode === 'single') display.mode = mode;
  if (mode === 'mono') display.mode = 'single';
  const old = finite(params.get('channel'));
  if (old !== null && old >= 0) display.channel = Math.floor(old) + 1;
  const channel = finite(params.get('ch'));
  if (channel !== null && channel >= 1) display.channel = Math.floor(channel);
  readMix(params.get('mix'), display);
  if (params.get('lupton') === 'off') display.lupton = null;
  const [q, stretch] = (params.get('lupton') ?? '').split(',').map(finite);
  if (q != null && stretch != null) display.lupton = { q, stretch };
}

function readMix(text: string | null, display: Mutable<DisplayState>): void {
  if (text === null) return;
  const parts = text.split(',');
  display.color = parts.flatMap(readColored);
  const off = parts.flatMap((part) => (part.startsWith('-') ? readColored(part.slice(1)) : []));
  if (off.length) display.off = off;
}

function readColored(text: string): ColoredChannel[] {
  const [channel, color] = text.split(':');
  const index = finite(channel);
  const paint = unhex(color);
  return index !== null && index >= 1 && paint ? [{ channel: index, color: paint }] : [];
}

function readTone(params: URLSearchParams, display: Mutable<DisplayState>): void {
  const numbers = { sat: 'saturation', contrast: 'contrast', bias: 'bias', gamma: 'gamma', q: 'quality' } as const;
  for (const [name, key] of Object.entries(numbers)) {
    const value = finite(params.get(name));
    if (value !== null) display[key] = value;
  }
  const stretch = params.get('stretch');
  if (stretch && (STRETCHES as readonly string[]).includes(stretch)) display.stretch = stretch as StretchName;
  if (params.has('a')) display.stretchParameter = finite(params.get('a'));
  if (params.has('invert')) display.invert = params.get('invert') === '1';
  readCuts(params.getAll('cuts'), display);
}

/** An empty text for a channel means that it follows the others: `patchedDisplay` leaves it out. */
function readCuts(texts: readonly string[], display: Mutable<DisplayState>): void {
  const cuts: Record<number, CutsSpec> = {};
  for (const text of texts) {
    const [, channel, rest = ''] = /^(?:(\d+):)?(.*)$/.exec(text) ?? [];
    const spec = channel && rest === '' ? '' : cutsOf(rest);
    if (spec === null) continue;
    if (channel) cuts[Number(channel)] = spec;
    else display.defaultCuts = cutsText(spec);
  }
  if (Object.keys(cuts).length) display.cuts = cuts;
}

function readRest(params: URLSearchParams, state: StatePatch): void {
  const frame = params.get('frame');
  if (frame && (FRAMES as readonly string[]).includes(frame)) state.frame = frame as ViewerState['frame'];
  if (params.has('deg')) state.degrees = params.get('deg') === '1';
  const values = params.get('values');
  if (values && (VALUE_MODES as readonly string[]).includes(values)) state.values = values as ViewerState['values'];
  const show = readShow(params.get('show') ?? '');
  if (Object.keys(show).length) state.show = show;
  const panel = params.get('panel');
  if (panel) state.panel = panel;
  const overlays = params.getAll('o').flatMap(readOverlay);
  if (overlays.length) state.overlays = overlays;
  const rate = finite(params.get('rate'));
  if (rate !== null && rate > 0) state.rate = rate;
  const plot = params.get('plot')?.split(',');
  if (plot) state.plot = { interpolate: !plot.includes('nearest'), logarithmic: plot.includes('log') };
  const open = params.get('open');
  if (open) state.plot = { ...state.plot, open };
  const theme = THEMES.find((name) => name && name === params.get('theme'));
  if (theme) state.theme = theme;
  const lang = params.get('lang');
  if (lang && languages.includes(lang)) state.lang = lang;
  const compare = readCompare(params);
  if (compare) state.compare = compare;
}

function readCompare(params: URLSearchParams): CompareState | null {
  const [mode, rate] = (params.get('compare') ?? '').split(',');
  if (mode !== 'blink' && mode !== 'side') return null;
  const perSecond = finite(rate);
  const isRate = perSecond !== null && perSecond >= 0;
  const images = params.getAll('with');
  const looks = Object.fromEntries(params.getAll('withlook').flatMap((text) => readLook(text, images)));
  return { mode, images, looks, rate: isRate ? perSecond : defaultState.compare.rate };
}

/** `2/ch:3/cmap:viridis`: the number of the image, and words as they stand in an address for the first one. */
function readLook(text: string, images: readonly string[]): [image: string, look: DisplayChange][] {
  const [index, ...words] = text.split('/');
  const image = images[Number(index) - 1];
  const pairs = words.map((word): [string, string] => {
    const [, name = '', value = ''] = /^(\w+):(.*)$/.exec(word) ?? [];
    return [name, plainText(value)];
  });
  const look = readDisplay(new URLSearchParams(pairs));
  if (look.color) look.off ??= [];
  return image === undefined ? [] : [[image, look]];
}

function readShow(text: string): Partial<ShowState> {
  const show: Partial<ShowState> = {};
  for (const word of text.split(/[\s,]+/)) {
    const key = word.replace('-', '') as keyof ShowState;
    if (word === 'none') for (const name of Object.keys(defaultState.show)) show[name as keyof ShowState] = false;
    if (key in defaultState.show) show[key] = !word.startsWith('-');
  }
  return show;
}

function readOverlay(text: string): OverlayState[] {
  const [, hidden, kind, id, color] = /^(-?)(\w+):(.*?)(?::([0-9a-f]{6}))?$/i.exec(text) ?? [];
  if (!kind || id === undefined) return [];
  return [{ kind, id: plainText(id), color: unhex(color) ?? '', shown: !hidden }];
}

/** Decoded, or as a person wrote it. */
function plainText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
