import { css, html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { mark, t, tn } from '../base/i18n';
import type { ImageInfo, Overviews, Statistics } from '../core/api';
import { type ChangeEvent, element } from '../ui/base';
import type { Sky } from '../wcs/index';
import '../ui/button';
import { displayNumber, percentText } from '../ui/numbers';
import '../ui/picker';
import '../ui/section';
import '../ui/toast';
import { PanelBase } from './base';
import { imageData } from './data';
import { angleText } from './labels';
import { unitText } from './units';

type Row = readonly [term: string, text: string | TemplateResult];

const METHODS: Record<Sky['method'], string> = {
  formula: mark('by formula, in the browser'),
  grid: mark('by a grid of the server, interpolated in the browser'),
  server: mark('by the server, for every position'),
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
    return [
      ...super.subscribe(),
      this.viewer.on('progress', () => this.requestUpdate()),
      this.viewer.on('view', ({ settled }) => settled && this.requestUpdate()),
    ];
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
      return html`<vm-empty icon="info" label=${t('No image is open')}>${t('Size, sky and statistics of an image appear here.')}</vm-empty>`;
    }
    const { notice } = this.viewer.overviews;
    const said = notice ? [...image.warnings, notice] : image.warnings;
    return html`${said.map((text) => html`<vm-banner inset .message=${text}></vm-banner>`)}
      <vm-section label=${t('Image')}>${list(this.imageRows(image))}</vm-section>
      ${image.chips.length > 1 ? this.chips(image) : nothing}
      <vm-section label=${t('Sky')}>${this.sky(image)}</vm-section>
      ${this.measures(image)}`;
  }

  private imageRows(image: ImageInfo): Row[] {
    const { channels } = image;
    const rows: Row[] = [
      [t('File'), image.id],
      [t('Object'), image.object || '–'],
      [t('Size'), t('{size} pixels', { size: `${image.width} × ${image.height}` })],
      [t('Channels'), String(channels.length)],
      [t('Pixels'), `${image.dtype} (BITPIX ${image.bitpix})`],
      [t('Unit'), unitText(channels[0]?.unit ?? '') || t('none in the header')],
      [t('Overviews'), overviewText(this.viewer.overviews)],
    ];
    if (image.chips.length > 0)
      rows.splice(4, 0, [t('Mosaic'), tn('{count} chip', '{count} chips', image.chips.length)]);
    return rows;
  }

  /** The chip in the middle of the map, and the way to another one. */
  private chips({ chips }: ImageInfo): TemplateResult {
    const { map } = this.viewer;
    const { x, y } = map.center;
    const here = chips.find(({ box: [x1, y1, x2, y2] }) => x >= x1 && x <= x2 && y >= y1 && y <= y2);
    return html`<vm-picker
      label=${t('Chip')}
      placeholder=${t('Go to a chip')}
      search=${t('Search {count} chips', { count: chips.length })}
      .items=${chips.map(({ hdu, name }) => ({ id: String(hdu), label: name, detail: `HDU ${hdu}` }))}
      .value=${here ? String(here.hdu) : ''}
      @vm-change=${({ detail: { value, live } }: ChangeEvent<string>) => {
        const chip = chips.find(({ hdu }) => String(hdu) === value);
        if (!live && chip && chip !== here) map.fitBox(chip.box);
      }}
    ></vm-picker>`;
  }

  private sky(image: ImageInfo): TemplateResult {
    const { sky, chips } = this.viewer;
    const skies = chips.flatMap((chip) => (chip.sky ? [chip.sky] : []));
    const main = sky ?? skies[0];
    if (!main) {
      return html`<p class="note">
        ${t('The header has no celestial coordinates (WCS) that can be used: positions are image pixels.')}
      </p>`;
    }
    const scale = main.pixelScale(image.width / 2, image.height / 2);
    const worst = Math.max(main.error, ...skies.map((one) => one.error));
    return list([
      [t('Frame'), t(main.title)],
      [t('Projection'), main.description.projection || '–'],
      [t('Pixel scale'), Number.isFinite(scale) ? t('{scale} per pixel', { scale: angleText(scale) }) : '–'],
      [
        t('Field'),
        Number.isFinite(scale) ? `${angleText(scale * image.width)} × ${angleText(scale * image.height)}` : '–',
      ],
      [t('Computed'), t(METHODS[main.method])],
      [t('Accuracy'), accuracy(main, worst)],
      ...(skies.length > 1
        ? [[t('Chips'), t('{count}, each with its own WCS', { count: skies.length })] as const]
        : []),
    ]);
  }

  private measures(image: ImageInfo): TemplateResult {
    const { statistics } = this;
    const channel = image.channels[(statistics?.channel ?? 1) - 1];
    const label =
      image.channels.length > 1 ? t('Statistics of {label}', { label: channel?.label ?? '' }) : t('Statistics');
    if (!statistics) {
      return html`<vm-section label=${t('Statistics')}>
        <p class="note">${this.problem || t('Measuring…')}</p>
      </vm-section>`;
    }
    const unit = unitText(statistics.unit);
    const show = (value: number | null): string =>
      value === null ? '–' : `${displayNumber(value, 6)}${unit ? ` ${unit}` : ''}`;
    return html`<vm-section label=${label}>
      ${list([
        [t('Minimum'), show(statistics.min)],
        [t('Maximum'), show(statistics.max)],
        [t('Mean'), show(statistics.mean)],
        [t('Median'), show(statistics.median)],
        [t('Std deviation'), show(statistics.sigma)],
        [t('MAD'), show(statistics.mad)],
        [t('Background'), show(statistics.background)],
        [t('No value'), t('{count} of {all} pixels', { count: statistics.nan, all: statistics.n + statistics.nan })],
      ])}
      ${statistics.sample ? html`<p class="note">${t('From a sample of the pixels that is the same each time.')}</p>` : nothing}
    </vm-section>`;
  }
}

function overviewText({ preview, progress, notice }: Overviews): string {
  const percent = percentText(progress);
  if (progress < 1 && preview) return t('a preview; exact ones are being made: {percent} %', { percent });
  if (progress < 1) return t('exact ones are being made: {percent} %', { percent });
  return notice ? t('not kept on disk') : t('complete');
}

const list = (rows: readonly Row[]): TemplateResult =>
  html`<dl>${rows.map(([term, text]) => html`<dt>${term}</dt><dd>${text}</dd>`)}</dl>`;

function accuracy(sky: Sky, worst: number): string {
  const { length } = sky.description.checks;
  if (sky.method === 'server') return t('that of astropy on the server');
  const size = worst < 1e-6 ? t('better than 10⁻⁶') : displayNumber(worst, 2);
  return t('{size} pixel at {count} points computed by astropy', { size, count: length });
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-info-panel': InfoPanel;
  }
}
