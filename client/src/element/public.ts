/**
 * What a page that embeds the viewer may rely on: its attributes, properties, methods and events.
 *
 * Kept free of the libraries that the element is made of, so that the types can be handed out alone (`visiomatic.d.ts`).
 */
import type { StatePatch, ViewerState } from '../core/state';
import type { Viewer } from '../core/viewer';

/** Details of the events of the viewer; all bubble and cross shadow roots. */
export interface VisiomaticEvents {
  /** The image is open, its sky known. */
  ready: { image: string };
  /** Another image was opened. */
  imagechange: { image: string; title: string };
  /** The view came to rest: FITS pixel at the centre, log2 of CSS pixels per image pixel. */
  viewchange: { x: number; y: number; zoom: number };
  /** Any part of the state changed for good. */
  statechange: { state: ViewerState };
  /** Position under the pointer: FITS pixel and ICRS degrees; null when it left the map. */
  pointer: { x: number; y: number; sky: [number, number] | null } | null;
  /** Something went wrong. */
  error: { message: string; error: Error };
}

/** What the viewer is told at the start; each is an attribute of the same name as well. */
export interface ViewerOptions {
  /** Id of the image; setting it opens another one. */
  image: string;
  /** Base URL of the server's API, ending with `/`; by default that of the server the script comes from. Read once. */
  api: string;
  /** Null or empty: the system's. */
  theme: 'dark' | 'light' | '' | null;
  /** The language of all viewers of a page, as BCP 47 has it; empty: chosen before, of the page, or of the browser. */
  lang: string;
  /** What floats over the image, as in addresses: `graticule,-minimap`, or `none,scale` for nothing but the scale bar. */
  show: string;
  /** Where it floats: `minimap:top-left, rail:right`. */
  place: string;
  /** Ids of the panels that the rail offers, in this order: `display,info`; empty: all. */
  panels: string;
  /** Position at the start: a pixel, `512,512`. */
  at: string;
  /** Zoom at the start: log2 of CSS pixels per image pixel. */
  zoom: string;
  /** Further state at the start, as in an address (attribute `state`): `ch=2&stretch=log`. Read once. */
  query: string;
}

/** Properties and methods of the element. Positions are FITS pixels: 1-based, integer at pixel centres, y up. */
export interface ViewerFace extends ViewerOptions {
  /** Resolves when the image is open and its sky is known; rejects when it cannot be opened. */
  readonly ready: Promise<ViewerElement>;
  /** The viewer behind the element, as panels use it; null before the element is on a page. */
  readonly viewer: Viewer | null;
  /** The address (query) that restores what is seen. */
  readonly address: string;
  /** The whole state as plain JSON; a part of it may be set. */
  get state(): ViewerState;
  set state(value: StatePatch);
  /** ICRS position of a pixel in degrees; null where there is no sky. */
  skyAt(x: number, y: number): Promise<[lon: number, lat: number] | null>;
  /** Pixel of an ICRS position in degrees; null where the image has none. */
  pixelAt(lon: number, lat: number): Promise<[x: number, y: number] | null>;
}

type Listener<K extends keyof VisiomaticEvents> = (event: CustomEvent<VisiomaticEvents[K]>) => void;
type AnyListener = EventListenerOrEventListenerObject;

/**
 * `<visiomatic-viewer>`: an astronomical image of any size in any page.
 *
 * ```html
 * <script type="module" src="https://images.example.org/client/visiomatic.js"></script>
 * <visiomatic-viewer image="m51.fits" show="-title,graticule" theme="dark"></visiomatic-viewer>
 * ```
 */
export interface ViewerElement extends HTMLElement, ViewerFace {
  addEventListener<K extends keyof VisiomaticEvents>(type: K, listener: Listener<K>, options?: boolean | object): void;
  addEventListener(type: string, listener: AnyListener, options?: boolean | AddEventListenerOptions): void;
  removeEventListener<K extends keyof VisiomaticEvents>(type: K, listener: Listener<K>, options?: boolean): void;
  removeEventListener(type: string, listener: AnyListener, options?: boolean | EventListenerOptions): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'visiomatic-viewer': ViewerElement;
  }
}
