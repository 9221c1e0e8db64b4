/**
 * The whole state of a viewer: one typed tree of plain JSON, replaced, never mutated.
 *
 * What is in the tree can be restored from the address bar (`url.ts`), from a saved session (`toJSON`/`restore`), or by
 * the page that embeds the viewer. Positions are FITS pixels (1-based, integer at pixel centres, y up), channels 1-based.
 */
import { Emitter } from '../base/emitter';
import { equal } from '../base/equal';

export const STATE_VERSION = 1;

export const STRETCHES = ['linear', 'log', 'power', 'pow', 'sqrt', 'squared', 'asinh', 'sinh', 'histeq'] as const;
export type StretchName = (typeof STRETCHES)[number];

/** Low and high cut in the unit of the pixels. */
export type CutLimits = readonly [low: number, high: number];

/** Cuts by value, or a rule the server resolves: `default`, `zscale`, `minmax`, `compatible`, `99.5%`, `3sigma`. */
export type CutsSpec = CutLimits | string;

/** One channel of a colour picture. */
export interface ColoredChannel {
  channel: number;
  /** `#rrggbb` */
  color: string;
}

/** Everything that turns numbers into colours. */
export interface DisplayState {
  mode: 'single' | 'color';
  /** Channel shown in single mode. */
  channel: number;
  /** Channels of colour mode. */
  color: readonly ColoredChannel[];
  /** Channels that are switched off in the mix, with the colours they come back in. */
  off: readonly ColoredChannel[];
  saturation: number;
  /** Q and stretch of Lupton et al. 2004, instead of `stretch`; null: off. */
  lupton: { q: number; stretch: number } | null;
  stretch: StretchName;
  /** Null: the usual parameter of the stretch. */
  stretchParameter: number | null;
  /** Cuts of the channels that have their own, by channel number; the others follow `defaultCuts`. */
  cuts: Readonly<Record<number, CutsSpec>>;
  defaultCuts: string;
  contrast: number;
  bias: number;
  gamma: number;
  invert: boolean;
  colormap: string;
  /** `transparent` or `#rrggbb` */
  nan: string;
  /** JPEG quality 1…100, or 0 for lossless PNG. */
  quality: number;
}

/** What part is seen. Nulls: the whole image. `zoom` is log2 of CSS pixels per image pixel. */
export interface ViewState {
  x: number | null;
  y: number | null;
  zoom: number | null;
}

/** Frame of the read-out: a celestial frame, the header's own, or pixels. */
export const FRAMES = [
  'icrs',
  'fk5',
  'fk4',
  'galactic',
  'ecliptic',
  'supergalactic',
  'native',
  'pixel',
  'physical',
  'detector',
] as const;
export type ReadoutFrame = (typeof FRAMES)[number];

/** What the read-out says of a pixel: its value, less the background, or the surface brightness of either. */
export const VALUE_MODES = ['raw', 'net', 'brightness', 'net-brightness'] as const;
export type ValueMode = (typeof VALUE_MODES)[number];

/** Which things float over the image. */
export interface ShowState {
  title: boolean;
  readout: boolean;
  scale: boolean;
  compass: boolean;
  minimap: boolean;
  colorbar: boolean;
  magnifier: boolean;
  graticule: boolean;
  reticle: boolean;
  /** The rail of panels. */
  rail: boolean;
  /** Zoom and full screen. */
  buttons: boolean;
}

/**
 * Something drawn over the image. `kind` names who draws it (`catalog`, `regions`, `profile`, `spectrum` …), `id` what:
 * a catalogue, a URL, `x1,y1,x2,y2`. Content dropped from a local file is not part of the state.
 */
export interface OverlayState {
  kind: string;
  id: string;
  /** `#rrggbb`, or empty for its default. */
  color: string;
  shown: boolean;
}

/** How profiles and spectra are read and drawn. */
export interface PlotState {
  /** Bilinear between pixels; false: the nearest ones. */
  interpolate: boolean;
  /** Logarithmic values. */
  logarithmic: boolean;
  /** The overlay whose plot is open, `kind:id`; empty: none. */
  open: string;
}

/** Other images on the page, locked on the sky of the first. */
export interface CompareState {
  mode: 'none' | 'blink' | 'side';
  images: readonly string[];
  /** What they have of their own, beside how they open and the look that all share, by image (see `change.ts`). */
  looks: Readonly<Record<string, Partial<DisplayState>>>;
  /** Images per second that blink; 0: the next one comes by hand. */
  rate: number;
}

/** Empty: as the page or the browser has it. */
export const THEMES = ['', 'auto', 'dark', 'light'] as const;
export type ThemeState = (typeof THEMES)[number];

export interface ViewerState {
  version: typeof STATE_VERSION;
  /** Image id; empty: none yet. */
  image: string;
  view: ViewState;
  display: DisplayState;
  frame: ReadoutFrame;
  /** Decimal degrees, or minutes and seconds; null: hours in equatorial frames, decimal degrees in all others. */
  degrees: boolean | null;
  values: ValueMode;
  show: ShowState;
  /** Channels per second of the animation, at most. */
  rate: number;
  /** Open panel; empty: none. */
  panel: string;
  overlays: readonly OverlayState[];
  plot: PlotState;
  compare: CompareState;
  theme: ThemeState;
  /** Language of the page, as BCP 47 has it; empty: as the page or the browser has it. */
  lang: string;
}

