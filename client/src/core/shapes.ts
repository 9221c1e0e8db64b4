import type { CelestialFrame } from '../wcs/index';

/** Where the numbers of a shape live: on the sky (degrees), or in pixels of the image, its file or its detector. */
export type ShapeFrame = CelestialFrame | 'image' | 'physical' | 'detector';

export const isCelestial = (frame: ShapeFrame): frame is CelestialFrame =>
  !['image', 'physical', 'detector'].includes(frame);

/** A length: an angle in arcsec, or pixels of the frame. */
export interface Length {
  readonly value: number;
  readonly unit: 'arcsec' | 'pixel';
}

export type Position = readonly [number, number];

/** Angles in degrees, from the first axis of the frame (to the west on the sky, as DS9 counts) to the second. */
export type Geometry =
  | { readonly kind: 'circle'; readonly center: Position; readonly radii: readonly Length[] }
  | AxesGeometry<'ellipse'>
  | AxesGeometry<'box'>
  | SectorGeometry
  | PathGeometry<'polygon'>
  | PathGeometry<'line'>
  | { readonly kind: 'vector'; readonly center: Position; readonly length: Length; readonly angle: number }
  | { readonly kind: 'compass'; readonly center: Position; readonly length: Length }
  | { readonly kind: 'point'; readonly center: Position; readonly symbol: string }
  | { readonly kind: 'text'; readonly center: Position };

/** One pair of axes (of an ellipse: halves; of a box: whole), or several for rings. */
export interface AxesGeometry<K extends 'ellipse' | 'box'> {
  readonly kind: K;
  readonly center: Position;
  readonly axes: readonly (readonly [Length, Length])[];
  readonly angle: number;
}

/** Sectors between rays and rings of ellipses or boxes (axes as above); rays count as `angle` does, not from it. */
export interface SectorGeometry {
  readonly kind: 'sector';
  readonly outline: 'ellipse' | 'box';
  readonly center: Position;
  readonly axes: readonly (readonly [Length, Length])[];
  readonly angle: number;
  readonly angles: readonly number[];
}

export interface PathGeometry<K extends 'polygon' | 'line'> {
  readonly kind: K;
  readonly points: readonly Position[];
  /** Heads at the start and at the end. */
  readonly arrows?: readonly [boolean, boolean];
}

export interface Shape {
  readonly geometry: Geometry;
  readonly frame: ShapeFrame;
  readonly text: string;
  /** CSS colour; empty: that of the layer. */
  readonly color: string;
  readonly width: number;
  readonly dashed: boolean;
  /** False for a region that is cut out of others. */
  readonly included: boolean;
  readonly tags: readonly string[];
  /** What a pop-up tells. */
  readonly properties: readonly (readonly [name: string, value: string])[];
}

export const plainShape = {
  text: '',
  color: '',
  width: 1,
  dashed: false,
  included: true,
  tags: [],
  properties: [],
} as const;
