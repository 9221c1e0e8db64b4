/**
 * What a panel, an overlay or a plot sees of the viewer. They never touch Leaflet nor the elements of the map: all goes
 * through here. Positions are FITS pixels (1-based, integer at pixel centres, y up) unless a name says otherwise.
 */
import type { FrameName, Sky } from '../wcs/index';
import type { Api, Box, ChipInfo, ImageInfo, Overviews, PixelValue, ServiceInfo, WcsAnswer } from './api';
import type { Connection } from './connection';
import type { Store, ViewerState } from './state';

export interface Point {
  x: number;
  y: number;
}

export interface ChipSky extends ChipInfo {
  sky: Sky | null;
}

/** Position of the pointer over the image. */
export interface PointerPosition extends Point {
  /** CSS pixels from the top left of the map. */
  screen: Point;
  /** True when the position is on the image. */
  inside: boolean;
}

/** The read-out: position and values at `x`, `y`; `values` null until they are there. */
export interface Readout extends Point {
  /** True when the position is on the image. */
  inside: boolean;
  channels: readonly number[];
  values: readonly PixelValue[] | null;
  /** Integers beyond 2^53 as text. */
  exact: readonly (string | null)[] | null;
  locked: boolean;
}

export interface ViewerEvents {
  /** An image was opened; `viewer.image`, `viewer.sky` are its. */
  image: ImageInfo;
  /** Opening failed, or something went wrong that the user should know. */
  error: Error;
  /** The visible part changed; `settled` when the hand is off and nothing moves. */
  view: { settled: boolean };
  /** The pointer is at a position; null when it left the map. */
  pointer: PointerPosition | null;
  readout: Readout | null;
  /** Click or tap without a drag; `picked` is what the topmost layer has there. */
  click: PointerPosition & { picked: Picked | null; original: MouseEvent };
  hover: Picked | null;
  /** Work on the way: overviews (0…1) and requests in flight. `Viewer.overviews` says more. */
  progress: { overviews: number; requests: number };
  /** All tiles in view show the present state. */
  settled: undefined;
  /** The file changed on the server and was opened anew. */
  changed: ImageInfo;
  /** Files were dropped on the map. */
  drop: { files: readonly File[]; x: number; y: number };
  /** Other images are compared with this one, or another one of those that blink is seen. */
  compared: Compared;
}

/** The viewers of other images beside a viewer or in turn with it, and the one that is seen in its place. */
export interface Compared {
  readonly viewers: readonly Viewer[];
  readonly seen: Viewer | null;
}

export interface Viewer {
  /** `<visiomatic-viewer>`: theme, full screen, measuring. */
  readonly element: HTMLElement;
  readonly state: Store;
  readonly api: Api;
  readonly connection: Connection;
  readonly map: MapControls;
  /** What the server says of itself; null until it answered. */
  readonly service: ServiceInfo | null;
  /** The open image; null: none yet. */
  readonly image: ImageInfo | null;
  /** WCS of the whole image; null without. */
  readonly sky: Sky | null;
  /** Chips of a mosaic, each with its own WCS; empty otherwise. */
  readonly chips: readonly ChipSky[];
  readonly wcs: WcsAnswer | null;
  readonly readout: Readout | null;
  /** How far the exact overviews of the open image are: what it said at first, then what the server tells. */
  readonly overviews: Overviews;
  readonly compared: Compared;

  on<K extends keyof ViewerEvents>(type: K, listener: (detail: ViewerEvents[K]) => void): () => void;

  /**
   * Open an image. `keep`: what of the present view stays: the place on the sky with its scale (to blink), the pixels, or
   * nothing (the whole image, the default). `display`: keep how it is shown.
   */
  open(id: string, options?: OpenOptions): Promise<ImageInfo>;

  /** Position on the sky of a pixel, by the chip under it on a mosaic. Degrees. */
  skyAt(x: number, y: number, frame?: FrameName): [lon: number, lat: number] | null;
  /** Pixel of a position on the sky. */
  pixelAt(lon: number, lat: number, frame?: FrameName): [x: number, y: number] | null;
  /** Scale at a pixel, arcsec; null without WCS. */
  pixelScale(x: number, y: number): number | null;

  /** Go to what the user typed: a position in any spelling, a pixel, or the name of an object (asks CDS Sesame). */
  goTo(text: string): Promise<void>;

  /** Hold the read-out where it is. */
  lockReadout(locked: boolean): void;

  /** Say something without blocking. Returns what takes it away. */
  notify(message: string, options?: NotifyOptions): () => void;

  /** Open a panel by its id; empty closes. */
  openPanel(id: string): void;

  /** Keys that work while the viewer has the focus, for the help. */
  readonly shortcuts: readonly Shortcut[];

