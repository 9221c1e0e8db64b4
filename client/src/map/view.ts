/** The map: image, layers, gestures and motion put together, behind the face that the rest of the client knows. */
import { t } from '../base/i18n';
import type { Box, ImageInfo } from '../core/api';
import { pageScheduler } from '../core/scheduler';
import type {
  AnchorHandle,
  CanvasLayer,
  LayerHandle,
  MapControls,
  MapTool,
  Picked,
  Point,
  PointerPosition,
  ViewTransform,
} from '../core/viewer';
import { Anchors } from './anchors';
import { type Camera, cameraOfBox, snapCenter, transformOf, worldOfFits, zoomToFit } from './camera';
import { listenToZooming, markFocus } from './gestures';
import { TileGrid } from './grid';
import { LayerStack, resize } from './layers';
import { createMap, type ExactMap } from './leaflet-map';
import { Motion } from './motion';
import { ImagePicture, type PictureSource } from './picture';
import { Pointers } from './pointers';
import { watchScreen } from './screen';

export interface MapViewEvents {
  view(settled: boolean): void;
  hover(position: PointerPosition | null): void;
  press(position: PointerPosition | null): void;
  click(position: PointerPosition, picked: Picked | null, original: MouseEvent): void;
  adjust(dx: number, dy: number, done: boolean): void;
  /** Tiles in view are there, or are being fetched. */
  progress(): void;
  failed(error: unknown): void;
}

/** Largest enlargement: 64 CSS pixels for one image pixel. */
const MAX_ZOOM = 6;
/** How far beyond the whole image one may zoom out. */
const BEYOND = 1.3;
/** Milliseconds without movement after which overlays are drawn anew. */
const REST = 100;

export class MapView implements MapControls {
  readonly container: HTMLElement;
  private readonly canvas = document.createElement('canvas');
  private readonly layerPane = document.createElement('div');
  private readonly map: ExactMap;
  private readonly motion: Motion;
  private readonly pointers: Pointers;
  private readonly layers: LayerStack;
  private readonly anchors = new Anchors(() => this.view);
  private readonly cleanup: (() => void)[] = [];
  private grid = new TileGrid(1, 1, 256, 1);
  private picture: ImagePicture | null = null;
  /** The image before this one, shown until this one is there. */
  private former: { picture: ImagePicture; camera: Camera } | null = null;
  private waiting: (() => void)[] = [];
  private frame = 0;
  private rest: ReturnType<typeof setTimeout> | undefined;
  private fitted = true;

  constructor(
    host: HTMLElement,
    private readonly events: MapViewEvents,
  ) {
    this.container = document.createElement('div');
    Object.assign(this.container, { className: 'map', tabIndex: 0 });
    this.container.setAttribute('role', 'application');
    this.container.setAttribute('aria-label', t('Image'));
    this.container.style.position = 'absolute';
    this.canvas.className = 'picture';
    this.layerPane.className = 'layers';
    host.append(this.container);
    this.map = createMap(this.container);
    this.container.prepend(this.canvas, this.layerPane);
    this.container.append(this.anchors.pane);
    this.map.setView([0.5, 0.5], 0);
    this.motion = new Motion(this.map);
    this.pointers = new Pointers(this.container, this.pointerHost());
    this.layers = new LayerStack(
      this.layerPane,
      () => (this.picture ? this.camera : null),
      () => this.grid.height,
    );
    this.listen();
  }

  get camera(): Camera {
    return this.map.camera;
  }

  get center(): Point {
    const { lng, lat } = this.map.getCenter();
    return { x: lng, y: lat };
  }

  get zoom(): number {
    return this.map.getZoom();
  }

  get minZoom(): number {
    return Math.min(0, this.fitZoom() - BEYOND);
  }

  get maxZoom(): number {
    return MAX_ZOOM;
  }

  get view(): ViewTransform {
    return transformOf(this.camera, this.grid.height);
  }

  get isMoving(): boolean {
    return this.motion.isMoving || this.rest !== undefined;
  }

  /** True while the whole image is shown because nobody has moved it. */
  get isFitted(): boolean {
    return this.fitted;
  }

  /** True when all tiles in view show the present look, and are drawn. */
  get isSettled(): boolean {
    return this.frame === 0 && (this.picture?.settled ?? true);
  }

  get pendingRequests(): number {
    return this.picture?.pending ?? 0;
  }

