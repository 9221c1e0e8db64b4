import { Emitter } from '../base/emitter';
import { countText, t } from '../base/i18n';
import { palette } from '../base/palette';
import type { OverlayState } from '../core/state';
import type { LayerHandle, Viewer } from '../core/viewer';
import { type CatalogDefinition, catalogFor } from '../vo/catalogs';
import { type Epoch, epochOf } from '../vo/epoch';
import { type Content, readContent } from '../vo/read';
import { TableError } from '../vo/table';
import { askCatalog, type Field } from '../vo/vizier';
import { fieldInView } from './catalog-sources';
import { type Contents, type Drawing, drawingOf, type Told } from './overlay-drawing';
import { fieldFrom, fieldText } from './overlay-field';
import { coveredBoxes, type Place, placesIn, spoken, stepFrom, visibleBox } from './overlay-steps';

/** One line of the list: a catalogue or a set of regions, on its way or on the map. */
export interface Overlay {
  readonly key: number;
  readonly kind: 'catalog' | 'regions';
  /** As in the state: a catalogue and its field, a URL; the name of a dropped file. */
  readonly id: string;
  readonly title: string;
  color: string;
  shown: boolean;
  /** Null while it is on its way. */
  count: number | null;
  /** What the user should know: "the 10 000 brightest", "12 rows without a position". */
  note: string;
  /** True for dropped files, which no address can restore. */
  readonly local: boolean;
}

interface Entry extends Overlay {
  contents: Contents | null;
  drawing: Drawing | null;
  handle: LayerHandle | null;
  abort: AbortController | null;
  /** What is said of the contents, whatever image is open. */
  remark: string;
}

/** Rows asked of a service at once. */
export const LIMIT = 10_000;

const FILE_COLORS = Object.values(palette);

type Look = Pick<OverlayState, 'color' | 'shown'>;
const PLAIN: Look = { color: '', shown: true };

/** Everything drawn over the image that comes from catalogues and region files. One for each viewer. */
export class OverlayManager {
  private readonly events = new Emitter<{ change: undefined; pick: Told | null }>();
  private entries: readonly Entry[] = [];
  private next = 1;
  private picked: Place<Entry> | null = null;

  constructor(private readonly viewer: Viewer) {
    viewer.on('click', ({ picked }) => this.clicked(picked?.layer, picked?.item));
    viewer.on('image', () => this.anotherImage());
  }

  get list(): readonly Overlay[] {
    return this.entries;
  }

  onChange(listener: () => void): () => void {
    return this.events.on('change', listener);
  }

  onPick(listener: (told: Told | null) => void): () => void {
    return this.events.on('pick', listener);
  }

  /** A field (the one in view, if none is given) from a catalogue. */
  async addCatalog(id: string, look: Look = PLAIN, given: Field | null = null): Promise<void> {
    const definition = catalogFor(id);
    const { title } = definition;
    const field = given ?? fieldInView(this.viewer);
    if (!field) {
      this.viewer.notify(t('{title}: this image has no sky coordinates, or is out of view', { title }), {
        kind: 'error',
      });
      return;
    }
    const color = look.color || definition.color;
    const entry = this.add({ kind: 'catalog', id: `${id}@${fieldText(field)}`, title, color, local: false }, look);
    this.save();
    await this.ask(entry, definition, field);
  }

  private async ask(entry: Entry, definition: CatalogDefinition, field: Field): Promise<void> {
    const abort = new AbortController();
    entry.abort = abort;
    const progress = (bytes: number): void => {
      entry.note = t('{size} kB so far', { size: countText(Math.ceil(bytes / 1000)) });
      this.changed();
    };
    try {
      const epoch = definition.service === 'skybot' ? await this.epoch() : null;
      const question = { field, limit: LIMIT, signal: abort.signal, epoch, progress };
      const { table, cut } = await askCatalog(this.viewer.api, definition, question);
      entry.remark = cut ? cutText(definition) : table.length === 0 ? t('nothing in this field') : '';
      this.put(entry, { content: { kind: 'catalog', table }, definition, epoch });
    } catch (error) {
      this.failed(entry, error, abort.signal.aborted);
    }
    this.changed();
  }

