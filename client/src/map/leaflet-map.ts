/**
 * Leaflet as we use it: it knows the plane, the drag with its inertia and the pinch; wheel, keys and animation are ours
 * (`motion.ts`), because they have to be exact and to move everything in the same frame.
 *
 * Positions are `LatLng(lat = y, lng = x)` in FITS pixels; zoom 0 is one CSS pixel for one image pixel.
 */
import type { CRS, Point as LeafletPoint, MapOptions } from 'leaflet';
import Browser from 'leaflet/src/core/Browser.js';
import { extend } from 'leaflet/src/core/Util.js';
import { Simple } from 'leaflet/src/geo/crs/CRS.Simple.js';
import { LatLng } from 'leaflet/src/geo/LatLng.js';
import { Transformation } from 'leaflet/src/geometry/Transformation.js';
import 'leaflet/src/layer/Layer.js';
import 'leaflet/src/map/handler/Map.BoxZoom.js';
import 'leaflet/src/map/handler/Map.Drag.js';
import 'leaflet/src/map/handler/Map.TouchZoom.js';
import { Map as LeafletMap } from 'leaflet/src/map/Map.js';

import { type Camera, fitsOfWorld, worldOfFits } from './camera';
import type { Stage } from './motion';
import { prefersStill } from './still';

/** What Leaflet has and does not declare. */
interface Internals {
  _getMapPanePos(): LeafletPoint;
  _stop(): void;
  _moveStart(zoomChanged: boolean, noMoveStart: boolean): void;
  _move(center: LatLng, zoom: number): void;
  _moveEnd(zoomChanged: boolean): void;
}

/** A map whose origin is not rounded to whole pixels: what Leaflet says about a position is exact at every zoom. */
export class ExactMap extends LeafletMap implements Stage {
  /** Height of the image: where y = 0 is on the screen. */
  imageHeight = 1;
  /** Device pixels per CSS pixel. */
  ratio = devicePixelRatio || 1;

  private get inner(): Internals {
    return this as unknown as Internals;
  }

  /** Called by Leaflet. */
  _getNewPixelOrigin(center: LatLng, zoom?: number): LeafletPoint {
    const half = this.getSize().divideBy(2);
    return this.project(center, zoom).subtract(half).add(this.inner._getMapPanePos());
  }

  get camera(): Camera {
    const { lng, lat } = this.getCenter();
    const { x: width, y: height } = this.getSize();
    return { ...worldOfFits(lng, lat, this.imageHeight), zoom: this.getZoom(), width, height, ratio: this.ratio };
  }

  get lowest(): number {
    return this.options.minZoom ?? 0;
  }

  get highest(): number {
    return this.options.maxZoom ?? 0;
  }

  get isDragged(): boolean {
    return (this.dragging as unknown as { moving(): boolean }).moving();
  }

  /** Another image: its plane, and between which zooms it is seen. */
  setImage(height: number): void {
    this.imageHeight = height;
    this.options.crs = fitsPlane(height);
  }

  allowDrag(allowed: boolean): void {
    if (allowed) this.dragging.enable();
    else this.dragging.disable();
  }

  stopMotion(): void {
    this.inner._stop();
  }

  begin(): void {
    this.inner._stop();
    this.inner._moveStart(true, false);
  }

  show({ x, y, zoom }: Camera): void {
    const fits = fitsOfWorld(x, y, this.imageHeight);
    this.inner._move(latLng(fits.y, fits.x), zoom);
  }

  end(): void {
    this.inner._moveEnd(true);
  }
}

const latLng = (lat: number, lng: number): LatLng => new LatLng(lat, lng);

/** Plane of FITS pixels: y up, the top left corner of the image at the origin of the map's pixels. */
const fitsPlane = (height: number): CRS =>
  extend({}, Simple, { transformation: new Transformation(1, -0.5, -1, height + 0.5) }) as CRS;

const options: MapOptions = {
  zoomSnap: 0,
  zoomAnimation: false,
  fadeAnimation: false,
  markerZoomAnimation: false,
  zoomControl: false,
  attributionControl: false,
  scrollWheelZoom: false,
  doubleClickZoom: false,
  keyboard: false,
  trackResize: false,
  inertiaDeceleration: 2600,
  inertiaMaxSpeed: 4000,
  bounceAtZoomLimits: false,
};

export const createMap = (element: HTMLElement): ExactMap =>
  new ExactMap(element, { ...options, crs: fitsPlane(1), inertia: !prefersStill(), touchZoom: Browser.touch });