  /** Previews that arrived since the image was opened. */
  get previewCount(): number {
    return this.picture?.preview.count ?? 0;
  }

  /** Number of the look that is asked for; pictures of an older one never replace a newer. */
  get look(): number {
    return this.picture?.look ?? 0;
  }

  /** Show an image. `start`: FITS centre and zoom; null fits. */
  open(info: ImageInfo, source: PictureSource, start: { x: number; y: number; zoom: number | null } | null): void {
    this.motion.stop();
    this.map.stopMotion();
    this.forgetFormer();
    if (this.picture) this.former = { picture: this.picture.retired(), camera: this.camera };
    this.grid = new TileGrid(info.width, info.height, info.tile_size, info.levels);
    this.map.setImage(info.height);
    this.container.setAttribute('aria-label', t('Image {name}', { name: info.name }));
    this.picture = new ImagePicture(this.grid, source, pageScheduler, {
      dirty: () => this.requestDraw(),
      failed: (error) => this.events.failed(error),
      settled: () => this.requestDraw(),
    });
    this.measure();
    this.limitZoom();
    if (start) this.setView(start.x, start.y, start.zoom ?? this.fitZoom(), { animate: false });
    else this.fitNow(false);
  }

  /** The look changed: fetch pictures anew. */
  restyle(live: boolean): void {
    this.picture?.restyle(live);
    this.events.progress();
  }

  /** A slider came to rest without a last change. */
  release(): void {
    this.picture?.release();
  }

  retryNow(): void {
    this.picture?.retryNow();
  }

  close(): void {
    this.forgetFormer();
    this.picture?.remove();
    this.picture = null;
    this.requestDraw();
  }

  /** The small picture of the whole image, for the minimap; null until it is there. */
  get wholePicture(): ImageBitmap | null {
    return this.picture?.whole?.bitmap ?? null;
  }

  remove(): void {
    this.close();
    clearTimeout(this.rest);
    cancelAnimationFrame(this.frame);
    for (const undo of this.cleanup) undo();
    this.pointers.remove();
    this.map.remove();
    this.container.remove();
  }

  setView(x: number, y: number, zoom = this.zoom, { animate = true }: { animate?: boolean } = {}): void {
    this.fitted = false;
    this.motion.goTo({ ...worldOfFits(x, y, this.grid.height), zoom }, animate);
  }

  zoomBy(steps: number, at?: Point): void {
    this.motion.zoomBy(steps, at);
  }

  zoomTo(zoom: number, at?: Point): void {
    this.motion.zoomTo(zoom, at);
  }

  panBy(dx: number, dy: number): void {
    const camera = this.camera;
    const scale = 2 ** camera.zoom;
    this.fitted = false;
    this.motion.goTo({ x: camera.x + dx / scale, y: camera.y + dy / scale, zoom: camera.zoom }, true);
  }

  fit(): void {
    this.fitNow(true);
  }

