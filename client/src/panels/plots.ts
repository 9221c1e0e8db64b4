import { css, html, nothing, type TemplateResult } from 'lit';
import { t } from '../base/i18n';
import type { Point } from '../core/viewer';
import { type ChangeEvent, element } from '../ui/base';
import '../ui/button';
import '../ui/choice';
import '../ui/number';
import { rowStyles } from '../ui/parts';
import '../ui/section';
import { PHONE_WIDTH } from '../ui/tokens';
import { PanelBase } from './base';
import { type PlotEntry, type PlotKind, type PlotManager, plotsOf } from './plots-manager';

/** Profiles along lines and spectra at points. */
@element('vm-plots-panel')
export class PlotsPanel extends PanelBase {
  static override styles = [
    ...PanelBase.styles,
    rowStyles,
    css`
      .pair {
        margin-bottom: 8px;
      }
      .ends {
        margin: 4px 0 8px;
      }
    `,
  ];

  private manager!: PlotManager;

  protected override subscribe(): (() => void)[] {
    this.manager = plotsOf(this.viewer);
    return [...super.subscribe(), this.manager.onChange(() => this.requestUpdate())];
  }

  override render(): TemplateResult {
    const { image } = this.viewer;
    if (!image) {
      return html`<vm-empty icon="chartSpline" label=${t('No image is open')}>${t('Values along a line, and spectra at a point, are plotted here.')}</vm-empty>`;
    }
    const cube = image.channels.length > 1;
    const { list } = this.manager;
    return html`<vm-section label=${t('Profile along a line')}>
        ${this.tools('profile', t('Draw a line'), t('Drag on the image from one end to the other'), t('Across the view'))}
        <vm-switch
          label=${t('Interpolated')}
          hint=${t('Bilinear between pixels; off: the nearest pixels')}
          .value=${this.manager.interpolate}
          @vm-change=${(event: ChangeEvent<boolean>) => {
            this.manager.interpolate = event.detail.value;
          }}
        ></vm-switch>
      </vm-section>
      <vm-section label=${t('Spectrum at a point')}>
        ${
          cube
            ? this.tools(
                'spectrum',
                t('Pick a point'),
                t('Drag over the image: the spectrum follows'),
                t('At the centre'),
              )
            : html`<p class="note">${t('This image has one channel. Cubes have a spectrum at every pixel.')}</p>`
        }
      </vm-section>
      <vm-section label=${t('On the image')}>
        ${list.map((entry) => this.row(entry))}
        ${list.length === 0 ? html`<p class="note">${t('Nothing yet. Lines stay on the image; a click on one opens its plot.')}</p>` : nothing}
      </vm-section>`;
  }

  private tools(kind: PlotKind, label: string, hint: string, inView: string): TemplateResult {
    const { manager } = this;
    const held = manager.tool === kind;
    return html`<div class="pair">
        <vm-button toggle .pressed=${held} .hint=${hint} @click=${() => this.use(() => manager.take(held ? null : kind))}>${label}</vm-button>
        <vm-button @click=${() => this.use(() => manager.addInView(kind))}>${inView}</vm-button>
      </div>
      ${held ? html`<p class="note">${t('{hint}. Escape puts the tool back.', { hint })}</p>` : nothing}`;
  }

  /** On a phone the sheet gives way to the image and the plot. */
  private use(deed: () => void): void {
    deed();
    if (this.viewer.element.clientWidth < PHONE_WIDTH) this.viewer.openPanel('');
  }

  private row(entry: PlotEntry): TemplateResult {
    const chosen = this.manager.chosen === entry;
    const name = `${entry.kind === 'profile' ? t('Profile') : t('Spectrum')} · ${entry.title}`;
    return html`<div class="item ${chosen ? 'chosen' : ''}">
        <button type="button" class="name" aria-pressed=${String(chosen)} @click=${() => this.use(() => this.manager.choose(entry.key))}>${name}</button>
        <vm-button kind="quiet" icon="close" label=${t('Remove {name}', { name })} @click=${() => this.manager.remove(entry.key)}></vm-button>
      </div>
      ${chosen ? html`<div class="ends">${entry.points.map((point, k) => this.end(entry, point, k))}</div>` : nothing}`;
  }

  private end(entry: PlotEntry, point: Point, k: number): TemplateResult {
    const label = (axis: 'x' | 'y'): string =>
      entry.kind === 'spectrum' ? axis : k === 0 ? t('start {axis}', { axis }) : t('end {axis}', { axis });
    const field = (axis: 'x' | 'y'): TemplateResult =>
      html`<vm-number
        named
        label=${label(axis)}
        hint=${t('FITS pixel')}
        .value=${Number(point[axis].toFixed(2))}
        .digits=${8}
        .step=${1}
        @vm-change=${(event: ChangeEvent<number>) =>
          this.manager.move(
            entry.key,
            entry.points.map((one, index) => (index === k ? { ...one, [axis]: event.detail.value } : one)),
            !event.detail.live,
          )}
      ></vm-number>`;
    return html`<div class="pair">${field('x')}${field('y')}</div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-plots-panel': PlotsPanel;
  }
}
