import { css, html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import type { ImageInfo, Overviews, Statistics } from '../core/api';
import { element } from '../ui/base';
import type { Sky } from '../wcs/index';
import '../ui/button';
import { displayNumber, percentText } from '../ui/numbers';
import '../ui/section';
import '../ui/toast';
import { PanelBase } from './base';
import { imageData } from './data';
import { angleText } from './labels';
import { unitText } from './units';

type Row = readonly [term: string, text: string | TemplateResult];

const METHODS: Record<Sky['method'], string> = {
  formula: 'by formula, in the browser',
  grid: 'by a grid of the server, interpolated in the browser',
  server: 'by the server, for every position',
};

/** What is open: size, type, sky, statistics, warnings. */
@element('vm-info-panel')
export class InfoPanel extends PanelBase {
  static override styles = [
    ...PanelBase.styles,
    css`
      vm-banner {
        margin-bottom: 8px;
      }
    `,
  ];

  @state() private statistics: Statistics | null = null;
  @state() private problem = '';

  protected override subscribe(): (() => void)[] {
    return [...super.subscribe(), this.viewer.on('progress', () => this.requestUpdate())];
  }

  protected override imageChanged(): void {
    this.statistics = null;
    this.requestUpdate();
  }

  override willUpdate(): void {
    const { image, api } = this.viewer;
    if (!image) return;
    const channel = this.viewer.shownChannels()[0] ?? 1;
    if (this.statistics?.channel === channel) return;
    imageData(api, image)
      .statistics(channel)
      .then(
        (statistics) => {
          if (this.viewer.image === image) this.statistics = statistics;
        },
        (error: Error) => {
          this.problem = error.message;
        },
      );
  }

  override render(): TemplateResult {
    const { image } = this.viewer;
    if (!image) {
      return html`<vm-empty icon="info" label="No image is open">Size, sky and statistics of an image appear here.</vm-empty>`;
    }
    const { notice } = this.viewer.overviews;
    const said = notice ? [...image.warnings, notice] : image.warnings;
    return html`${said.map((text) => html`<vm-banner inset .message=${text}></vm-banner>`)}
      <vm-section label="Image">${list(this.imageRows(image))}</vm-section>
      <vm-section label="Sky">${this.sky(image)}</vm-section>
      ${this.measures(image)}`;
  }

  private imageRows(image: ImageInfo): Row[] {
    const { channels } = image;
    const rows: Row[] = [
      ['File', image.id],
      ['Object', image.object || '–'],
      ['Size', `${image.width} × ${image.height} pixels`],
      ['Channels', String(channels.length)],
      ['Pixels', `${image.dtype} (BITPIX ${image.bitpix})`],
      ['Unit', unitText(channels[0]?.unit ?? '') || 'none in the header'],
      ['Overviews', overviewText(this.viewer.overviews)],
    ];
    if (image.chips.length > 0) rows.splice(4, 0, ['Mosaic', `${image.chips.length} chips`]);
    return rows;
  }

  private sky(image: ImageInfo): TemplateResult {
    const { sky, chips } = this.viewer;
    const skies = chips.flatMap((chip) => (chip.sky ? [chip.sky] : []));
    const main = sky ?? skies[0];
    if (!main) {
      return html`<p class="note">
        The header has no celestial coordinates (WCS) that can be used: positions are image pixels.
      </p>`;
    }
    const scale = main.pixelScale(image.width / 2, image.height / 2);
    const worst = Math.max(main.error, ...skies.map((one) => one.error));
    return list([
      ['Frame', main.title],
      ['Projection', main.description.projection || '–'],
      ['Pixel scale', Number.isFinite(scale) ? `${angleText(scale)} per pixel` : '–'],
      [
        'Field',
        Number.isFinite(scale) ? `${angleText(scale * image.width)} × ${angleText(scale * image.height)}` : '–',
      ],
      ['Computed', METHODS[main.method]],
      ['Accuracy', accuracy(main, worst)],
      ...(skies.length > 1 ? [['Chips', `${skies.length}, each with its own WCS`] as const] : []),
    ]);
  }

  private measures(image: ImageInfo): TemplateResult {
    const { statistics } = this;
    const channel = image.channels[(statistics?.channel ?? 1) - 1];
    const label = image.channels.length > 1 ? `Statistics of ${channel?.label ?? ''}` : 'Statistics';
    if (!statistics) {
      return html`<vm-section label="Statistics">
        <p class="note">${this.problem || 'Measuring…'}</p>
      </vm-section>`;
    }
    const unit = unitText(statistics.unit);
    const show = (value: number | null): string =>
      value === null ? '–' : `${displayNumber(value, 6)}${unit ? ` ${unit}` : ''}`;
    return html`<vm-section label=${label}>
      ${list([
        ['Minimum', show(statistics.min)],
        ['Maximum', show(statistics.max)],
        ['Mean', show(statistics.mean)],
        ['Median', show(statistics.median)],
        ['Std deviation', show(statistics.sigma)],
        ['MAD', show(statistics.mad)],
        ['Background', show(statistics.background)],
        ['No value', `${statistics.nan} of ${statistics.n + statistics.nan} pixels`],
      ])}
      ${statistics.sample ? html`<p class="note">From a sample of the pixels that is the same each time.</p>` : nothing}
    </vm-section>`;
  }
}

function overviewText({ preview, progress, notice }: Overviews): string {
  if (progress < 1) return `${preview ? 'a preview; ' : ''}exact ones are being made: ${percentText(progress)} %`;
  return notice ? 'not kept on disk' : 'complete';
}

const list = (rows: readonly Row[]): TemplateResult =>
  html`<dl>${rows.map(([term, text]) => html`<dt>${term}</dt><dd>${text}</dd>`)}</dl>`;

function accuracy(sky: Sky, worst: number): string {
  const { length } = sky.description.checks;
  if (sky.method === 'server') return 'that of astropy on the server';
  const size = worst < 1e-6 ? 'better than 10⁻⁶' : displayNumber(worst, 2);
  return `${size} pixel at ${length} points computed by astropy`;
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-info-panel': InfoPanel;
  }
}
