import { css, html, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { mark, t, translated } from '../base/i18n';
import type { Box, ImageInfo } from '../core/api';
import { writeUrl } from '../core/url';
import type { Viewer } from '../core/viewer';
import { type ChangeEvent, element } from '../ui/base';
import '../ui/button';
import '../ui/choice';
import '../ui/section';
import '../ui/toast';
import { formatBytes } from '../ui/numbers';
import { PanelBase } from './base';
import { baseName } from './hdus';
import { placeInName } from './place';
import { copyText, saveBlob, saveUrl } from './save';
import './kept-views';
import { openSession, saveSession } from './session';
import { paintFrame } from './snapshot-frame';
import { encoded, type PictureType, withLayers } from './snapshot-layers';

type Extent = 'view' | 'image';
type Resolution = 'screen' | 'native';

/** A browser's canvas beyond this cannot be trusted; the server's limit is its own. */
const SCREEN_SIZE = 2048;
/** The usual limits of the server, where it does not tell its own. */
const PICTURE_PIXELS = 2 ** 24;
const CUTOUT_BYTES = 2 ** 30;

/** What is on screen, or the whole image, as a picture; the pixels in view as FITS. */
@element('vm-snapshot-panel')
export class SnapshotPanel extends PanelBase {
  static override styles = [
    ...PanelBase.styles,
    css`
      vm-segmented {
        margin-bottom: 8px;
      }
      .buttons {
        display: grid;
        grid-template-columns: 1fr auto auto;
        gap: 4px;
        margin: 8px 0 4px;
      }
    `,
  ];

  @state() private extent: Extent = 'view';
  @state() private resolution: Resolution = 'screen';
  @state() private type: PictureType = 'png';
  @state() private layers = true;
  @state() private frame = false;
  @state() private busy = false;

  protected override subscribe(): (() => void)[] {
    return [...super.subscribe(), this.viewer.on('view', ({ settled }) => settled && this.requestUpdate())];
  }

  override render(): TemplateResult {
    const { image } = this.viewer;
    if (!image) {
      return html`<vm-empty icon="camera" label=${t('No image is open')}>${t('Pictures and FITS cut-outs of an image are saved here.')}</vm-empty>`;
    }
    const onScreen = this.extent === 'view' && this.resolution === 'screen';
    return html`<vm-section label=${t('Picture')}>
        ${this.choice(t('Extent'), this.extent, translated(EXTENTS), (value) => {
          this.extent = value;
        })}
        ${this.choice(t('Resolution'), this.resolution, translated(RESOLUTIONS), (value) => {
          this.resolution = value;
        })}
        ${this.choice(t('Format'), this.type, translated(TYPES), (value) => {
          this.type = value;
        })}
        <vm-switch
          label=${t('With overlays')}
          hint=${t('Catalogues, regions, lines of plots, the graticule')}
          .value=${this.layers}
          @vm-change=${(event: ChangeEvent<boolean>) => {
            this.layers = event.detail.value;
          }}
        ></vm-switch>
        <vm-switch
          label=${t('With name, scale and colour bar')}
          .value=${onScreen && this.frame}
          .disabled=${!onScreen}
          @vm-change=${(event: ChangeEvent<boolean>) => {
            this.frame = event.detail.value;
          }}
        ></vm-switch>
        <div class="buttons">
          <vm-button kind="primary" icon="download" .busy=${this.busy} @click=${() => this.save(image)}>${t('Save picture')}</vm-button>
          <vm-button icon="copy" label=${t('Copy the view to the clipboard')} .disabled=${!onScreen} @click=${this.copy}></vm-button>
          <vm-button icon="printer" label=${t('Print the page')} @click=${() => window.print()}></vm-button>
        </div>
        <p class="note">${this.sizeText(image)}</p>
      </vm-section>
      ${this.cutOut(image)} ${this.session()}`;
  }

  private session(): TemplateResult {
    return html`<vm-section label=${t('Share')}>
      <p class="note">${t('The address of this page restores what you see; a session file does so without it.')}</p>
      <div class="chips">
        <vm-button icon="link" @click=${this.copyLink}>${t('Copy link')}</vm-button>
        <vm-button icon="download" hint=${t('Save what you see as a session file')} @click=${() => saveSession(this.viewer)}>${t('Session')}</vm-button>
        <vm-button icon="upload" hint=${t('Open a session file')} @click=${() => this.renderRoot.querySelector<HTMLInputElement>('.file')?.click()}>${t('Open')}</vm-button>
      </div>
      <input class="file" type="file" accept=".json,application/json" tabindex="-1" aria-hidden="true" @change=${this.onSession} />
    </vm-section>
    <vm-kept-views .viewer=${this.viewer}></vm-kept-views>`;
  }

  private readonly copyLink = async (): Promise<void> => {
    if (await copyText(linkTo(this.viewer))) this.viewer.notify(t('The link is on the clipboard'));
    else
      this.viewer.notify(t('The browser did not allow copying; copy the address of the page instead'), {
        kind: 'warning',
      });
  };

  private readonly onSession = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const [file] = input.files ?? [];
    input.value = '';
    if (file) void openSession(this.viewer, file);
  };

  private choice<T extends string>(
    label: string,
    value: T,
    options: readonly { value: T; label: string; hint?: string }[],
    take: (value: T) => void,
  ): TemplateResult {
    return html`<vm-segmented
      .label=${label}
      .value=${value}
      .options=${options}
      @vm-change=${(event: ChangeEvent<T>) => take(event.detail.value)}
    ></vm-segmented>`;
  }

  private cutOut(image: ImageInfo): TemplateResult {
    const box = viewBox(image, this.viewer.map.view.box);
    if (!box) {
      return html`<vm-section label=${t('FITS cut-out')}><p class="note">${t('The view shows no pixel of the image.')}</p></vm-section>`;
    }
    const [width, height] = sizeOf(box);
    const { length } = image.channels;
    const size = [width, height, ...(length > 1 ? [length] : [])].join(' × ');
    const bytes = width * height * length * (Math.abs(image.bitpix) / 8);
    const limit = this.viewer.service?.limits.cutout_bytes ?? CUTOUT_BYTES;
    return html`<vm-section label=${t('FITS cut-out')}>
      <p class="note">
        ${t('The pixels in view with their values and sky: {size}, {bytes}.', { size, bytes: formatBytes(bytes) })}
        ${bytes > limit ? t('That is more than this server gives at once ({limit}): zoom in.', { limit: formatBytes(limit) }) : ''}
      </p>
      <vm-button
        icon="scissors"
        hint=${t('Save the pixels in view as FITS')}
        .disabled=${bytes > limit}
        @click=${() => saveUrl(this.viewer.api.regionUrl(image, box, 'fits'), this.name(image, 'fits', 'view'))}
      >${t('Save as FITS')}</vm-button>
    </vm-section>`;
  }

  /** Width and height of the picture that would be saved, and by how much it is shrunk. */
  private size(image: ImageInfo): { width: number; height: number; shrink: number } {
    const { view } = this.viewer.map;
    if (this.resolution === 'screen') {
      if (this.extent === 'view') {
        return { width: Math.round(view.width * ratio()), height: Math.round(view.height * ratio()), shrink: 1 };
      }
      const scale = Math.min(1, SCREEN_SIZE / Math.max(image.width, image.height));
      return { width: Math.round(image.width * scale), height: Math.round(image.height * scale), shrink: 1 / scale };
    }
    const box = this.box(image);
    const [width, height] = box ? sizeOf(box) : [0, 0];
    const shrink = this.shrink(width, height);
    return { width: Math.ceil(width / shrink), height: Math.ceil(height / shrink), shrink };
  }

  private box(image: ImageInfo): Box | null {
    return this.extent === 'image' ? [1, 1, image.width, image.height] : viewBox(image, this.viewer.map.view.box);
  }

  /** The power of two that brings a picture below the server's limit. */
  private shrink(width: number, height: number): number {
    const limit = this.viewer.service?.limits.picture_pixels ?? PICTURE_PIXELS;
    let shrink = 1;
    while ((width / shrink) * (height / shrink) > limit) shrink *= 2;
    return shrink;
  }

  private sizeText(image: ImageInfo): string {
    const { width, height, shrink } = this.size(image);
    if (!width || !height) return t('The view shows no pixel of the image.');
    const size = `${width} × ${height}`;
    if (shrink <= 1) return t('{size} pixels. Colours as on screen.', { size });
    return t('{size} pixels, shrunk {times} times. Colours as on screen.', { size, times: Number(shrink.toFixed(1)) });
  }

  /** Of the view: with its place, so that several pictures of an image are told apart. */
  private name(image: ImageInfo, type: string, extent: Extent): string {
    const base = baseName(image.id).replace(/\.(fits?|fts)(\.(fz|gz|bz2))?$/i, '');
    return `${base}${extent === 'view' ? placeInName(this.viewer) : ''}.${type}`;
  }

  private async save(image: ImageInfo): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      await this.savePicture(image);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.viewer.notify(t('The picture of {name} could not be saved: {reason}', { name: image.name, reason }), {
        kind: 'error',
      });
    } finally {
      this.busy = false;
    }
  }

  private async savePicture(image: ImageInfo): Promise<void> {
    const name = this.name(image, this.type, this.extent);
    if (this.extent === 'view' && this.resolution === 'screen') {
      saveBlob(await this.screenPicture(this.type), name);
      return;
    }
    const { viewer } = this;
    const style = viewer.styleQuery();
    const { width, height, shrink } = this.size(image);
    const box = this.box(image);
    if (!box || !width || !height) throw new Error(t('the view shows no pixel of it'));
    const frame: Box = [0.5, 0.5, image.width + 0.5, image.height + 0.5];
    const url =
      this.resolution === 'screen'
        ? viewer.api.viewUrl(image, frame, [width, height], style, this.type)
        : viewer.api.regionUrl(image, box, this.type, style, shrink);
    const picture = await (await viewer.api.fetch(url)).blob();
    const edges: Box = this.extent === 'image' ? frame : [box[0] - 0.5, box[1] - 0.5, box[2] + 0.5, box[3] + 0.5];
    saveBlob(this.layers ? await withLayers(viewer, picture, edges, this.type) : picture, name);
  }

  private async screenPicture(type: PictureType): Promise<Blob> {
    const { map } = this.viewer;
    await map.whenSettled();
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(map.view.width * ratio());
    canvas.height = Math.round(map.view.height * ratio());
    const context = canvas.getContext('2d', { alpha: type === 'png' });
    if (!context) throw new Error(t('the browser gave no canvas'));
    map.drawTo(context, { layers: this.layers, ratio: ratio() });
    if (this.frame) await paintFrame(context, this.viewer, ratio());
    return encoded(canvas, type);
  }

  private readonly copy = async (): Promise<void> => {
    try {
      const blob = await this.screenPicture('png');
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]);
      this.viewer.notify(t('The view is on the clipboard'));
    } catch {
      this.viewer.notify(t('The browser did not allow copying a picture; save it instead'), { kind: 'warning' });
    }
  };
}