  /** A dropped or chosen file. */
  async addFile(file: File): Promise<void> {
    try {
      const content = readContent(new Uint8Array(await file.arrayBuffer()), file.name);
      const given = { kind: content.kind, id: file.name, title: file.name, color: this.nextColor(), local: true };
      this.fill(this.add(given, PLAIN), content);
    } catch (error) {
      this.viewer.notify(messageOf(error, file.name), { kind: 'error' });
    }
  }

  /** Regions or a catalogue that the site offers at an address; `~name`: one that its server lists. */
  async addUrl(id: string, look: Look = PLAIN): Promise<void> {
    if (this.entries.some((entry) => entry.id === id)) return;
    const name = id.replace(/^~/, '');
    const title = name.split('/').pop() || name;
    const entry = this.add({ kind: 'regions', id, title, color: look.color || this.nextColor(), local: false }, look);
    const abort = new AbortController();
    entry.abort = abort;
    this.save();
    try {
      const url = id.startsWith('~') ? this.viewer.api.url(`overlays/${encodeURIComponent(name)}`) : id;
      const response = await fetch(url, { signal: abort.signal });
      if (!response.ok)
        throw new TableError(t('{name}: the server answered {status}', { name, status: response.status }));
      this.fill(entry, readContent(new Uint8Array(await response.arrayBuffer()), name));
    } catch (error) {
      this.failed(entry, error, abort.signal.aborted);
    }
  }

  private fill(entry: Entry, content: Content): void {
    try {
      this.put(entry, { content, definition: null, epoch: null });
    } catch (error) {
      this.failed(entry, error, false);
    }
    this.save();
    this.changed();
  }

  private nextColor(): string {
    return FILE_COLORS[(this.next - 1) % FILE_COLORS.length] as string;
  }

  /** Draw it, unless it was taken away in the meantime. */
  private put(entry: Entry, contents: Contents): void {
    entry.abort = null;
    if (!this.entries.includes(entry)) return;
    const drawing = drawingOf(this.viewer, `overlay-${entry.key}`, contents, entry.color);
    entry.handle?.remove();
    entry.contents = contents;
    entry.drawing = drawing;
    entry.count = drawing.layer.length;
    entry.note = [entry.remark, drawing.note].filter(Boolean).join('; ');
    entry.handle = this.viewer.map.addLayer(drawing.layer);
    if (!entry.shown) entry.handle.setShown(false);
    // What comes later in the list lies above, whichever answer came first.
    for (const later of this.entries.slice(this.entries.indexOf(entry) + 1)) later.handle?.toFront();
  }

  setShown(key: number, shown: boolean): void {
    this.edit(key, (entry) => {
      entry.shown = shown;
      entry.handle?.setShown(shown);
    });
  }

  setColor(key: number, color: string): void {
    this.edit(key, (entry) => {
      entry.color = color;
      if (entry.drawing) entry.drawing.layer.color = color;
      entry.handle?.redraw();
    });
  }

  toFront(key: number): void {
    this.edit(key, (entry) => {
      entry.handle?.toFront();
      this.entries = [...this.entries.filter((one) => one !== entry), entry];
    });
  }

  /** Takes an overlay away; one on its way is cancelled. */
  remove(key: number): void {
    this.edit(key, (entry) => this.take(entry));
  }

  private take(entry: Entry): void {
    entry.abort?.abort();
    entry.handle?.remove();
    this.entries = this.entries.filter((one) => one !== entry);
    this.events.emit('pick', null);
  }

  /** Makes the list what the address or a saved session says; dropped files stay. */
  restore(wanted: readonly OverlayState[]): void {
    if (!this.viewer.image) return;
    const own = wanted.filter(({ kind }) => kind === 'catalog' || kind === 'regions');
    for (const entry of this.entries) if (!entry.local && !own.some(({ id }) => id === entry.id)) this.take(entry);
    for (const one of own) {
      const there = this.entries.find((entry) => entry.id === one.id);
      if (there) this.look(there, one);
      else if (one.kind === 'regions') void this.addUrl(one.id, one);
      else this.restoreCatalog(one);
    }
    this.changed();
  }

  private look(entry: Entry, { color, shown }: OverlayState): void {
    entry.shown = shown;
    if (color) entry.color = color;
    if (entry.drawing) entry.drawing.layer.color = entry.color;
    entry.handle?.setShown(shown);
    entry.handle?.redraw();
  }

