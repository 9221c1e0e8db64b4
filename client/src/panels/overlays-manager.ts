import { Emitter } from '../base/emitter';
import type { OverlayState } from '../core/state';
import type { LayerHandle, Viewer } from '../core/viewer';
import { CatalogLayer, type Sources } from '../overlay/catalog-layer';
import { RegionLayer } from '../overlay/region-layer';
import { type CatalogDefinition, catalogFor } from '../vo/catalogs';
import { epochOf } from '../vo/epoch';
import { type Content, readContent } from '../vo/read';
import { cellText, type Table, TableError } from '../vo/table';
import { askCatalog } from '../vo/vizier';
import { fieldInView, sourcesOf } from './catalog-sources';

/** What a pop-up tells of a source or a region. */
export interface Told {
  readonly title: string;
  readonly rows: readonly (readonly [name: string, value: string])[];
  readonly x: number;
  readonly y: number;
  readonly link: string;
}

/** One line of the list: a catalogue or a set of regions, on its way or on the map. */
export interface Overlay {
  readonly key: number;
  readonly kind: 'catalog' | 'regions';
  /** As in the state: a catalogue, a table of VizieR, a URL; the name of a dropped file. */
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
  layer: CatalogLayer | RegionLayer | null;
  handle: LayerHandle | null;
  abort: AbortController | null;
  tell: (item: number) => Told | null;
}

/** Rows asked of a service at once. */
export const LIMIT = 10_000;

const FILE_COLORS = ['#ffd24d', '#4dd2ff', '#ff7ac6', '#8dff6e', '#ffa04d', '#b59bff'];

/** Everything drawn over the image that comes from catalogues and region files. One for each viewer. */
export class OverlayManager {
  private readonly events = new Emitter<{ change: undefined; pick: Told | null }>();
  private entries: readonly Entry[] = [];
  private next = 1;

