import { Emitter } from '../base/emitter';
import { t } from '../base/i18n';
import { isAbort } from '../core/api';
import { Latest } from '../core/latest';
import type { OverlayState } from '../core/state';
import type { LayerHandle, Point, ToolEvent, Viewer } from '../core/viewer';
import { MarkLayer } from '../overlay/mark-layer';
import type { PlotData } from '../plots/plot';
import { angleText } from './labels';
import { type ProfileAnswer, profilePlot, type SpectrumAnswer, spectrumPlot } from './plots-data';

export type PlotKind = 'profile' | 'spectrum';

/** A line or a point on the map, with its plot. */
export interface PlotEntry {
  readonly key: number;
  readonly kind: PlotKind;
  readonly points: readonly Point[];
  readonly title: string;
  readonly data: PlotData | null;
  /** Image pixels of the positions of a profile, to mark the one under the pointer. */
  readonly places: readonly Point[];
}

interface Question {
  readonly key: number;
  readonly kind: PlotKind;
  readonly points: readonly Point[];
}

const COLOR = '#ffcf4d';

/** Profiles and spectra of a viewer: tools on the map, lines that stay, plots that follow the hand. */
export class PlotManager {
  private readonly events = new Emitter<{ change: undefined }>();
  private readonly layer = new MarkLayer();
  private handle: LayerHandle | null = null;
  private entries: readonly PlotEntry[] = [];
  private open = 0;
  private next = 1;
  private inHand: PlotKind | null = null;
  private dropTool: () => void = () => undefined;
  private readonly asked = new Latest<Question, ProfileAnswer | SpectrumAnswer>(
    (question) => this.ask(question),
    (answer, question) => this.answered(answer, question),
    (error) => {
      if (!isAbort(error))
        this.viewer.notify(t('No plot: {reason}', { reason: error instanceof Error ? error.message : String(error) }), {
          kind: 'error',
        });
    },
  );