  fitBox(box: Box, { animate = true, maxZoom = MAX_ZOOM }: { animate?: boolean; maxZoom?: number } = {}): void {
    const zoom = Math.min(maxZoom, zoomToFit(this.camera, box[2] - box[0], box[3] - box[1]));
    this.setView((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, zoom, { animate });
  }

  private fitNow(animate: boolean): void {
    this.motion.goTo({ x: this.grid.width / 2, y: this.grid.height / 2, zoom: this.fitZoom() }, animate);
    this.fitted = true;
  }

  private limitZoom(): void {
    this.map.options.minZoom = this.minZoom;
    this.map.options.maxZoom = MAX_ZOOM;
  }

  private fitZoom(): number {
    const { x, y } = this.map.getSize();
    return Math.min(MAX_ZOOM, zoomToFit({ width: x, height: y }, this.grid.width, this.grid.height));
  }

  addLayer(layer: CanvasLayer): LayerHandle {
    return this.layers.add(layer);
  }

  anchor(element: HTMLElement, x: number, y: number): AnchorHandle {
    return this.anchors.add(element, x, y);
  }

  setTool(tool: MapTool | null): () => void {
    const former = this.pointers.tool;
    this.pointers.tool = tool;
    this.container.style.cursor = tool?.cursor ?? '';
    return () => {
      if (this.pointers.tool === tool) this.setTool(former);
    };
  }

  drawTo(
    context: CanvasRenderingContext2D,
    { layers = true, ratio = 1 }: { layers?: boolean; ratio?: number } = {},
  ): void {
    const camera = { ...this.camera, ratio };
    context.save();
    this.picture?.draw(context, camera);
    context.scale(ratio, ratio);
    if (layers) this.layers.drawTo(context, camera);
    context.restore();
  }

  drawLayers(context: CanvasRenderingContext2D, box: Box, width: number): void {
    this.layers.drawTo(context, cameraOfBox(box, width, this.grid.height, 1));
  }

  whenSettled(): Promise<void> {
    return this.isSettled ? Promise.resolve() : new Promise((resolve) => this.waiting.push(resolve));
  }

  pick(position: PointerPosition): Picked | null {
    return this.layers.pick(position.x, position.y, 6 / this.view.scale);
  }

  position(screen: Point): PointerPosition {
    const { x, y } = this.view.fromScreen(screen.x, screen.y);
    const inside = x >= 0.5 && y >= 0.5 && x < this.grid.width + 0.5 && y < this.grid.height + 0.5;
    return { x, y, screen, inside };
  }

  private pointerHost() {
    return {
      position: (screen: Point) => this.position(screen),
      hover: (position: PointerPosition | null) => this.events.hover(position),
      press: (position: PointerPosition | null) => this.events.press(position),
      adjust: (dx: number, dy: number, done: boolean) => this.events.adjust(dx, dy, done),
      middle: ({ x, y }: PointerPosition) => this.setView(x, y),
      allowDrag: (allowed: boolean) => this.map.allowDrag(allowed),
    };
  }

  private listen(): void {
    this.map.on('move', () => this.moved());
    this.map.on('click', ({ originalEvent }) => {
      const position = this.position(this.pointers.screen(originalEvent));
      this.events.click(position, this.pick(position), originalEvent);
    });
    const touched = () => {
      this.fitted = false;
    };
    listenToZooming(this.map, this.container, this.motion, touched);
    this.cleanup.push(
      markFocus(this.container),
      watchScreen(this.container, () => this.measure()),
    );
  }

  /** Size or resolution of the screen changed: the centre stays. */
  private measure(): void {
    const before = this.camera;
    const same = this.container.clientWidth === before.width && this.container.clientHeight === before.height;
    if (same && this.map.ratio === devicePixelRatio) return;
    this.map.ratio = devicePixelRatio || 1;
    const center = this.map.getCenter();
    this.map.invalidateSize({ pan: false, animate: false });
    this.limitZoom();
    if (this.fitted) this.fitNow(false);
    else {
      const camera = snapCenter({ ...this.camera, ...worldOfFits(center.lng, center.lat, this.grid.height) });
      this.map.begin();
      this.map.show(camera);
      this.map.end();
    }
    this.layers.redraw();
  }

  private moved(): void {
    this.limitZoom();
    const camera = this.camera;
    this.picture?.setCamera(camera);
    this.requestDraw();
    this.events.view(false);
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.rested(), REST);
  }

  private rested(): void {
    this.rest = undefined;
    if (this.motion.isMoving || this.map.isDragged) return;
    this.keepInReach();
    this.layers.redraw();
    this.anchors.place();
    this.events.view(true);
  }

  /** The middle of the map stays on the image. */
  private keepInReach(): void {
    const camera = this.camera;
    const x = Math.min(this.grid.width, Math.max(0, camera.x));
    const y = Math.min(this.grid.height, Math.max(0, camera.y));
    if (x !== camera.x || y !== camera.y) {
      this.motion.goTo({ x, y, zoom: camera.zoom }, true);
    }
  }

  private forgetFormer(): void {
    this.former?.picture.remove();
    this.former = null;
  }

  private requestDraw(): void {
    if (!this.frame) this.frame = requestAnimationFrame(() => this.draw());
  }

  private draw(): void {
    this.frame = 0;
    const camera = this.camera;
    resize(this.canvas, camera.width, camera.height, camera.ratio);
    const context = this.canvas.getContext('2d');
    if (!context) return;
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    if (this.former && !this.picture?.tiles.covered) this.former.picture.draw(context, this.former.camera);
    else this.forgetFormer();
    this.picture?.draw(context, camera);
    this.layers.moved();
    this.anchors.place();
    if (this.isSettled) this.settled();
    this.events.progress();
  }

  private settled(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}
