/**
 * Other images beside the first one or in turn with it, locked on the sky: whichever the hand is on leads, the others
 * follow place and scale; without a common sky they follow pixel by pixel.
 */
import type { CompareState } from '../core/state';
import type { AnchorHandle, Viewer } from '../core/viewer';
import { placeOnSky, skyPlace } from './opening';

/** An element with a viewer behind it, as `<visiomatic-viewer>` is. */
export interface CompanionElement extends HTMLElement {
  image: string;
  api: string;
  show: string;
  readonly viewer: Viewer | null;
  readonly ready: Promise<unknown>;
}

/** Events that a companion keeps to itself: the page listens to the first image. */
const EVENTS = ['ready', 'imagechange', 'viewchange', 'statechange', 'pointer', 'error'];
/** What floats over a companion: its name only. */
const SHOWN = '-readout,-scale,-compass,-minimap,-colorbar,-rail,-buttons';
const BLINK = 1000;

interface Companion {
  element: CompanionElement;
  undo: (() => void)[];
  mark: AnchorHandle | null;
}

export class Companions {
  private readonly companions: Companion[] = [];
  private readonly own: (() => void)[] = [];
  private mark: AnchorHandle | null = null;
  private mode: CompareState['mode'] = 'none';
  private timer: ReturnType<typeof setInterval> | undefined;
  private turn = 0;
  private following = false;

  /** `field` holds the map of the first image; the others are put beside it. */
  constructor(
    private readonly main: Viewer,
    private readonly field: HTMLElement,
    private readonly create: () => CompanionElement,
  ) {
    this.own.push(
      main.on('view', () => this.lead(main)),
      main.on('pointer', (at) => this.point(main, at)),
      main.on('image', () => this.lead(main)),
    );
  }

  update({ mode, images }: CompareState): void {
    const wanted = mode === 'none' ? [] : [...new Set(images)];
    for (const companion of [...this.companions]) {
      if (!wanted.includes(companion.element.image)) this.drop(companion);
    }
    for (const image of wanted) {
      if (!this.companions.some(({ element }) => element.image === image)) this.add(image);
    }
    this.arrange(mode);
  }

  /** The next image in turn. */
  blink(): void {
    this.turn = (this.turn + 1) % (this.companions.length + 1);
    this.showTurn();
  }

  remove(): void {
    clearInterval(this.timer);
    for (const companion of [...this.companions]) this.drop(companion);
    for (const stop of this.own) stop();
    this.mark?.remove();
  }

  private add(image: string): void {
    const element = this.create();
    element.api = this.main.api.base;
    element.show = SHOWN;
    element.image = image;
    element.className = 'companion';
    for (const type of EVENTS) element.addEventListener(type, (event) => event.stopPropagation());
    const companion: Companion = { element, undo: [], mark: null };
    this.companions.push(companion);
    this.field.append(element);
    void element.ready.then(() => this.attach(companion)).catch(() => undefined);
  }

  private attach(companion: Companion): void {
    const { viewer } = companion.element;
    if (!viewer) return;
    this.follow(this.main, viewer);
    companion.undo = [viewer.on('view', () => this.lead(viewer)), viewer.on('pointer', (at) => this.point(viewer, at))];
  }

  private drop(companion: Companion): void {
    for (const stop of companion.undo) stop();
    companion.mark?.remove();
    companion.element.remove();
    this.companions.splice(this.companions.indexOf(companion), 1);
  }

  private arrange(mode: CompareState['mode']): void {
    clearInterval(this.timer);
    this.mode = this.companions.length ? mode : 'none';
    this.field.dataset.compare = this.mode;
    const columns = Math.ceil(Math.sqrt(this.companions.length + 1));
    this.field.style.setProperty('--columns', this.mode === 'side' ? String(columns) : '1');
    this.turn = 0;
    this.showTurn();
    if (this.mode === 'blink') this.timer = setInterval(() => this.blink(), BLINK);
  }

  private showTurn(): void {
    this.companions.forEach(({ element }, index) => {
      element.style.visibility = this.mode === 'blink' && this.turn !== index + 1 ? 'hidden' : '';
    });
  }

  private get viewers(): Viewer[] {
    return [this.main, ...this.companions.flatMap(({ element }) => element.viewer ?? [])];
  }

  /** A viewer moved: if it was not because of us, the others follow. */
  private lead(leader: Viewer): void {
    if (this.following || !this.companions.length) return;
    this.following = true;
    for (const viewer of this.viewers) if (viewer !== leader && viewer.image) this.follow(leader, viewer);
    this.following = false;
  }

  private follow(leader: Viewer, viewer: Viewer): void {
    const was = this.following;
    this.following = true;
    const onSky = skyPlace(leader);
    const { x, y, zoom } = (onSky && placeOnSky(viewer, onSky)) ?? { ...leader.map.center, zoom: leader.map.zoom };
    const now = viewer.map;
    const scale = 2 ** now.zoom;
    const isThere =
      Math.hypot(now.center.x - x, now.center.y - y) * scale < 0.01 && Math.abs(now.zoom - (zoom ?? now.zoom)) < 1e-6;
    if (!isThere) now.setView(x, y, zoom ?? now.zoom, { animate: false });
    this.following = was;
  }

  /** A cross on the others where the pointer is on one. */
  private point(leader: Viewer, at: { x: number; y: number } | null): void {
    if (!this.companions.length) return;
    const sky = at && leader.skyAt(at.x, at.y);
    for (const viewer of this.viewers) {
      const place = viewer === leader || !at ? null : sky ? viewer.pixelAt(sky[0], sky[1]) : ([at.x, at.y] as const);
      this.setMark(viewer, place);
    }
  }

  private setMark(viewer: Viewer, place: readonly [number, number] | null): void {
    const companion = this.companions.find(({ element }) => element.viewer === viewer);
    const old = companion ? companion.mark : this.mark;
    let mark: AnchorHandle | null = null;
    if (!place) old?.remove();
    else if (old) {
      old.moveTo(place[0], place[1]);
      mark = old;
    } else {
      const cross = document.createElement('div');
      cross.className = 'cross';
      mark = viewer.map.anchor(cross, place[0], place[1]);
    }
    if (companion) companion.mark = mark;
    else this.mark = mark;
  }
}
