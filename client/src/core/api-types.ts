/** Answers of the server's `api/v1`, as they arrive. Positions are FITS pixels, channels 1-based. */

import type { SkyDescription } from '../wcs/index';
import type { CutLimits, DisplayState } from './state';

export interface ServiceInfo {
  name: string;
  version: string;
  links: Record<string, string>;
  /** The image to open without asking, when the server shows exactly one file. */
  auto_image: string | null;
  limits: Record<string, number>;
}

export interface ListedImage {
  id: string;
  name: string;
  bytes: number;
  /** Seconds since 1970, or an ISO date. */
  modified: number | string;
}

export interface ImageList {
  directory: string;
  directories: string[];
  images: ListedImage[];
  total: number;
  offset: number;
  limit: number;
}

export interface SpectralValue {
  value: number;
  unit: string;
  type: string;
}

export interface ChannelInfo {
  index: number;
  label: string;
  unit: string;
  filter: string;
  stokes: string;
  spectral: SpectralValue | null;
}

export interface HduInfo {
  index: number;
  kind: string;
  name: string;
  version: number;
  shape: number[];
  dtype: string;
  unit: string;
  role: string;
  /** What to append to the image id to open it; empty when it cannot be opened. */
  selector: string;
  shown: boolean;
}

/** Box of FITS pixel edges: left, bottom, right, top; the whole frame is 0.5, 0.5, width+0.5, height+0.5. */
export type Box = readonly [x1: number, y1: number, x2: number, y2: number];

export interface ChipInfo {
  hdu: number;
  name: string;
  box: Box;
}

/** How an image wants to be shown first. */
export interface DisplayDefaults {
  stretch: DisplayState['stretch'];
  stretch_parameter: number | null;
  gamma: number;
  colormap: string;
  mode: DisplayState['mode'];
  channel: number;
  color: { channel: number; color: string }[];
  cuts: Record<string, CutLimits> | null;
}

/** How exact pictures are. */
export interface Overviews {
  /** True while overviews are approximate: tiles change when they are finished. */
  preview: boolean;
  /** Of the overviews, 0…1. */
  progress: number;
  /** What is wrong with the overviews, in a sentence; empty when all is well. */
  notice: string;
}

export interface ImageInfo extends Overviews {
  id: string;
  name: string;
  title: string;
  object: string;
  version: string;
  width: number;
  height: number;
  channels: ChannelInfo[];
  dtype: string;
  bitpix: number;
  tile_size: number;
  levels: number;
  warnings: string[];
  hdus: HduInfo[];
  chips: ChipInfo[];
  display: DisplayDefaults;
}

export type CardValue = boolean | number | string | null;
export type CardRow = readonly [keyword: string, value: CardValue, comment: string];

export interface Header {
  cards: CardRow[];
  hdus: { hdu: number; cards: CardRow[] }[];
}

/** A value as JSON carries it: null for NaN and outside, text for infinities. */
export type PixelValue = number | 'Infinity' | '-Infinity' | null;

export interface Statistics {
  channel: number;
  min: number | null;
  max: number | null;
  mean: number | null;
  median: number | null;
  sigma: number | null;
  mad: number | null;
  background: number | null;
  n: number;
  nan: number;
  percentiles: Record<string, number>;
  zscale: CutLimits;
  default: CutLimits;
  compatible: CutLimits;
  unit: string;
  sample: boolean;
}

/** Catalogues and regions that the site offers. */
export interface OfferedOverlay {
  name: string;
  bytes: number;
}

export interface Histogram {
  channel: number;
  edges: CutLimits;
  counts: number[];
  below: number;
  above: number;
  nan: number;
  unit: string;
}

export interface Values {
  positions: { x: number; y: number; values: PixelValue[]; exact?: (string | null)[] }[];
  channels: number[];
  /** One unit for all, or one for each channel. */
  unit: string | string[];
}

export interface Colormap {
  name: string;
  category: string;
  /** 16 samples, `#rrggbb`. */
  colors: string[];
}

export interface WcsAnswer {
  sky: SkyDescription | null;
  chips: { hdu: number; name: string; box: Box; sky: SkyDescription | null }[];
  physical: LinearAxes | null;
  detector?: LinearAxes | null;
}

/** Physical or detector pixels: p = scale · x + offset on each axis (LTM/LTV, DTM/DTV). */
export interface LinearAxes {
  scale: [number, number];
  offset: [number, number];
}

export type Region =
  | { box: Box }
  | { circle: readonly [x: number, y: number, radius: number] }
  | { ellipse: readonly [x: number, y: number, a: number, b: number, angle: number] }
  | { polygon: readonly number[] };