  constructor(private readonly viewer: Viewer) {
    viewer.on('image', () => this.reset());
    viewer.on('click', ({ picked }) => {
      if (picked?.layer === this.layer && typeof picked.item === 'number') this.choose(picked.item);
    });
    viewer.state.watch(
      ({ display }) => [display.mode, display.channel, display.color],
      () => this.chosen?.kind === 'profile' && this.request(this.chosen),
    );
    viewer.state.watch(
      ({ overlays, plot }) => [overlays, plot.open],
      (_, { source }) => source !== 'user' && this.restore(),
    );
    viewer.state.watch(
      ({ plot }) => plot.interpolate,
      () => this.chosen?.kind === 'profile' && this.request(this.chosen),
    );
    viewer.element.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || !this.inHand) return;
      event.preventDefault();
      this.take(null);
    });
    this.restore();
  }

  get list(): readonly PlotEntry[] {
    return this.entries;
  }

  /** The one whose plot is open. */
  get chosen(): PlotEntry | null {
    return this.entries.find((entry) => entry.key === this.open) ?? null;
  }

  get tool(): PlotKind | null {
    return this.inHand;
  }

  get interpolate(): boolean {
    return this.viewer.state.value.plot.interpolate;
  }

  set interpolate(value: boolean) {
    this.viewer.state.set({ plot: { interpolate: value } });
  }

  onChange(listener: () => void): () => void {
    return this.events.on('change', listener);
  }

  /** Take a tool in hand, or put it back. */
  take(kind: PlotKind | null): void {
    this.dropTool();
    this.inHand = kind;
    if (kind) this.dropTool = this.viewer.map.setTool(this.toolFor(kind));
    this.changed();
  }

  private toolFor(kind: PlotKind): Parameters<Viewer['map']['setTool']>[0] {
    let key = 0;
    return {
      cursor: 'crosshair',
      down: (at: ToolEvent) => {
        if (at.original.button !== 0) return false;
        key = this.add(kind, kind === 'profile' ? [at, at] : [at]);
        return true;
      },
      move: (at: ToolEvent) => this.drag(key, kind, at),
      up: (at: ToolEvent) => {
        this.drag(key, kind, at);
        this.finish(key);
      },
      cancel: () => this.remove(key),
    };
  }

  private drag(key: number, kind: PlotKind, at: Point): void {
    const entry = this.entries.find((one) => one.key === key);
    const start = entry?.points[0];
    if (!start) return;
    this.move(key, kind === 'profile' ? [start, at] : [at]);
  }

  /** A click without a drag makes no line; a tool is for one use. */
  private finish(key: number): void {
    const entry = this.entries.find((one) => one.key === key);
    this.take(null);
    if (entry?.kind === 'profile' && lengthOf(entry.points) < 1) this.remove(key);
    this.save();
  }

  add(kind: PlotKind, points: readonly Point[]): number {
    const key = this.next++;
    const entry: PlotEntry = { key, kind, points: points.map(plain), title: '', data: null, places: [] };
    this.entries = [...this.entries, { ...entry, title: this.titleOf(entry) }];
    this.show(key);
    return key;
  }

  /** Across the middle of the view, or at its centre: for keyboards. */
  addInView(kind: PlotKind): void {
    const { center, view } = this.viewer.map;
    const [x1, , x2] = view.box;
    const { image } = this.viewer;
    if (!image) return;
    const [left, right] = [Math.max(1, x1), Math.min(image.width, x2)];
    const line = [
      { x: left, y: center.y },
      { x: right, y: center.y },
    ];
    this.add(kind, kind === 'profile' ? line : [center]);
    this.save();
  }

  /** `done`: the hand is off, and the new place part of the state. */
  move(key: number, points: readonly Point[], done = false): void {
    const entry = this.entries.find((one) => one.key === key);
    if (!entry) return;
    const moved = { ...entry, points: points.map(plain) };
    this.replace({ ...moved, title: this.titleOf(moved) });
    this.request(moved);
    if (done) this.save();
  }

  /** Opens the plot of a line or a point. */
  choose(key: number): void {
    this.show(key);
    this.save();
  }

  private show(key: number): void {
    this.open = key;
    const entry = this.chosen;
    if (entry) this.request(entry);
    this.changed();
  }

  close(): void {
    this.hide();
    this.save();
  }

  private hide(): void {
    this.open = 0;
    this.spot(null);
    this.changed();
  }

  remove(key: number): void {
    this.entries = this.entries.filter((one) => one.key !== key);
    if (this.open === key) this.hide();
    this.save();
    this.changed();
  }

  /** Mark a position of the open profile on the map. */
  spot(index: number | null): void {
    this.layer.spot = index === null ? null : (this.chosen?.places[index] ?? null);
    this.handle?.redraw();
  }

  private request(entry: PlotEntry): void {
    const { key, kind, points } = entry;
    this.asked.request({ key, kind, points });
  }

  private ask({ kind, points }: Question): Promise<ProfileAnswer | SpectrumAnswer> {
    const { api, image } = this.viewer;
    const [a, b] = points.map(({ x, y }) => [x, y] as const);
    if (!image || !a) return Promise.reject(new Error(t('no image is open')));
    if (kind === 'spectrum')
      return api.spectrum<SpectrumAnswer>(image.id, { at: [Math.round(a[0]), Math.round(a[1])] });
    const channel = this.viewer.shownChannels();
    return api.profile<ProfileAnswer>(image.id, a, b ?? a, { channel, interpolate: this.interpolate ? 1 : 0 });
  }

  private answered(answer: ProfileAnswer | SpectrumAnswer, { key, points }: Question): void {
    const entry = this.entries.find((one) => one.key === key);
    const { image, state } = this.viewer;
    if (!entry || !image) return;
    if ('distance' in answer) {
      const { display } = state.value;
      const colors = display.mode === 'color' ? display.color : [];
      const places = answer.x.map((x, k) => ({ x, y: answer.y[k] ?? 0 }));
      this.replace({ ...entry, data: profilePlot(answer, image, colors, (x, y) => this.viewer.skyAt(x, y)), places });
    } else {
      const [at] = points;
      this.replace({
        ...entry,
        data: spectrumPlot(answer, at ? t('Pixel {x}, {y}', { x: Math.round(at.x), y: Math.round(at.y) }) : ''),
      });
    }
  }

  private replace(entry: PlotEntry): void {
    this.entries = this.entries.map((one) => (one.key === entry.key ? { ...one, ...entry } : one));
    this.changed();
  }

  private titleOf({ kind, points }: PlotEntry): string {
    const [a, b] = points;
    if (!a) return '';
    if (kind === 'spectrum' || !b) return t('Pixel {x}, {y}', { x: Math.round(a.x), y: Math.round(a.y) });
    return this.lengthText(a, b);
  }

  /** Length on the sky, else in pixels. */
  private lengthText(a: Point, b: Point): string {
    const [p, q] = [this.viewer.skyAt(a.x, a.y), this.viewer.skyAt(b.x, b.y)];
    return p && q ? angleText(separation(p, q)) : t('{length} pixels', { length: lengthOf([a, b]).toFixed(1) });
  }

  private changed(): void {
    this.layer.marks = this.entries.map(({ key, points, kind, title }) => ({
      key,
      points,
      color: COLOR,
      label: kind === 'profile' ? title : '',
      chosen: key === this.open,
    }));
    if (this.entries.length > 0) this.handle ??= this.viewer.map.addLayer(this.layer);
    this.handle?.redraw();
    this.events.emit('change', undefined);
  }

  private save(): void {
    const { state } = this.viewer;
    const others = state.value.overlays.filter(({ kind }) => kind !== 'profile' && kind !== 'spectrum');
    const own = this.entries.map((entry) => ({ kind: entry.kind, id: idOf(entry), color: '', shown: true }));
    const { chosen } = this;
    const open = chosen ? `${chosen.kind}:${idOf(chosen)}` : '';
    state.set({ overlays: [...others, ...own], plot: { open } });
  }

  /** Exactly the lines and points that the state names: an address, a session, a step back. */
  restore(): void {
    if (!this.viewer.image) return;
    const wanted = this.viewer.state.value.overlays.flatMap(wantedPlot);
    const kept = this.entries.filter((entry) => wanted.some((one) => isSame(entry, one)));
    const missing = wanted.filter((one) => !kept.some((entry) => isSame(entry, one)));
    if (kept.length < this.entries.length) {
      this.entries = kept;
      this.layer.spot = null;
      this.changed();
    }
    for (const { kind, points } of missing) this.add(kind, points);
    this.restoreOpen();
  }

  /** The plot that the state says is open, or none. */
  private restoreOpen(): void {
    const [, kind = '', id = ''] = /^(\w+):(.*)$/.exec(this.viewer.state.value.plot.open) ?? [];
    const [wanted] = wantedPlot({ kind, id });
    const entry = wanted && this.entries.find((one) => isSame(one, wanted));
    if (!entry) this.hide();
    else if (entry.key !== this.open || !entry.data) this.show(entry.key);
  }

  private reset(): void {
    this.take(null);
    this.entries = [];
    this.open = 0;
    this.layer.spot = null;
    this.restore();
    this.changed();
  }
}