const EXTENTS = [
  { value: 'view', label: mark('View'), hint: mark('The part on screen') },
  { value: 'image', label: mark('Whole image') },
] as const;

const RESOLUTIONS = [
  { value: 'screen', label: mark('Screen'), hint: mark('As many pixels as the screen shows') },
  { value: 'native', label: mark('Native'), hint: mark('One pixel for each pixel of the image') },
] as const;

const TYPES = [
  { value: 'png', label: 'PNG', hint: mark('Exact colours') },
  { value: 'jpg', label: 'JPEG', hint: mark('Small files') },
] as const;

/** The address that shows the same: of this page, or of the server's own where the viewer is part of another one. */
function linkTo({ state, api }: Viewer): string {
  const isOwn = (history.state as { viewer?: boolean } | null)?.viewer === true;
  const page = new URL(isOwn ? location.href : '../../', isOwn ? undefined : new URL(api.base, location.href));
  page.search = writeUrl(state.value, state.defaults, isOwn ? location.search : '');
  return page.href;
}

const ratio = (): number => window.devicePixelRatio || 1;

/** Whole pixels of the image inside the view, inclusive; null when there are none. */
function viewBox(image: ImageInfo, box: Box): Box | null {
  const x1 = Math.max(1, Math.ceil(box[0] - 0.5));
  const y1 = Math.max(1, Math.ceil(box[1] - 0.5));
  const x2 = Math.min(image.width, Math.floor(box[2] + 0.5));
  const y2 = Math.min(image.height, Math.floor(box[3] + 0.5));
  return x2 >= x1 && y2 >= y1 ? [x1, y1, x2, y2] : null;
}

const sizeOf = ([x1, y1, x2, y2]: Box): [number, number] => [x2 - x1 + 1, y2 - y1 + 1];

declare global {
  interface HTMLElementTagNameMap {
    'vm-snapshot-panel': SnapshotPanel;
  }
}
