/** Small parts of the viewer's face that have no state of their own. */
import { html, nothing, type TemplateResult } from 'lit';
import { t } from '../base/i18n';
import type { ImageInfo } from '../core/api';
import '../ui/button';
import { percentText } from '../ui/numbers';
import '../ui/section';
import { tooltip } from '../ui/tooltip';
import type { ViewerCore } from './viewer';

export const reticle = html`<svg class="reticle" viewBox="-20.5 -20.5 41 41" aria-hidden="true">
  <path d="M-20 0H-5M5 0H20M0-20V-5M0 5V20" />
</svg>`;

/** How far the overviews are; without them, that something is on its way. */
export function progressLine(core: ViewerCore): TemplateResult {
  const { overviews, requests } = core.progressNow;
  const partial = overviews < 1;
  const busy = !partial && requests > 0;
  return html`<div class="progress ${partial || busy ? 'on' : ''} ${busy ? 'busy' : ''}">
    <i .style=${`transform: ${partial ? `scaleX(${overviews})` : 'none'}`}></i>
  </div>`;
}

/** Says that the picture is a preview, and how long it stays one. */
export function previewMark({ image, overviews }: ViewerCore): TemplateResult | typeof nothing {
  const { preview, progress } = overviews;
  if (!image || progress >= 1) return nothing;
  const percent = percentText(progress);
  const why = preview
    ? t('The picture is made from a part of the pixels. It becomes exact by itself, first where you look.')
    : t('Smaller pictures are being made exact, first where you look.');
  return html`<div
    class="preview"
    part="preview"
    role="progressbar"
    aria-label=${t('Exact overviews')}
    aria-valuenow=${Math.floor(100 * progress)}
    ${tooltip(why, '', { side: 'top' })}
  >
    <b>${preview ? t('Preview') : t('Overviews')}</b>
    <span>${preview ? t('exact overviews') : t('being made')}: ${percent} %</span>
  </div>`;
}

/** Nothing is open: what could be here, and how it comes. */
export function emptyFace(core: ViewerCore, isNarrow: boolean): TemplateResult {
  const how = isNarrow ? t('Choose one in the library.') : t('Choose one in the library, or drop a file here.');
  return html`<div class="nothing">
    <vm-empty label=${t('No image is open')}>${how}</vm-empty>
    <vm-button kind="primary" icon="library" key="o" @click=${() => core.openPanel('library')}>${t('Library')}</vm-button>
  </div>`;
}

/** `turn`: the image that blinks in its place just now. */
export function titleBar(core: ViewerCore, turn: ImageInfo | null): TemplateResult | typeof nothing {
  const image = turn ?? core.image;
  if (!image) return nothing;
  return html`<div class="title" part="title">
    <button type="button" @click=${() => core.openPanel('library')} ${tooltip(t('Other images'), 'o', { side: 'bottom' })}>
      <b>${image.name}</b>${image.object ? html`<span>${image.object}</span>` : nothing}
    </button>
  </div>`;
}

/** Its code comes when it is wanted. */
export function magnifier(core: ViewerCore): TemplateResult {
  void import('./magnifier').catch(() => undefined);
  return html`<vm-magnifier part="magnifier" .viewer=${core}></vm-magnifier>`;
}

export function zoomButtons(core: ViewerCore, isNarrow: boolean, isFull: boolean): TemplateResult {
  const { map } = core;
  const zoom = html`<vm-button kind="quiet" icon="plus" label=${t('Zoom in')} key="+" @click=${() => map.zoomBy(1)}></vm-button>
    <vm-button kind="quiet" icon="minus" label=${t('Zoom out')} key="−" @click=${() => map.zoomBy(-1)}></vm-button>`;
  return html`<div class="buttons" part="buttons" role="group" aria-label=${t('Zoom')}>
    ${isNarrow ? nothing : zoom}
    <vm-button kind="quiet" icon="scan" label=${t('The whole image')} key="0" @click=${() => map.fit()}></vm-button>
    <vm-button
      kind="quiet"
      icon=${isFull ? 'minimize' : 'expand'}
      label=${isFull ? t('Leave full screen') : t('Full screen')}
      key="F11"
      @click=${() => core.perform('fullScreen')}
    ></vm-button>
  </div>`;
}

/** Computed background as `#rrggbb`. */
export function backgroundOf(element: HTMLElement): string {
  const [r, g, b] = (/rgba?\((\d+)[, ]+(\d+)[, ]+(\d+)/.exec(getComputedStyle(element).backgroundColor) ?? [])
    .slice(1)
    .map(Number);
  if (r === undefined || g === undefined || b === undefined) return '#000000';
  return `#${[r, g, b].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