  /** The channels shown now (one, or those of the colour mixing). */
  shownChannels(): number[];
  /** Style of the picture as the query of a tile, view or region request. */
  styleQuery(display?: ViewerState['display']): string;
}

export interface Shortcut {
  /** As `KeyboardEvent.key` gives them, with `Shift+` where it matters. */
  keys: readonly string[];
  title: string;
}

export interface OpenOptions {
  keep?: 'sky' | 'pixels' | 'none';
  display?: boolean;
}

export interface NotifyOptions {
  kind?: 'info' | 'warning' | 'error';
  /** Milliseconds; 0: until closed. */
  timeout?: number;
  /** Only for those who hear the page: nothing is shown. */
  quiet?: boolean;
  action?: { label: string; run: () => void };
}

/** How image pixels lie on the screen (or on a layer's canvas). */
export interface ViewTransform {
  /** CSS pixels per image pixel. */
  scale: number;
  /** CSS pixels from the top left of the map, or of the layer's canvas while it draws. */
  toScreen(x: number, y: number): Point;
  fromScreen(px: number, py: number): Point;
  /** What is covered, as pixel edges (not clipped to the image). */
  box: Box;
  /** CSS pixels. */
  width: number;
  height: number;
  devicePixelRatio: number;
}

export interface Picked {
  layer: CanvasLayer;
  /** What the layer calls it (an index, an id). */
  item: unknown;
  distance: number;
}

/**
 * Something drawn over the image on a canvas of its own. `draw` is called when the view has settled (and during a zoom's
 * end), on a canvas that is larger than the map by `padding`; while the hand moves, the canvas is moved as a picture.
 */
export interface CanvasLayer {
  readonly id: string;
  /** Draw on a cleared canvas whose unit is the CSS pixel. */
  draw(context: CanvasRenderingContext2D, view: ViewTransform): void;
  /** What is at a position, within `tolerance` image pixels; null: nothing. */
  pick?(x: number, y: number, tolerance: number): { item: unknown; distance: number } | null;
  /** Redraw on every move: only for few things. */
  live?: boolean;
}

export interface LayerHandle {
  /** Content or look changed. */
  redraw(): void;
  setShown(shown: boolean): void;
  /** Above all others. */
  toFront(): void;
  remove(): void;
}

export interface AnchorHandle {
  moveTo(x: number, y: number): void;
  remove(): void;
}

/** A pointer gesture on the map while a tool is in hand. */
export interface ToolEvent extends PointerPosition {
  original: PointerEvent;
}

/** Takes the pointer from the map: drawing a line, a region. The first down decides: false leaves it to the map. */
export interface MapTool {
  cursor?: string;
  down(event: ToolEvent): boolean;
  move?(event: ToolEvent): void;
  up?(event: ToolEvent): void;
  /** Pointer moves without a button. */
  hover?(event: ToolEvent): void;
  cancel?(): void;
}

export interface MapControls {
  /** The element of the map, for focus and measuring only. */
  readonly container: HTMLElement;
  readonly center: Point;
  /** log2 of CSS pixels per image pixel: 0 is one to one, 3 is 8 × enlarged. */
  readonly zoom: number;
  readonly minZoom: number;
  readonly maxZoom: number;
  readonly view: ViewTransform;
  /** True while it pans or zooms. */
  readonly isMoving: boolean;

  setView(x: number, y: number, zoom?: number, options?: { animate?: boolean }): void;
  zoomBy(steps: number): void;
  zoomTo(zoom: number): void;
  panBy(dx: number, dy: number): void;
  /** The whole image. */
  fit(): void;
  fitBox(box: Box, options?: { animate?: boolean; maxZoom?: number }): void;

  addLayer(layer: CanvasLayer): LayerHandle;
  /** Keep an element (a pop-up, a label) at a position while the map moves: its top left, its own CSS shifts it. */
  anchor(element: HTMLElement, x: number, y: number): AnchorHandle;
  /** Put a tool in hand; null: the map's own drag. Returns what puts the former back. */
  setTool(tool: MapTool | null): () => void;

  /** Draw what is on screen (picture and layers) onto a canvas of CSS size × `ratio`. */
  drawTo(context: CanvasRenderingContext2D, options?: { layers?: boolean; ratio?: number }): void;
  /** Draw the layers alone as they lie over `box` (pixel edges), on a canvas whose unit makes the box `width` wide. */
  drawLayers(context: CanvasRenderingContext2D, box: Box, width: number): void;
  /** Resolves when all tiles in view show the present state. */
  whenSettled(): Promise<void>;
}

/** A panel as the rail offers it; its element is loaded when it is opened for the first time. */
export interface PanelDefinition {
  id: string;
  title: string;
  /** Name of an icon of `ui/icons`. */
  icon: string;
  /** Shortcut. */
  key: string;
  load(): Promise<PanelElement>;
}

export interface PanelElement extends HTMLElement {
  viewer: Viewer;
}
