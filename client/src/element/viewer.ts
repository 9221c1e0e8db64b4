/** The viewer without its face: state, server, map and sky put together. `element.ts` gives it a place on the page. */
import { Emitter } from '../base/emitter';
import { t } from '../base/i18n';
import { Api, type ImageInfo, isAbort, type ServiceInfo, type WcsAnswer } from '../core/api';
import { Connection } from '../core/connection';
import { type Change, type DisplayState, Store } from '../core/state';
import { shownChannels, styleQuery } from '../core/style';
import { type Address, writeUrl } from '../core/url';
import type { NotifyOptions, OpenOptions, PointerPosition, Readout, Viewer, ViewerEvents } from '../core/viewer';
import { MapView } from '../map/view';
import type { FrameName, Sky } from '../wcs/index';
import { complete, Freshness } from './freshness';
import { target } from './going';
import {
  displayOf,
  fitting,
  imageDisplay,
  type Place,
  placeOf,
  placeOnSky,
  type SkyPlace,
  skyPlace,
  zoomForField,
} from './opening';
import { Looks, pictureFormat, pictureSource } from './pictures';
import { Reader } from './reader';
import { shortcuts } from './shortcuts';
import { type ImageSkies, makeSkies, noSky, pixelOf, skyOf } from './sky';

export interface ViewerHost {
  element: HTMLElement;
  /** Where the map goes. */
  mapHost: HTMLElement;
  apiBase: string;
  notify(message: string, options?: NotifyOptions): () => void;
  /** What the face of the viewer does on a key. */
  perform(action: FaceAction): void;
  /** Colour behind the image, `#rrggbb`. */
  background(): string;
}

export type FaceAction = 'copy' | 'search' | 'fullScreen' | 'blink';

interface FullOpenOptions extends OpenOptions {
  address?: Address;
}

export class ViewerCore implements Viewer {
  readonly element: HTMLElement;
  readonly state = new Store();
  readonly connection = new Connection();
  readonly api: Api;
  readonly map: MapView;
  readonly shortcuts = shortcuts;
  service: ServiceInfo | null = null;
  image: ImageInfo | null = null;
  wcs: WcsAnswer | null = null;
  overviews = complete;
  compared: Viewer['compared'] = { viewers: [], seen: null };
  private skies: ImageSkies = noSky;
  private readonly events = new Emitter<ViewerEvents>();
  private readonly reader: Reader;
  private freshness: Freshness | null = null;
  private opening: AbortController | null = null;
  /** Of the image on the map; null while another one is opened. A picture is asked with the style of its own look. */
  private looks: Looks | null = null;
  private wasSettled = false;

  constructor(private readonly host: ViewerHost) {
    this.element = host.element;
    this.api = new Api(host.apiBase, this.connection);
    this.map = new MapView(host.mapHost, {
      view: (settled) => this.viewMoved(settled),
      hover: (position) => this.pointed(position),
      press: (position) => position && this.pointed(position),
      click: (position, picked, original) => this.events.emit('click', { ...position, picked, original }),
      adjust: (dx, dy, done) => this.adjust(dx, dy, done),
      progress: () => this.progress(),
      failed: (error) => this.fail(error),
    });
    this.reader = new Reader(this, (readout) => this.events.emit('readout', readout));
    this.state.onChange((change) => this.stateChanged(change));
    this.connection.probeWith(() => this.api.json('', {}, { retries: 0 }));
    this.connection.onChange(({ online }) => online && this.recovered());
  }

  get sky(): Sky | null {
    return this.skies.sky;
  }

  get chips(): ImageSkies['chips'] {
    return this.skies.chips;
  }

  on<K extends keyof ViewerEvents>(type: K, listener: (detail: ViewerEvents[K]) => void): () => void {
    return this.events.on(type, listener);
  }

  async connect(): Promise<ServiceInfo> {
    this.service = await this.api.service({ retries: 6 });
    return this.service;
  }

  remove(): void {
    this.opening?.abort();
    this.freshness?.stop();
    this.connection.probeWith(null);
    this.reader.clear();
    this.map.remove();
  }

  // --------------------------------------------------------------------------------------------------- opening

  open(id: string, options: OpenOptions = {}): Promise<ImageInfo> {
    return this.openWith(id, options);
  }

  /** As `open`, with what an address asks for. */
  async openWith(id: string, options: FullOpenOptions): Promise<ImageInfo> {
    this.opening?.abort();
    const controller = new AbortController();
    this.opening = controller;
    const keep = this.image ? (options.keep ?? 'none') : 'none';
    const before = keep === 'sky' ? skyPlace(this) : null;
    const { signal } = controller;
    const opened = this.api.info(id, { signal });
    const wcs = this.api.wcs(id, { signal }).catch((error: unknown) => this.withoutSky(error, opened));
    const info = await opened;
    const needsSky = before !== null || options.address?.center != null;
    const sky = needsSky ? await wcs : null;
    if (signal.aborted) throw new DOMException('Another image was opened', 'AbortError');
    this.adopt(info, sky, before, { ...options, keep });
    if (!needsSky) this.adoptSky(await wcs);
    if (signal.aborted) throw new DOMException('Another image was opened', 'AbortError');
    this.events.emit('image', info);
    this.reader.refresh(true);
    return info;
  }

