/**
 * Pixel ↔ world of one image without its frame: unit vectors where the axes are celestial, plain values where they are
 * linear. The pipeline is that of FITS papers I and II: pixel → SIP → CD matrix → TPV → projection → sphere.
 */
import { NativeSphere } from './celestial';
import { type Distortion, sipDistortion, tpvDistortion } from './distortion';
import { makeProjection, type Projection } from './proj/index';
import type { Pair, SkyDescription, Vector } from './types';

export interface Mapping {
  /** Unit vector (3 numbers) or axis values (2), longitude first; null where the pixel has none. */
  toWorld(x: number, y: number): readonly number[] | null;
  toPixel(world: readonly number[]): Pair | null;
}

/** CRPIX, CD and SIP: pixel ↔ intermediate world coordinates in the order longitude, latitude. */
class LinearPart {
  private readonly inverse: readonly [number, number, number, number];
  private readonly sip: Distortion | null;

  constructor(private readonly description: SkyDescription) {
    const [[a, b], [c, d]] = description.cd;
    const determinant = a * d - b * c;
    this.inverse = [d / determinant, -b / determinant, -c / determinant, a / determinant];
    this.sip = description.sip && sipDistortion(description.sip.a, description.sip.b);
  }

  forward(x: number, y: number): Pair {
    const { crpix, cd, longitude_axis } = this.description;
    const [u, v] = this.undistorted(x, y);
    const first = cd[0][0] * (u - crpix[0]) + cd[0][1] * (v - crpix[1]);
    const second = cd[1][0] * (u - crpix[0]) + cd[1][1] * (v - crpix[1]);
    return longitude_axis === 0 ? [first, second] : [second, first];
  }

  back(lon: number, lat: number): Pair | null {
    const { crpix, longitude_axis } = this.description;
    const [first, second] = longitude_axis === 0 ? [lon, lat] : [lat, lon];
    const [ia, ib, ic, id] = this.inverse;
    return this.distorted(crpix[0] + ia * first + ib * second, crpix[1] + ic * first + id * second);
  }

  private undistorted(x: number, y: number): Pair {
    if (!this.sip || !this.description.sip) return [x, y];
    const [cx, cy] = this.description.sip.crpix;
    const [u, v] = this.sip.apply(x - cx, y - cy);
    return [u + cx, v + cy];
  }

  private distorted(u: number, v: number): Pair | null {
    if (!this.sip || !this.description.sip) return [u, v];
    const [cx, cy] = this.description.sip.crpix;
    const found = this.sip.invert(u - cx, v - cy);
    return found && [found[0] + cx, found[1] + cy];
  }
}

/** Axes without a projection: world = CRVAL + CD (pixel − CRPIX). */
class LinearMapping implements Mapping {
  private readonly linear: LinearPart;

  constructor(private readonly description: SkyDescription) {
    this.linear = new LinearPart(description);
  }

  toWorld(x: number, y: number): Pair {
    const [lon, lat] = this.linear.forward(x, y);
    return [lon + this.description.crval[0], lat + this.description.crval[1]];
  }

  toPixel(world: readonly number[]): Pair | null {
    const [lon, lat] = world as Pair;
    return this.linear.back(lon - this.description.crval[0], lat - this.description.crval[1]);
  }
}

class CelestialMapping implements Mapping {
  private readonly linear: LinearPart;
  private readonly tpv: Distortion | null;
  private readonly sphere: NativeSphere;

  constructor(
    private readonly description: SkyDescription,
    private readonly projection: Projection,
  ) {
    this.linear = new LinearPart(description);
    this.tpv = description.tpv && tpvDistortion(description.tpv.lon, description.tpv.lat);
    this.sphere = new NativeSphere(description.euler);
  }

  toWorld(x: number, y: number): Vector | null {
    let plane = this.linear.forward(x, y);
    if (this.tpv) plane = this.tpv.apply(...plane);
    const [x0, y0] = this.description.offset;
    const native = this.projection.toNative(plane[0] + x0, plane[1] + y0);
    return native && this.sphere.toCelestial(...native);
  }

  toPixel(world: readonly number[]): Pair | null {
    const plane = this.projection.toPlane(...this.sphere.toNative(world as Vector));
    if (!plane) return null;
    const [x0, y0] = this.description.offset;
    const [x, y] = [plane[0] - x0, plane[1] - y0];
    const undistorted = this.tpv ? this.tpv.invert(x, y) : ([x, y] as Pair);
    return undistorted && this.linear.back(...undistorted);
  }
}

/** The formula of the description; null when it names none that is known here. */
export function formulaMapping(description: SkyDescription): Mapping | null {
  if (description.projection === 'LIN') return new LinearMapping(description);
  const projection = makeProjection(description.projection, description.pv);
  return projection && new CelestialMapping(description, projection);
}

/** The same world seen from a mosaic's pixels, where a chip may lie anywhere and run backwards. */
export function onMosaic(mapping: Mapping, { x: [sx, ox], y: [sy, oy] }: { x: Pair; y: Pair }): Mapping {
  return {
    toWorld: (x, y) => mapping.toWorld(sx * x + ox, sy * y + oy),
    toPixel(world) {
      const own = mapping.toPixel(world);
      return own && [(own[0] - ox) / sx, (own[1] - oy) / sy];
    },
  };
}
