import { css, html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { mark, t, translated } from '../base/i18n';
import { isAbort, type ListedImage } from '../core/api';
import type { CompareState } from '../core/state';
import { type ChangeEvent, element } from '../ui/base';
import '../ui/button';
import '../ui/choice';
import type { Option } from '../ui/choice';
import '../ui/list';
import type { ListItem } from '../ui/list';
import '../ui/number';
import { formatBytes } from '../ui/numbers';
import '../ui/search';
import '../ui/section';
import '../ui/toast';
import { PanelBase } from './base';
import { openDropped, takesFiles } from './dropped';
import { fileOf, folderOf } from './hdus';

const PAGE = 200;
const THUMBNAIL = 112;
const TYPING = 220;
/** Beside the first one; each is a whole viewer. */
const MOST_COMPARED = 8;

const COMPARE: readonly Option<CompareState['mode']>[] = [
  { value: 'none', label: mark('Open'), hint: mark('A click opens the image') },
  { value: 'side', label: mark('Beside'), hint: mark('Several images side by side, locked on the sky') },
  { value: 'blink', label: mark('Blink'), hint: mark('Several images in turn at the same place; b shows the next') },
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
      .compare ~ .note {
        margin: 6px 0 0;
      }
      .compare + .row {
        margin-top: 8px;
      }
      .row vm-number {
        flex: 1;
      }
      .own {
        padding-top: 8px;
      }
      .own vm-button {
        width: 100%;
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
  @state() private takesFiles = false;
  private timer = 0;
  private asking: AbortController | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.listing) return;
    this.directory = folderOf(this.viewer.image?.id ?? '');
    void this.load(0);
    void takesFiles(this.viewer).then((taken) => {
      this.takesFiles = taken;
    });
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
        label=${this.directory ? t('Search in {directory}', { directory: this.directory }) : t('Search all images')}
        .value=${this.text}
        .found=${this.text && this.listing?.search === this.text ? String(this.listing.total) : ''}
        @vm-change=${this.onSearch}
      ></vm-search>
      ${this.compare()}
      <nav aria-label=${t('Folder')}>
        <vm-button
          kind="quiet"
          icon="chevronUp"
          label=${t('Folder above')}
          .disabled=${!this.directory}
          @click=${() => this.go(this.directory.split('/').slice(0, -1).join('/'))}
        ></vm-button>
        <span class="where note"><bdi>${this.directory || t('Data folder')}</bdi></span>
        <vm-button kind="quiet" icon="refreshCw" label=${t('Read the folder again')} @click=${() => this.load(0)}></vm-button>
      </nav>
      ${this.refused ? html`<vm-banner inset kind="error" .message=${this.refused}></vm-banner>` : nothing}
      ${this.problem ? html`<vm-banner inset kind="error" .message=${this.problem}></vm-banner>` : this.list()}
      ${this.takesFiles ? this.chooser() : nothing}`;
  }

  /** What a click on an image does: open it, or show it together with the one that is open. */
  private compare(): TemplateResult | typeof nothing {
    const { image, state: store } = this.viewer;
    if (!image) return nothing;
    const { mode, images } = store.value.compare;
    return html`<vm-segmented
        class="compare"
        label=${t('A click on an image')}
        .value=${mode}
        .options=${translated(COMPARE)}
        @vm-change=${(event: ChangeEvent<CompareState['mode']>) =>
          store.set({
            compare: {
              ...store.value.compare,
              mode: event.detail.value,
              images: event.detail.value === 'none' ? [] : images,
            },
          })}
      ></vm-segmented>
      ${mode === 'blink' ? this.blinking() : nothing}
      ${
        mode === 'none'
          ? nothing
          : html`<p class="note">
              ${
                mode === 'side'
                  ? t('Tick the images to show beside {name}; they follow it on the sky.', { name: image.name })
                  : t('Tick the images to show in turn with {name}; they follow it on the sky.', { name: image.name })
              }
            </p>`
      }`;
  }

  private blinking(): TemplateResult {
    const { state: store } = this.viewer;
    const { compare } = store.value;
    const set = (rate: number): void => store.set({ compare: { ...compare, rate } });
    return html`<div class="row">
      <vm-button
        toggle
        icon=${compare.rate > 0 ? 'pause' : 'play'}
        label=${compare.rate > 0 ? t('Pause: the next image comes with b or Tab') : t('Blink by itself')}
        @click=${() => set(compare.rate > 0 ? 0 : 1)}
      ></vm-button>
      <vm-number
        label=${t('Images per second')}
        unit=${t('per s')}
        hint=${t('How many images are shown in a second; 0: by hand')}
        .value=${compare.rate}
        .min=${0}
        .max=${20}
        .step=${0.5}
        @vm-change=${(event: ChangeEvent<number>) => set(event.detail.value)}
      ></vm-number>
    </div>`;
  }

  private chooser(): TemplateResult {
    return html`<div class="own">
      <vm-button
        icon="upload"
        hint=${t('FITS files of this computer; they may also be dropped on the page')}
        @click=${() => this.renderRoot.querySelector<HTMLInputElement>('.file')?.click()}
      >${t('Open a file of this computer')}</vm-button>
      <input class="file" type="file" multiple tabindex="-1" aria-hidden="true" @change=${this.onFiles} />
    </div>`;
  }

  private readonly onFiles = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = '';
    if (files.length > 0) void openDropped(this.viewer, files);
  };

  private list(): TemplateResult {
    const { listing } = this;
    if (!listing) return html`<p class="note">${t('Reading the folder…')}</p>`;
    if (listing.images.length === 0 && listing.directories.length === 0) return this.empty(listing);
    return html`<vm-list
      label=${t('Images')}
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
      return html`<vm-empty icon="search" label=${t('No image is called “{search}”', { search })}>
        ${
          directory
            ? t('The search looks at names of files and folders below {directory}.', { directory })
            : t('The search looks at names of files and folders.')
        }
      </vm-empty>`;
    }
    return html`<vm-empty icon="folderOpen" label=${t('No images here')}>
      ${
        directory
          ? t('FITS files in this folder appear here: .fits, .fit, .fts, also compressed as .fz, .gz or .bz2.')
          : t(
              'FITS files in the server’s data folder appear here: .fits, .fit, .fts, also compressed as .fz, .gz or .bz2.',
            )
      }
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
    const { images } = store.value.compare;
    if (id === image?.id) return;
    const next = images.includes(id) ? images.filter((one) => one !== id) : [...images, id];
    if (next.length > MOST_COMPARED)
      this.viewer.notify(t('At most {count} images are compared at once', { count: MOST_COMPARED + 1 }));
    else store.set({ compare: { ...store.value.compare, images: next } });
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