  /** Says why there is no sky, unless there is no image either: then the reason is that one's. */
  private async withoutSky(error: unknown, opened: Promise<ImageInfo>): Promise<WcsAnswer | null> {
    if (isAbort(error)) return null;
    const said = t('No sky coordinates: {error}', { error: messageOf(error) });
    const tell = (): void => void this.notify(said, { kind: 'warning' });
    await opened.then(tell, () => undefined);
    return null;
  }

  private adopt(info: ImageInfo, wcs: WcsAnswer | null, before: SkyPlace | null, options: FullOpenOptions): void {
    const pixels = options.keep === 'pixels' ? { ...this.map.center, zoom: this.map.zoom } : null;
    this.freshness?.stop();
    this.overviews = info.preview ? info : complete;
    this.image = info;
    this.looks = null;
    this.reader.clear();
    this.adoptSky(wcs);
    this.applyDisplay(info, options);
    const start = pixels ?? (before && placeOnSky(this, before)) ?? placeOf(options.address?.state.view ?? {});
    const looks = new Looks(() => this.look(info));
    const pictures = pictureSource(this.api, info, {
      look: (number) => looks.at(number),
      approximate: () => this.freshness?.watch(),
    });
    this.map.open(info, pictures, start);
    this.looks = looks;
    this.goToStart(start, options.address);
    this.freshness = new Freshness(this.api, info, {
      told: (overviews) => {
        this.overviews = overviews;
        this.progress();
      },
      notice: (text) => void this.notify(text, { kind: 'warning' }),
      finished: () => this.restyle(false, true),
      changed: () => void this.reopen(),
    });
  }

  private adoptSky(wcs: WcsAnswer | null): void {
    const { image } = this;
    this.wcs = wcs;
    this.skies = noSky;
    if (!wcs || !image) return;
    this.skies = makeSkies(wcs, image, {
      sky: (pixels, frame) => this.api.sky(image.id, pixels, frame),
      pixel: (sky, frame) => this.api.pixel(image.id, sky, frame),
    });
  }

  private applyDisplay(info: ImageInfo, { address, display: keepDisplay }: FullOpenOptions): void {
    const own = imageDisplay(info);
    const { display: patch, view: _view, image: _image, ...rest } = address?.state ?? {};
    const display = keepDisplay ? fitting(this.state.value.display, own, info) : displayOf(info, own, patch);
    const frame = address?.state.frame ?? this.state.value.frame;
    this.state.setDefaults({ display: own });
    const view = { x: null, y: null, zoom: null };
    this.state.set({ ...rest, frame, image: info.id, view, display }, { source: 'map' });
  }

  /** The start position of an address of 3.0.7: typed position or name, diagonal of the field. */
  private goToStart(start: Place | null, address: Address | undefined): void {
    if (start || address?.center == null) return;
    target(this, address.center).then(
      ({ x, y }) => {
        const zoom = address.fov === null ? null : zoomForField(this, address.fov, x, y);
        this.map.setView(x, y, zoom ?? this.map.zoom, { animate: false });
      },
      (error: unknown) => this.notify(messageOf(error), { kind: 'warning' }),
    );
  }

  private async reopen(): Promise<void> {
    const { image } = this;
    if (!image) return;
    try {
      const info = await this.openWith(image.id, { keep: 'pixels', display: true });
      this.events.emit('changed', info);
    } catch (error) {
      this.fail(error);
    }
  }

  // --------------------------------------------------------------------------------------------------- pictures

  shownChannels(): number[] {
    return shownChannels(this.state.value.display);
  }

  styleQuery(display: DisplayState = this.state.value.display): string {
    return styleQuery(display, this.host.background());
  }

  private look(info: ImageInfo) {
    const enlargement = this.map.view.scale * devicePixelRatio;
    return { style: this.styleQuery(), format: pictureFormat(info, this.state.value.display, enlargement) };
  }

  /** The theme changed: what is transparent has another colour behind it. */
  backgroundChanged(): void {
    this.restyle(false);
  }

  private restyle(live: boolean, force = false): void {
    if (!this.looks) return;
    if (this.looks.advance(this.map.look, force)) this.map.restyle(live);
    else if (!live) this.map.release();
  }

  // --------------------------------------------------------------------------------------------------- changes

  private stateChanged({ state, previous, live, source }: Change): void {
    if (state.image !== previous.image && source !== 'map') {
      if (state.image) this.open(state.image).catch((error: unknown) => this.fail(error));
      return;
    }
    if (source !== 'map' && state.view !== previous.view) this.showView(state.view);
    this.restyle(live);
    if (state.display !== previous.display && !live) this.reader.refresh(true);
  }