  constructor(private readonly viewer: Viewer) {
    viewer.on('click', ({ picked }) => this.clicked(picked?.layer, picked?.item));
    viewer.on('image', () => this.clear());
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

  /** The field in view from a catalogue. */
  async addCatalog(id: string, color = ''): Promise<void> {
    const definition = catalogFor(id);
    const entry = this.add({
      kind: 'catalog',
      id,
      title: definition.title,
      color: color || definition.color,
      local: false,
    });
    const abort = new AbortController();
    entry.abort = abort;
    this.save();
    try {
      const field = fieldInView(this.viewer);
      if (!field) throw new TableError(`${definition.title}: this image has no sky coordinates`);
      const epoch = definition.table ? null : await this.epoch();
      const { table, cut } = await askCatalog(definition, { field, limit: LIMIT, signal: abort.signal, epoch });
      this.showTable(entry, table, definition);
      if (cut) entry.note = `only the ${LIMIT.toLocaleString('en')} brightest of this field`;
      if (table.length === 0) entry.note = 'nothing in this field';
    } catch (error) {
      this.failed(entry, error, abort.signal.aborted);
    }
    this.changed();
  }

  /** A dropped or chosen file. */
  async addFile(file: File): Promise<void> {
    try {
      this.addContent(readContent(new Uint8Array(await file.arrayBuffer()), file.name), file.name, true);
    } catch (error) {
      this.viewer.notify(messageOf(error, file.name), { kind: 'error' });
    }
  }

  /** Regions or a catalogue that the site offers at an address. */
  async addUrl(url: string, color = ''): Promise<void> {
    try {
      const response = await fetch(url);
      if (!response.ok) throw new TableError(`${url} answered ${response.status}`);
      const content = readContent(new Uint8Array(await response.arrayBuffer()), url);
      this.addContent(content, url, false, color);
    } catch (error) {
      this.viewer.notify(messageOf(error, url), { kind: 'error' });
    }
  }

  private addContent(content: Content, name: string, local: boolean, color = ''): void {
    const usual = FILE_COLORS[(this.next - 1) % FILE_COLORS.length] as string;
    const title = name.split('/').pop() || name;
    const entry = this.add({ kind: content.kind, id: name, title, color: color || usual, local });
    try {
      if (content.kind === 'catalog') {
        this.showTable(entry, content.table, null);
      } else {
        this.showRegions(entry, content);
      }
    } catch (error) {
      this.failed(entry, error, false);
    }
    this.save();
    this.changed();
  }

  private showTable(entry: Entry, table: Table, definition: CatalogDefinition | null): void {
    const { sources, missing } = sourcesOf(this.viewer, table, definition);
    const layer = new CatalogLayer(`overlay-${entry.key}`, sources, entry.color);
    entry.tell = (row) => tellRow(table, row, sources, definition);
    entry.note = missing > 0 ? `${missing} outside the image’s projection or without a position` : '';
    this.put(entry, layer);
  }

  private showRegions(entry: Entry, { shapes, warnings }: Extract<Content, { kind: 'regions' }>): void {
    const layer = new RegionLayer(`overlay-${entry.key}`, shapes, this.viewer, entry.color);
    entry.tell = (item) => {
      const [shape, at] = [layer.shape(item), layer.anchor(item)];
      if (!shape || !at) return null;
      const title = shape.text || shape.geometry.kind;
      return { title, rows: [['shape', shape.geometry.kind], ...shape.properties], ...at, link: '' };
    };
    const lost = shapes.length - layer.length;
    entry.note = [...warnings, lost > 0 ? `${lost} outside the image’s projection` : ''].filter(Boolean).join('; ');
    this.put(entry, layer);
  }

  private put(entry: Entry, layer: CatalogLayer | RegionLayer): void {
    if (!this.entries.includes(entry)) return;
    entry.layer = layer;
    entry.count = layer.length;
    entry.abort = null;
    entry.handle = this.viewer.map.addLayer(layer);
    if (!entry.shown) entry.handle.setShown(false);
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
      if (entry.layer) entry.layer.color = color;
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
    this.edit(key, (entry) => {
      entry.abort?.abort();
      entry.handle?.remove();
      this.entries = this.entries.filter((one) => one !== entry);
      this.events.emit('pick', null);
    });
  }

  /** What the address or a saved session asks for and is not there yet. */
  restore(wanted: readonly OverlayState[]): void {
    for (const { kind, id, color } of wanted) {
      if (this.entries.some((entry) => entry.id === id)) continue;
      if (kind === 'catalog') void this.addCatalog(id, color);
      if (kind === 'regions') void this.addUrl(id, color);
    }
  }

  /** Another image: catalogues and regions belong to the old one's pixels. */
  private clear(): void {
    for (const entry of this.entries) {
      entry.abort?.abort();
      entry.handle?.remove();
    }
    const kept = this.viewer.state.value.overlays;
    this.entries = [];
    this.events.emit('pick', null);
    this.restore(kept);
    this.changed();
  }

  private add(given: Pick<Overlay, 'kind' | 'id' | 'title' | 'color' | 'local'>): Entry {
    const entry: Entry = {
      ...given,
      key: this.next++,
      shown: true,
      count: null,
      note: '',
      layer: null,
      handle: null,
      abort: null,
      tell: () => null,
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
    for (const entry of this.entries) {
      const chosen = entry.layer !== null && entry.layer === layer && typeof item === 'number';
      entry.layer?.select(chosen ? item : -1);
      entry.handle?.redraw();
    }
    const entry = this.entries.find((one) => one.layer !== null && one.layer === layer);
    this.events.emit('pick', entry && typeof item === 'number' ? entry.tell(item) : null);
  }

  private async epoch(): Promise<{ jd: number; observatory: string } | null> {
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

function tellRow(table: Table, row: number, { x, y }: Sources, definition: CatalogDefinition | null): Told {
  const name =
    table.columns.find((column) => column.name === definition?.name) ??
    table.columns.find(
      ({ name: title, values }) => /^(name|id|source|designation)$/i.test(title) && Array.isArray(values),
    );
  const rows = table.columns
    .map((column) => [column.unit ? `${column.name} (${column.unit})` : column.name, cellText(column, row)] as const)
    .filter(([, value]) => value !== '');
  const title = (name && cellText(name, row)) || `Row ${row + 1}`;
  const link = definition?.table && name ? vizierLink(definition, title) : '';
  return { title, rows, x: x[row] ?? 0, y: y[row] ?? 0, link };
}

const vizierLink = ({ table, name }: CatalogDefinition, id: string): string =>
  `https://vizier.cds.unistra.fr/viz-bin/VizieR-5?-source=${encodeURIComponent(table)}&${encodeURIComponent(name)}=${encodeURIComponent(id)}`;
