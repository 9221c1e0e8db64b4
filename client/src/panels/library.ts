import { css, html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { isAbort, type ListedImage } from '../core/api';
import type { CompareState } from '../core/state';
import { type ChangeEvent, element } from '../ui/base';
import '../ui/button';
import '../ui/choice';
import type { Option } from '../ui/choice';
import '../ui/list';
import type { ListItem } from '../ui/list';
import { formatBytes } from '../ui/numbers';
import '../ui/search';
import '../ui/section';
import '../ui/toast';
import { PanelBase } from './base';
import { fileOf } from './hdus';

const PAGE = 200;
const THUMBNAIL = 112;
const TYPING = 220;
/** Beside the first one; each is a whole viewer. */
const MOST_COMPARED = 8;

const COMPARE: readonly Option<CompareState['mode']>[] = [
  { value: 'none', label: 'Open', hint: 'A click opens the image' },
  { value: 'side', label: 'Beside', hint: 'Several images side by side, locked on the sky' },
  { value: 'blink', label: 'Blink', hint: 'Several images in turn at the same place; b shows the next' },
];

/** What lies in a folder of the server's data, as far as it has been asked for. */
interface Listing {
  readonly directory: string;
  readonly search: string;
  readonly directories: readonly string[];
  readonly images: readonly ListedImage[];
  readonly total: number;
}

/** The images the server offers: folders, search, thumbnails. */
@element('vm-library-panel')
export class LibraryPanel extends PanelBase {
  static override styles = [
    ...PanelBase.styles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 320px;
        height: calc(100vh - 140px);
        max-height: 720px;
      }
      nav {
        display: flex;
        align-items: center;
        gap: 4px;
        min-height: var(--vm-target);
        margin: 4px 0 4px -6px;
      }
      .where {
        flex: 1;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        direction: rtl;
        text-align: left;
      }
      .where bdi {
        direction: ltr;
      }
      vm-list {
        flex: 1;
        margin: 0 -8px;
      }
      .compare {
        margin: 8px 0 0;
      }
      .compare + .note {
        margin: 6px 0 0;
      }
      vm-banner {
        margin: 4px 0 8px;
      }
    `,
  ];

  @state() private listing: Listing | null = null;
  @state() private directory = '';
  @state() private text = '';
  @state() private problem = '';
  @state() private refused = '';
  @state() private opening = '';
  private timer = 0;
  private asking: AbortController | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.listing) return;
    const id = this.viewer.image?.id ?? '';
    this.directory = fileOf(id).split('/').slice(0, -1).join('/');
    void this.load(0);
  }

  private async load(offset: number): Promise<void> {
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    const { directory, text } = this;
    try {
      const page = await this.viewer.api.images(
        { directory, search: text, offset, limit: PAGE },
        { signal: asking.signal },
      );
      const before = offset > 0 ? (this.listing?.images ?? []) : [];
      const { directories, total } = page;
      this.listing = { directory, search: text, directories, images: [...before, ...page.images], total };
      this.problem = '';
    } catch (error) {
      if (!isAbort(error)) this.problem = error instanceof Error ? error.message : String(error);
    } finally {
      if (this.asking === asking) this.asking = null;
    }
  }

  private readonly more = (): void => {
    const { listing } = this;
    if (listing && !this.asking && listing.images.length < listing.total) void this.load(listing.images.length);
  };

  override render(): TemplateResult {
    return html`<vm-search
        label=${this.directory ? `Search in ${this.directory}` : 'Search all images'}
        .value=${this.text}
        .found=${this.text && this.listing?.search === this.text ? String(this.listing.total) : ''}
        @vm-change=${this.onSearch}
      ></vm-search>
      ${this.compare()}
      <nav aria-label="Folder">
        <vm-button
          kind="quiet"
          icon="chevronUp"
          label="Folder above"
          .disabled=${!this.directory}
          @click=${() => this.go(this.directory.split('/').slice(0, -1).join('/'))}
        ></vm-button>
        <span class="where note"><bdi>${this.directory || 'Data folder'}</bdi></span>
        <vm-button kind="quiet" icon="refreshCw" label="Read the folder again" @click=${() => this.load(0)}></vm-button>
      </nav>
      ${this.refused ? html`<vm-banner inset kind="error" .message=${this.refused}></vm-banner>` : nothing}
      ${this.problem ? html`<vm-banner inset kind="error" .message=${this.problem}></vm-banner>` : this.list()}`;
  }

  /** What a click on an image does: open it, or show it together with the one that is open. */
  private compare(): TemplateResult | typeof nothing {
    const { image, state: store } = this.viewer;
    if (!image) return nothing;
    const { mode, images } = store.value.compare;
    return html`<vm-segmented
        class="compare"
        label="A click on an image"
        .value=${mode}
        .options=${COMPARE}
        @vm-change=${(event: ChangeEvent<CompareState['mode']>) =>
          store.set({ compare: { mode: event.detail.value, images: event.detail.value === 'none' ? [] : images } })}
      ></vm-segmented>
      ${
        mode === 'none'
          ? nothing
          : html`<p class="note">
              Tick the images to show ${mode === 'side' ? 'beside' : 'in turn with'} ${image.name}; they follow it on the
              sky.
            </p>`
      }`;
  }

  private list(): TemplateResult {
    const { listing } = this;
    if (!listing) return html`<p class="note">Reading the folder…</p>`;
    if (listing.images.length === 0 && listing.directories.length === 0) return this.empty(listing);
    return html`<vm-list
      label="Images"
      .items=${this.items(listing)}
      .value=${live(this.opening || (this.viewer.image ? fileOf(this.viewer.image.id) : ''))}
      .marked=${this.viewer.state.value.compare.images}
      .rowHeight=${56}
      .filters=${false}
      @vm-change=${this.onChoose}
      @vm-more=${this.more}
    ></vm-list>`;
  }

  private empty({ search, directory }: Listing): TemplateResult {
    if (search) {
      return html`<vm-empty icon="search" label="No image is called “${search}”">
        The search looks at names of files and folders${directory ? ` below ${directory}` : ''}.
      </vm-empty>`;
    }
    return html`<vm-empty icon="folderOpen" label="No images here">
      FITS files in ${directory ? 'this folder' : 'the server’s data folder'} appear here: .fits, .fit, .fts, also
      compressed as .fz, .gz or .bz2.
    </vm-empty>`;
  }

  private items({ directory, directories, images }: Listing): ListItem[] {
    const folders = directories.map((name) => ({
      id: `/${join(directory, name)}`,
      label: name,
      icon: 'folder' as const,
      image: '',
    }));
    return [...folders, ...images.map((image) => this.item(image))];
  }

  private item({ id, name, bytes, modified }: ListedImage): ListItem {
    return {
      id,
      label: name,
      detail: `${formatBytes(bytes)} · ${dateText(modified)}`,
      image: this.viewer.api.url(`images/${encodeURIComponent(id)}/view.jpg?size=${THUMBNAIL}&quality=80`),
    };
  }

  private readonly onSearch = (event: ChangeEvent<string>): void => {
    this.text = event.detail.value;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.load(0), event.detail.live ? TYPING : 0);
  };

  private go(directory: string): void {
    this.directory = directory;
    this.text = '';
    this.refused = '';
    void this.load(0);
  }

  private readonly onChoose = (event: ChangeEvent<string>): void => {
    const { value, live } = event.detail;
    if (live) return;
    if (value.startsWith('/')) this.go(value.slice(1));
    else if (this.viewer.state.value.compare.mode !== 'none') this.tick(value);
    else void this.openImage(value);
  };

  /** In or out of those that are compared. */
  private tick(id: string): void {
    const { image, state: store } = this.viewer;
    const { mode, images } = store.value.compare;
    if (id === image?.id) return;
    const next = images.includes(id) ? images.filter((one) => one !== id) : [...images, id];
    if (next.length > MOST_COMPARED) this.viewer.notify(`At most ${MOST_COMPARED + 1} images are compared at once`);
    else store.set({ compare: { mode, images: next } });
  }

  private async openImage(id: string): Promise<void> {
    this.opening = id;
    this.refused = '';
    try {
      await this.viewer.open(id);
    } catch (error) {
      const name = id.split('/').pop() ?? id;
      const reason = error instanceof Error ? error.message : String(error);
      this.refused = reason.includes(name) ? reason : `${name}: ${reason}`;
    } finally {
      this.opening = '';
    }
  }
}

const join = (directory: string, name: string): string => (directory ? `${directory}/${name}` : name);

function dateText(modified: number | string): string {
  const date = new Date(typeof modified === 'number' ? modified * 1000 : modified);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 10);
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-library-panel': LibraryPanel;
  }
}