  private showView({ x, y, zoom }: Change['state']['view']): void {
    if (x === null || y === null) this.map.fit();
    else this.map.setView(x, y, zoom ?? this.map.zoom);
  }

  private viewMoved(settled: boolean): void {
    if (!this.image) return;
    if (settled) {
      const { x, y } = this.map.center;
      const view = this.map.isFitted ? { x: null, y: null, zoom: null } : { x, y, zoom: this.map.zoom };
      this.state.set({ view }, { source: 'map' });
    }
    const { pointer } = this.reader;
    if (pointer) this.pointed(this.map.position(pointer.screen));
    else this.reader.refresh();
    this.events.emit('view', { settled });
  }

  /** The address (query) of what is seen. */
  address(others = ''): string {
    return writeUrl(this.state.value, this.state.defaults, others);
  }

  /** Everything as an address of the open image says; what it does not say is as the image brings it. */
  restore({ state: patch }: Address): void {
    const { image, state } = this;
    if (!image) return;
    const own = state.defaults.display;
    const display = displayOf(image, own, patch.display);
    state.restore({ ...patch, image: image.id, display, panel: state.value.panel }, 'url');
  }

  get progressNow(): { overviews: number; requests: number } {
    return { overviews: this.image ? this.overviews.progress : 1, requests: this.map.pendingRequests };
  }

  private progress(): void {
    const settled = this.map.isSettled;
    if (settled && !this.wasSettled) this.events.emit('settled', undefined);
    this.wasSettled = settled;
    this.events.emit('progress', this.progressNow);
  }

  private recovered(): void {
    this.map.retryNow();
    this.reader.refresh(true);
  }

  /** Right drag: to the right moves the bias, upwards raises the contrast. */
  private adjust(dx: number, dy: number, done: boolean): void {
    const { contrast, bias } = this.state.value.display;
    const { width } = this.map.view;
    const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
    const next = {
      contrast: clamp(contrast * Math.exp(-dy / 200), 0.1, 10),
      bias: clamp(bias - dx / width, 0, 1),
    };
    const round = (value: number) => Number(value.toFixed(3));
    this.state.setDisplay({ contrast: round(next.contrast), bias: round(next.bias) }, { live: !done });
  }

  // --------------------------------------------------------------------------------------------------- read-out

  get readout(): Readout | null {
    return this.reader.readout;
  }

  lockReadout(locked: boolean): void {
    this.reader.lock(locked);
  }

  pointed(position: PointerPosition | null): void {
    this.events.emit('pointer', position);
    if (position) this.events.emit('hover', this.map.pick(position));
    this.reader.pointAt(position);
  }

  // --------------------------------------------------------------------------------------------------- positions

  skyAt(x: number, y: number, frame?: FrameName): [number, number] | null {
    return skyOf(this.skies, x, y)?.pixelToSky(x, y, frame) ?? null;
  }

  pixelAt(lon: number, lat: number, frame?: FrameName): [number, number] | null {
    return pixelOf(this.skies, lon, lat, frame);
  }

  pixelScale(x: number, y: number): number | null {
    const scale = skyOf(this.skies, x, y)?.pixelScale(x, y);
    return scale && Number.isFinite(scale) ? scale : null;
  }

  /** As `skyAt`, also where only the server can tell. */
  async skyAtAsync(x: number, y: number, frame?: FrameName): Promise<[number, number] | null> {
    return (await skyOf(this.skies, x, y)?.pixelToSkyAsync(x, y, frame)) ?? null;
  }

  async pixelAtAsync(lon: number, lat: number, frame?: FrameName): Promise<[number, number] | null> {
    return this.pixelAt(lon, lat, frame) ?? (await this.sky?.skyToPixelAsync(lon, lat, frame)) ?? null;
  }

  async goTo(text: string): Promise<void> {
    const { x, y } = await target(this, text);
    this.map.setView(x, y, this.map.isFitted ? Math.max(this.map.zoom, 0) : this.map.zoom);
    this.mark(x, y);
  }

  /** A ring that fades: here it is. */
  private mark(x: number, y: number): void {
    const ring = Object.assign(document.createElement('div'), { className: 'ring' });
    const anchor = this.map.anchor(ring, x, y);
    ring.addEventListener('animationend', () => anchor.remove());
  }

  // --------------------------------------------------------------------------------------------------- messages

  notify(message: string, options?: NotifyOptions): () => void {
    return this.host.notify(message, options);
  }

  perform(action: FaceAction): void {
    this.host.perform(action);
  }

  openPanel(id: string): void {
    this.state.set({ panel: id });
  }

  tell<K extends keyof ViewerEvents>(type: K, detail: ViewerEvents[K]): void {
    this.events.emit(type, detail);
  }

  fail(error: unknown): void {
    if (isAbort(error)) return;
    const known = error instanceof Error ? error : new Error(String(error));
    this.notify(messageOf(known), { kind: 'error' });
    this.events.emit('error', known);
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