export const defaultDisplay: DisplayState = {
  mode: 'single',
  channel: 1,
  color: [],
  off: [],
  saturation: 1,
  lupton: null,
  stretch: 'asinh',
  stretchParameter: null,
  cuts: {},
  defaultCuts: 'default',
  contrast: 1,
  bias: 0.5,
  gamma: 1,
  invert: false,
  colormap: 'grey',
  nan: 'transparent',
  quality: 90,
};

export const defaultState: ViewerState = {
  version: STATE_VERSION,
  image: '',
  view: { x: null, y: null, zoom: null },
  display: defaultDisplay,
  frame: 'icrs',
  degrees: null,
  values: 'raw',
  show: {
    title: true,
    readout: true,
    scale: true,
    compass: true,
    minimap: true,
    colorbar: true,
    magnifier: false,
    graticule: false,
    reticle: false,
    rail: true,
    buttons: true,
  },
  rate: 5,
  panel: '',
  overlays: [],
  plot: { interpolate: true, logarithmic: false, open: '' },
  compare: { mode: 'none', images: [], looks: {}, rate: 1 },
  theme: '',
  lang: '',
};

/** A change of any part: branches are merged one level deep, arrays and cuts replaced. */
export type StatePatch = {
  [K in keyof ViewerState]?: ViewerState[K] extends readonly unknown[] ? ViewerState[K] : PartialBranch<ViewerState[K]>;
};
type PartialBranch<T> = T extends object ? Partial<T> : T;

export interface Change {
  state: ViewerState;
  previous: ViewerState;
  /** True while a slider or the hand still moves: the picture follows, nothing is recorded yet. */
  live: boolean;
  /** Who changed it. The map ignores `map`, the address bar ignores `url`. */
  source: ChangeSource;
}
export type ChangeSource = 'user' | 'map' | 'url' | 'api';

export interface SetOptions {
  live?: boolean;
  source?: ChangeSource;
}

/** Holds the tree, tells who listens. */
export class Store {
  private current: ViewerState;
  private base: ViewerState;
  private readonly events = new Emitter<{ change: Change }>();

  constructor(initial: StatePatch = {}) {
    this.base = defaultState;
    this.current = merge(defaultState, initial);
  }

  /** The tree now. Never changed in place: keep it, compare it. */
  get value(): ViewerState {
    return this.current;
  }

  /** What `reset` returns to and what the address bar leaves out; set when an image opens. */
  get defaults(): ViewerState {
    return this.base;
  }

  setDefaults(patch: StatePatch): void {
    this.base = merge(this.base, patch);
  }

  /** Change a part; listeners hear of it when something really differs. */
  set(patch: StatePatch, { live = false, source = 'user' }: SetOptions = {}): void {
    this.replace(merge(this.current, patch), live, source);
  }

  /** Change a part of the display, the commonest change. */
  setDisplay(patch: Partial<DisplayState>, options?: SetOptions): void {
    this.set({ display: patch }, options);
  }

  /** Back to the image's own display. */
  resetDisplay(): void {
    this.set({ display: this.base.display });
  }

  /** Hear of changes of what `pick` returns (compared deeply). Returns what undoes it. */
  watch<T>(pick: (state: ViewerState) => T, listener: (value: T, change: Change) => void): () => void {
    return this.events.on('change', (change) => {
      const value = pick(change.state);
      if (!equal(value, pick(change.previous)) || settled(change)) listener(value, change);
    });
  }

  onChange(listener: (change: Change) => void): () => void {
    return this.events.on('change', listener);
  }

  /** A copy to save. */
  toJSON(): ViewerState {
    return structuredCloneJson(this.current);
  }

  /** Take a saved tree (`sanitize` what others wrote); what it lacks is as in the defaults. */
  restore(saved: StatePatch, source: ChangeSource = 'api'): void {
    this.replace(merge(this.base, saved), false, source);
  }

  private replace(next: ViewerState, live: boolean, source: ChangeSource): void {
    const previous = this.current;
    const ended = this.moving && !live;
    if (equal(next, previous) && !ended) return;
    this.moving = live;
    this.current = next;
    this.events.emit('change', { state: next, previous, live, source });
  }

  private moving = false;
}

/** The end of a live change: listeners that wait for rest hear it although nothing differs any more. */
const settled = (change: Change): boolean => !change.live && equal(change.state, change.previous);

function merge(state: ViewerState, patch: StatePatch): ViewerState {
  const next: Record<string, unknown> = { ...state };
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    const old = next[key];
    next[key] = isBranch(value) && isBranch(old) ? { ...old, ...value } : value;
  }
  return next as unknown as ViewerState;
}

const isBranch = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const structuredCloneJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
