/**
 * Other images beside the first one or in turn with it, locked on the sky: whichever the hand is on leads, the others
 * follow place and scale; without a common sky they follow pixel by pixel. Stretch, contrast, colour map and the like are
 * changed for all together.
 */
import { equal } from '../base/equal';
import type { Change, CompareState, ViewerState } from '../core/state';
import type { AnchorHandle, Point, Viewer } from '../core/viewer';
import { placeOnSky, skyPlace } from './opening';
import { ownLook, withOwnLook } from './own-look';
import { fittingTone, toneChange } from './tone';

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
/** What floats over a companion beside the others: its name. In turn, the title of the first image says whose turn it is. */
const SHOWN = { side: 'none,title', blink: 'none', none: 'none' } as const;

interface Companion {
  element: CompanionElement;
  undo: (() => void)[];
  mark: AnchorHandle | null;
}

/** How positions and values are said. */
const unitsOf = ({ frame, degrees, values }: ViewerState): Pick<ViewerState, 'frame' | 'degrees' | 'values'> => ({
  frame,
  degrees,
  values,
});

/** The page around the images that are compared. */
export interface CompanionsHost {
  create(): CompanionElement;
  /** Other images are compared, or another one of those that blink is seen; null: the first. */
  turned(viewers: readonly Viewer[], seen: Viewer | null): void;
  /** Points the read-out of a viewer at the place where the pointer is on another one. */
  mirror(viewer: Viewer, at: Point | null): void;
}

export class Companions {
  private readonly companions: Companion[] = [];
  private readonly own: (() => void)[] = [];
  private mark: AnchorHandle | null = null;
  private mode: CompareState['mode'] = 'none';
  private rate = 1;
  private timer: ReturnType<typeof setInterval> | undefined;
  private turn = 0;
  private following = false;
  private tuning = false;
  private mirroring = false;

  /** `field` holds the map of the first image; the others are put beside it. */
  constructor(
    private readonly main: Viewer,
    private readonly field: HTMLElement,
    private readonly host: CompanionsHost,
  ) {
    const size = new ResizeObserver(() => this.divide());
    size.observe(field);
    this.own.push(
      () => size.disconnect(),
      main.on('view', () => this.lead(main)),
      main.on('pointer', (at) => !this.mirroring && this.point(main, at)),
      main.on('image', () => {
        this.lead(main);
        this.keepLooks();
      }),
      main.on('readout', () => this.holdTurn()),
      main.state.watch(unitsOf, () => this.readTurn()),
      this.listenToTone(main),
    );
  }

  update({ mode, images, rate }: CompareState): void {
    const wanted = mode === 'none' ? [] : [...new Set(images)];
    for (const companion of [...this.companions]) {
      if (!wanted.includes(companion.element.image)) this.drop(companion);
    }
    this.mode = wanted.length ? mode : 'none';
    for (const image of wanted) {
      if (!this.companions.some(({ element }) => element.image === image)) this.add(image);
    }
    this.rate = rate;
    this.arrange();
    for (const companion of this.companions) this.showOwnLook(companion);
  }

  /** What the state says of it; nothing: as the image opens, in the look that all share. */
  private showOwnLook({ element: { image, viewer } }: Companion): void {
    const wanted = this.main.state.value.compare.looks[image] ?? {};
    if (!viewer?.image || equal(ownLook(this.main, viewer), wanted)) return;
    this.quietly(() => viewer.state.setDisplay(withOwnLook(this.main, viewer, wanted), { source: 'map' }));
  }

  /** What was chosen for one image alone is part of the state. */
  private keepLooks(): void {
    const { looks } = this.main.state.value.compare;
    const kept = { ...looks };
    // One that is just opening does not show what the state says yet.
    for (const { element, undo } of this.companions) {
      const { image, viewer } = element;
      if (!viewer?.image || undo.length === 0) continue;
      const own = ownLook(this.main, viewer);
      if (Object.keys(own).length) kept[image] = own;
      else delete kept[image];
    }
    if (!equal(kept, looks)) this.main.state.set({ compare: { looks: kept } });
  }

  /** The next image in turn, or the one before; the clock starts anew. */
  blink(step: 1 | -1 = 1): void {
    const count = this.companions.length + 1;
    this.turn = (this.turn + step + count) % count;
    this.showTurn();
    this.startClock();
  }

  /** The Tab key goes through the images that blink, and beyond the last (or first) to the next control as ever. */
  tab(event: KeyboardEvent): boolean {
    const next = this.turn + (event.shiftKey ? -1 : 1);
    if (event.key !== 'Tab' || this.mode !== 'blink' || next < 0 || next > this.companions.length) return false;
    event.preventDefault();
    this.blink(event.shiftKey ? -1 : 1);
    return true;
  }

  remove(): void {
    clearInterval(this.timer);
    for (const companion of [...this.companions]) this.drop(companion);
    for (const stop of this.own) stop();
    this.mark?.remove();
  }

  private add(image: string): void {
    const element = this.host.create();
    element.api = this.main.api.base;
    element.show = SHOWN[this.mode];
    element.image = image;
    element.className = 'companion';
    for (const type of EVENTS) element.addEventListener(type, (event) => event.stopPropagation());
    // Its own keys would blink its own companions, of which it has none.
    element.addEventListener('keydown', (event) => this.onKey(event), { capture: true });
    const companion: Companion = { element, undo: [], mark: null };
    this.companions.push(companion);
    this.field.append(element);
    void element.ready.then(() => this.attach(companion)).catch(() => undefined);
  }