/** A profile or a spectrum as the state names it; nothing for what is no pair (or two) of numbers. */
function wantedPlot({ kind, id }: Pick<OverlayState, 'kind' | 'id'>): { kind: PlotKind; points: Point[] }[] {
  if (kind !== 'profile' && kind !== 'spectrum') return [];
  const [x1 = Number.NaN, y1 = Number.NaN, x2 = Number.NaN, y2 = Number.NaN] = id.split(',').map(Number);
  const points = kind === 'profile' ? [point(x1, y1), point(x2, y2)] : [point(x1, y1)];
  return points.every(({ x, y }) => Number.isFinite(x + y)) ? [{ kind, points }] : [];
}

const point = (x: number, y: number): Point => ({ x, y });

/** As the state names it, so that what is drawn now is what an address draws. */
const plain = ({ x, y }: Point): Point => point(round(x), round(y));
const round = (value: number): number => Number(value.toFixed(2));

function lengthOf([a, b]: readonly Point[]): number {
  return a && b ? Math.hypot(b.x - a.x, b.y - a.y) : 0;
}

type Place = Pick<PlotEntry, 'kind' | 'points'>;

const idOf = ({ points }: Place): string => points.map(({ x, y }) => `${round(x)},${round(y)}`).join(',');

const isSame = ({ kind, points: a }: Place, { kind: other, points: b }: Place): boolean =>
  kind === other &&
  a.length === b.length &&
  a.every(({ x, y }, k) => Math.abs(x - (b[k]?.x ?? 0)) < 0.01 && Math.abs(y - (b[k]?.y ?? 0)) < 0.01);

/** Angle between two positions in degrees, as arcsec. */
function separation([lon1, lat1]: readonly [number, number], [lon2, lat2]: readonly [number, number]): number {
  const rad = Math.PI / 180;
  const half = (angle: number): number => Math.sin((angle * rad) / 2) ** 2;
  const chord = half(lat2 - lat1) + Math.cos(lat1 * rad) * Math.cos(lat2 * rad) * half(lon2 - lon1);
  return (2 * Math.asin(Math.min(1, Math.sqrt(chord))) * 3600) / rad;
}

const managers = new WeakMap<Viewer, PlotManager>();

export function plotsOf(viewer: Viewer): PlotManager {
  const there = managers.get(viewer);
  if (there) return there;
  const made = new PlotManager(viewer);
  managers.set(viewer, made);
  return made;
}
