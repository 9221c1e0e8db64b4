/**
 * What the server says of the world coordinates of an image (`GET …/wcs`), and the words of this room.
 *
 * Pixels are FITS's: 1-based, integer at the centre, y up. Angles are degrees unless a name says otherwise.
 */

/** Frames with a fixed relation to ICRS: FK5 J2000, FK4 B1950, barycentric mean ecliptic of J2000. */
export type CelestialFrame = 'icrs' | 'fk5' | 'fk4' | 'galactic' | 'ecliptic' | 'supergalactic';

/** `native`: the header's own frame and equinox, whatever it is; `other`: a header that is not celestial (solar, linear). */
export type FrameName = CelestialFrame | 'native' | 'other';

export type Pair = [number, number];
export type Vector = [number, number, number];
/** 3 × 3, row by row. */
export type Matrix = readonly number[];

/** Polynomial terms [power of u, power of v, coefficient]. */
export type PolynomialTerms = readonly (readonly [number, number, number])[];

/** Uniform cubic B-spline over pixels of unit vectors (3 components) or of plain axis values (2). */
export interface GridDescription {
  /** Nodes in x and in y; there is one more coefficient on each side. */
  nodes: readonly [number, number];
  /** Pixel of the first node. */
  origin: readonly [number, number];
  /** Pixels from node to node. */
  step: readonly [number, number];
  components: 2 | 3;
  /** (nodes[1] + 2) rows of (nodes[0] + 2) columns of `components` numbers. */
  coefficients: readonly number[];
  /** Worst error that the server measured, in pixels. */
  error: number;
}

/** Linear map of image pixels: [[a, b, c], [d, e, f]] gives (a x + b y + c, d x + e y + f). */
export type LinearMap = readonly [readonly [number, number, number], readonly [number, number, number]];

export type PixelFrame = 'physical' | 'detector' | 'amplifier';
export type PixelMaps = Partial<Record<PixelFrame, LinearMap>>;

export interface SkyDescription {
  frame: Exclude<FrameName, 'native'>;
  /** As an astronomer writes it: "FK5 J2000". */
  title: string;
  equinox: number | null;
  /** Unit vectors of the native frame to ICRS (for FK4 after removing the E-terms); null when not celestial. */
  to_icrs: Matrix | null;
  /** E-terms of aberration of FK4. */
  e_terms: readonly number[] | null;
  /** Longitude first. */
  names: readonly [string, string];
  units: readonly [string, string];

  /** Three-letter code of FITS paper II; "LIN" for linear axes, "" when only the grid or the server knows. */
  projection: string;
  /** Projection parameters PVi_m of the latitude axis by m, defaults filled in. */
  pv: readonly number[];
  /** Which of the two FITS axes is the longitude. */
  longitude_axis: 0 | 1;
  crpix: readonly [number, number];
  /** Degrees (or axis units) per pixel, by FITS axis. */
  cd: readonly [readonly [number, number], readonly [number, number]];
  crval: readonly [number, number];
  /** wcslib's `cel.euler`: longitude and colatitude of the native pole, LONPOLE, and cosine and sine of the colatitude. */
  euler: readonly number[];
  /** Plane coordinates of the fiducial point when PVi_0 asks for the offset; usually [0, 0]. */
  offset: readonly [number, number];
  sip: { crpix: readonly [number, number]; a: PolynomialTerms; b: PolynomialTerms } | null;
  tpv: { lon: readonly number[]; lat: readonly number[] } | null;
  /** On a chip of a mosaic: mosaic pixel → its own pixel, x' = x[0] x + x[1] and the same for y. */
  chip_pixels: { x: Pair; y: Pair } | null;

  /** [x, y, longitude, latitude] in the native frame, by astropy. */
  checks: readonly (readonly [number, number, number, number])[];
  grid: GridDescription | null;
  /** Arcsec along x and along y at the centre; null for axes that are not angles. */
  pixel_scale: readonly [number, number] | null;
  pixel_maps: PixelMaps;
}