  private onKey(event: KeyboardEvent): void {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!plain || !(this.tab(event) || event.key === 'b')) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'b') this.blink();
  }

  private attach(companion: Companion): void {
    const { viewer } = companion.element;
    if (!viewer) return;
    this.follow(this.main, viewer);
    companion.undo = [
      viewer.on('view', () => this.lead(viewer)),
      viewer.on('pointer', (at) => !this.mirroring && this.point(viewer, at)),
      this.listenToTone(viewer),
      // It has no rail of its own: what its name leads to opens beside the first image.
      viewer.state.watch(
        ({ panel }) => panel,
        (panel) => {
          if (!panel) return;
          viewer.state.set({ panel: '' });
          this.main.openPanel(panel);
        },
      ),
    ];
    this.showOwnLook(companion);
    this.tellHost();
    if (this.seen === viewer) this.showTurn();
  }

  private listenToTone(viewer: Viewer): () => void {
    return viewer.state.watch(
      ({ display }) => display,
      (_, change) => this.leadTone(viewer, change),
    );
  }

  /** A look was changed by hand: the others take it over. What an image brings when it opens stays its own. */
  private leadTone(leader: Viewer, { state, previous, live, source }: Change): void {
    if (this.tuning || source === 'map' || !this.companions.length) return;
    if (leader === this.main && source !== 'user') {
      // An address or a session says itself what each image has of its own.
      for (const companion of this.companions) this.showOwnLook(companion);
      return;
    }
    const change = toneChange(state.display, previous.display);
    this.quietly(() => {
      for (const viewer of this.viewers) {
        if (viewer !== leader && viewer.image) viewer.state.setDisplay(fittingTone(change, leader, viewer), { live });
      }
    });
    if (!live) this.keepLooks();
  }

  /** Changes the display of images without the others taking it over. */
  private quietly(change: () => void): void {
    const was = this.tuning;
    this.tuning = true;
    change();
    this.tuning = was;
  }

  private tellHost(): void {
    const open = this.viewers.slice(1).filter(({ image }) => image !== null);
    this.host.turned(open, this.seen);
  }

  private drop(companion: Companion): void {
    for (const stop of companion.undo) stop();
    companion.mark?.remove();
    companion.element.remove();
    this.companions.splice(this.companions.indexOf(companion), 1);
  }

  private arrange(): void {
    for (const { element } of this.companions) element.show = SHOWN[this.mode];
    this.field.dataset.compare = this.mode;
    this.divide();
    this.turn = Math.min(this.turn, this.mode === 'blink' ? this.companions.length : 0);
    this.showTurn();
    this.startClock();
  }

  /** So many columns that each image has the largest square. */
  private divide(): void {
    const { clientWidth, clientHeight } = this.field;
    const count = this.mode === 'side' ? this.companions.length + 1 : 1;
    const side = (columns: number): number =>
      Math.min(clientWidth / columns, clientHeight / Math.ceil(count / columns));
    const choices = Array.from({ length: count }, (_, k) => k + 1);
    const columns = choices.reduce((best, one) => (side(one) > side(best) ? one : best));
    this.field.style.setProperty('--columns', String(columns));
  }

  private startClock(): void {
    clearInterval(this.timer);
    if (this.mode === 'blink' && this.rate > 0) this.timer = setInterval(() => this.blink(), 1000 / this.rate);
  }

  private showTurn(): void {
    const focused = this.companions.some(({ element }) => element.matches(':focus-within'));
    this.companions.forEach(({ element }, index) => {
      element.style.visibility = this.mode === 'blink' && this.turn !== index + 1 ? 'hidden' : '';
    });
    this.readTurn();
    this.tellHost();
    // What is hidden loses the focus, and the keys with it.
    if (focused && this.mode === 'blink') this.main.map.container.focus({ preventScroll: true });
  }

  /** The viewer that is seen in its turn instead of the first; null: the first, or none is open there yet. */
  private get seen(): Viewer | null {
    const viewer = this.mode === 'blink' ? this.companions[this.turn - 1]?.element.viewer : null;
    return viewer?.image ? viewer : null;
  }

  /** What is seen is read where the first image is, in the same frame and quantity. */
  private readTurn(): void {
    const { seen: viewer, main } = this;
    if (!viewer) return;
    viewer.state.set(unitsOf(main.state.value), { source: 'map' });
    const { readout } = main;
    if (!readout) return;
    const sky = main.skyAt(readout.x, readout.y);
    const place = sky ? viewer.pixelAt(sky[0], sky[1]) : ([readout.x, readout.y] as const);
    viewer.lockReadout(false);
    this.mirrorTo(viewer, place);
    viewer.lockReadout(readout.locked);
  }

  /** Held with the first image, and released with it. */
  private holdTurn(): void {
    const { seen: viewer, main } = this;
    const locked = main.readout?.locked ?? false;
    if (viewer?.readout && viewer.readout.locked !== locked) viewer.lockReadout(locked);
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
      if (viewer === this.main && leader !== viewer) this.mirrorTo(viewer, place);
    }
  }

  private mirrorTo(viewer: Viewer, place: readonly [number, number] | null): void {
    const was = this.mirroring;
    this.mirroring = true;
    this.host.mirror(viewer, place && { x: place[0], y: place[1] });
    this.mirroring = was;
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