  /** `name@field`; without a field (as a person writes it), what is in view. */
  private restoreCatalog(one: OverlayState): void {
    const [, name = one.id, text = ''] = /^(.*)@([^@]*)$/.exec(one.id) ?? [];
    const field = fieldFrom(text);
    void this.addCatalog(field ? name : one.id, one, field);
  }

  /** Positions on the sky stay, their pixels change; what moves is asked anew. */
  private anotherImage(): void {
    this.events.emit('pick', null);
    for (const entry of this.entries) {
      if (!entry.contents) continue;
      try {
        if (entry.contents.definition?.service === 'skybot') this.take(entry);
        else this.put(entry, entry.contents);
      } catch (error) {
        this.failed(entry, error, false);
      }
    }
    this.restore(this.viewer.state.value.overlays);
  }

  private add(given: Pick<Overlay, 'kind' | 'id' | 'title' | 'color' | 'local'>, { shown }: Look): Entry {
    const entry: Entry = {
      ...given,
      key: this.next++,
      shown,
      count: null,
      note: '',
      remark: '',
      contents: null,
      drawing: null,
      handle: null,
      abort: null,
    };
    this.entries = [...this.entries, entry];
    this.changed();
    return entry;
  }

  private edit(key: number, change: (entry: Entry) => void): void {
    const entry = this.entries.find((one) => one.key === key);
    if (!entry) return;
    change(entry);
    this.save();
    this.changed();
  }

  private failed(entry: Entry, error: unknown, cancelled: boolean): void {
    entry.handle?.remove();
    this.entries = this.entries.filter((one) => one !== entry);
    this.save();
    if (!cancelled) this.viewer.notify(messageOf(error, entry.title), { kind: 'error' });
  }

  /** Only what an address can bring back is part of the state; what others draw there stays. */
  private save(): void {
    const { state } = this.viewer;
    const others = state.value.overlays.filter(({ kind }) => kind !== 'catalog' && kind !== 'regions');
    const own = this.entries
      .filter((entry) => !entry.local)
      .map(({ kind, id, color, shown }) => ({ kind, id, color, shown }));
    state.set({ overlays: [...own, ...others] });
  }

  private changed(): void {
    this.events.emit('change', undefined);
  }

  private clicked(layer: unknown, item: unknown): void {
    const of = this.entries.find(({ drawing }) => drawing !== null && drawing.layer === layer);
    this.pick(of && typeof item === 'number' && item >= 0 ? { of, item } : null);
  }

  private pick(place: Place<Entry> | null): Told | null {
    this.picked = place;
    for (const entry of this.entries) {
      if (!entry.drawing?.layer.select(entry === place?.of ? place.item : -1)) continue;
      entry.handle?.redraw();
    }
    const told = place?.of.drawing?.tell(place.item) ?? null;
    this.events.emit('pick', told);
    return told;
  }

  /** To the next source or region in view, or the one before; what it says is read aloud. */
  step(by: 1 | -1): void {
    const places = placesIn(this.entries, visibleBox(this.viewer), coveredBoxes(this.viewer));
    const index = stepFrom(places, this.picked, by);
    const place = places[index];
    if (!place) {
      this.viewer.notify(t('Nothing of a catalogue or of regions is in view'));
      return;
    }
    const told = this.pick(place);
    if (told) this.viewer.notify(spoken(told, place.of.title, index, places.length), { quiet: true });
  }

  private async epoch(): Promise<Epoch | null> {
    const { image, api } = this.viewer;
    return image ? epochOf((await api.header(image.id)).cards) : null;
  }
}

const managers = new WeakMap<Viewer, OverlayManager>();

export function overlaysOf(viewer: Viewer): OverlayManager {
  const there = managers.get(viewer);
  if (there) return there;
  const made = new OverlayManager(viewer);
  managers.set(viewer, made);
  return made;
}

function messageOf(error: unknown, name: string): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.includes(name) ? text : `${name}: ${text}`;
}

function cutText({ brightness }: CatalogDefinition): string {
  const count = countText(LIMIT);
  return brightness
    ? t('only the {count} brightest of this field', { count })
    : t('only the first {count} of this field', { count });
}
