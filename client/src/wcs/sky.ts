/** A sky over the pixels of an image, in every frame. */
import { derivative } from './derivative';
import { convertVector, type Frame, normalized, standardFrame, toAngles, toVector } from './frames';
import type { Mapping } from './mapping';
import { halfTurn } from './math';
import type { FrameName, Matrix, Pair, SkyDescription, Vector } from './types';

/** How positions are computed: here by formula, here from the server's grid, or only by asking the server. */
export type Method = 'formula' | 'grid' | 'server';

/** Answers for the images that only the server can do. `null` per position that has none. */
export interface SkyServer {
  sky(pixels: readonly Pair[], frame: FrameName): Promise<readonly (Pair | null)[]>;
  pixel(sky: readonly Pair[], frame: FrameName): Promise<readonly (Pair | null)[]>;
}

/** Positions are FITS pixels and degrees. The frame is ICRS unless asked otherwise; null: no such position. */
export interface Sky {
  readonly description: SkyDescription;
  /** Size of the image in pixels. */
  readonly width: number;
  readonly height: number;
  /** Frame of the header; "other" when it is not celestial. */
  readonly frame: FrameName;
  /** The same with its equinox: "FK5 J2000". */
  readonly title: string;
  readonly method: Method;
  /** Worst error at the server's check points, in pixels. */
  readonly error: number;
  /** With method "server" these two are always null: use the asynchronous ones. */
  pixelToSky(x: number, y: number, frame?: FrameName): Pair | null;
  skyToPixel(lon: number, lat: number, frame?: FrameName): Pair | null;
  pixelToSkyAsync(x: number, y: number, frame?: FrameName): Promise<Pair | null>;
  skyToPixelAsync(lon: number, lat: number, frame?: FrameName): Promise<Pair | null>;
  /** Arcsec per pixel (square root of the pixel's area); NaN where there is none. */
  pixelScale(x: number, y: number): number;
}

const ARCSEC = (180 * 3600) / Math.PI;

export class ImageSky implements Sky {
  readonly frame: FrameName;
  readonly title: string;
  readonly width: number;
  readonly height: number;
  private readonly native: Frame | null;

  constructor(
    readonly description: SkyDescription,
    size: { width: number; height: number },
    /** Null: only the server knows. */
    private readonly mapping: Mapping | null,
    readonly method: Method,
    readonly error: number,
    private readonly server?: SkyServer,
  ) {
    this.frame = description.frame;
    this.title = description.title;
    this.width = size.width;
    this.height = size.height;
    this.native = nativeFrame(description);
  }

  pixelToSky(x: number, y: number, frame: FrameName = 'icrs'): Pair | null {
    const world = this.mapping?.toWorld(x, y);
    if (!world) return null;
    if (frame === 'native' || (frame === this.frame && !this.native)) return this.nativePosition(world);
    const target = standardFrame(frame);
    if (!target || !this.native) return null;
    return toAngles(convertVector(world as Vector, this.native, target));
  }

  skyToPixel(lon: number, lat: number, frame: FrameName = 'icrs'): Pair | null {
    const world = this.worldOf(lon, lat, frame);
    return world && (this.mapping?.toPixel(world) ?? null);
  }

  async pixelToSkyAsync(x: number, y: number, frame: FrameName = 'icrs'): Promise<Pair | null> {
    if (this.method !== 'server' || !this.server) return this.pixelToSky(x, y, frame);
    return (await this.server.sky([[x, y]], frame))[0] ?? null;
  }

  async skyToPixelAsync(lon: number, lat: number, frame: FrameName = 'icrs'): Promise<Pair | null> {
    if (this.method !== 'server' || !this.server) return this.skyToPixel(lon, lat, frame);
    return (await this.server.pixel([[lon, lat]], frame))[0] ?? null;
  }

  pixelScale(x: number, y: number): number {
    const scale = this.description.pixel_scale;
    if (!scale) return NaN;
    if (!this.mapping) return Math.sqrt(scale[0] * scale[1]);
    const along = (i: number, j: number) =>
      derivative((step) => this.mapping?.toWorld(x + step * i, y + step * j) ?? null);
    const [dx, dy] = [along(1, 0), along(0, 1)];
    return dx && dy ? ARCSEC * Math.sqrt(area(dx, dy)) : NaN;
  }

  private nativePosition(world: readonly number[]): Pair {
    if (world.length === 2) return [world[0] as number, world[1] as number];
    const [lon, lat] = toAngles(world as Vector);
    return [this.native ? lon : halfTurn(lon), lat];
  }

  private worldOf(lon: number, lat: number, frame: FrameName): readonly number[] | null {
    if (!Number.isFinite(lon + lat)) return null;
    if (frame === 'native' || (frame === this.frame && !this.native)) {
      return this.description.pixel_scale ? toVector(lon, lat) : [lon, lat];
    }
    const source = standardFrame(frame);
    if (!source || !this.native || Math.abs(lat) > 90) return null;
    return convertVector(toVector(lon, lat), source, this.native);
  }
}

/** The header's frame; the very standard one when it is that, so that nothing is converted for nothing. */
function nativeFrame(description: SkyDescription): Frame | null {
  if (!description.to_icrs || description.frame === 'other') return null;
  const standard = standardFrame(description.frame);
  const isSame = (a: Matrix, b: Matrix) => a.every((value, i) => Math.abs(value - (b[i] as number)) < 1e-12);
  if (standard && isSame(standard.toIcrs, description.to_icrs) && !standard.eTerms === !description.e_terms) {
    return standard;
  }
  return { toIcrs: description.to_icrs, eTerms: description.e_terms };
}

/** Area of the parallelogram: the length of the vector product. */
const area = (a: Vector, b: Vector): number =>
  Math.hypot(a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]);

/** Length 1, for vectors that a spline made. */
export const unitVector = (world: readonly number[]): readonly number[] =>
  world.length === 3 ? normalized(world as Vector) : world;
