import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, query } from 'lit/decorators.js';
import { t } from '../base/i18n';
import type { Viewer } from '../core/viewer';
import { plotCsv } from '../plots/csv';
import '../plots/plot';
import type { Plot } from '../plots/plot';
import { controlStyles, element } from '../ui/base';
import '../ui/button';
import { headStyles, riseStyles } from '../ui/parts';
import { baseName } from './hdus';
import { type PlotEntry, type PlotManager, plotsOf } from './plots-manager';
import { saveBlob, saveText } from './save';

/** Height of the row of panels below it on a phone. */
const TABS = 52;
/** Its own height where it is no sheet. */
const HEIGHT = 280;

/** The open profile or spectrum, in a card at the bottom of the viewer. */
@element('vm-plot-card')
export class PlotCard extends LitElement {
  static override styles = [
    controlStyles,
    headStyles,
    riseStyles,
    css`
      :host {
        position: absolute;
        z-index: 3;
        left: calc(var(--vm-inset-left, 60px) + 8px);
        bottom: 8px;
        width: min(640px, max(320px, calc(100% - var(--vm-inset-left, 60px) - 200px)));
        height: ${HEIGHT}px;
        pointer-events: none;
      }
      :host([sheet]) {
        left: 0;
        right: 0;
        bottom: calc(52px + env(safe-area-inset-bottom, 0px));
        width: auto;
        height: 44%;
      }
      :host([covered]) {
        display: none;
      }
      .card {
        display: flex;
        flex-direction: column;
        height: 100%;
        padding: 4px 12px 8px 12px;
        border-radius: var(--vm-radius);
        background: var(--vm-surface);
        box-shadow: var(--vm-shadow);
        pointer-events: auto;
        animation: rise var(--vm-motion) ease-out;
      }
      .head {
        margin: 0 -8px 0 0;
      }
      /* Five buttons leave room for two short lines. */
      :host([sheet]) .head h2 {
        font-size: 12px;
        line-height: 16px;
        white-space: normal;
      }
      vm-plot {
        flex: 1;
      }
      .note {
        margin: auto;
        color: var(--vm-text-2);
      }
    `,
  ];

  @property({ attribute: false }) viewer!: Viewer;
  @property({ type: Boolean, reflect: true }) sheet = false;
  /** A panel takes its place for a while. */
  @property({ type: Boolean, reflect: true }) covered = false;
  @query('vm-plot') private plot!: Plot | null;
  private manager!: PlotManager;
  private undo: () => void = () => undefined;
  /** The plot that was opened last. */
  private seen = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    this.manager = plotsOf(this.viewer);
    const undo = [
      this.manager.onChange(() => this.requestUpdate()),
      this.viewer.state.watch(
        (tree) => tree.plot,
        () => this.requestUpdate(),
      ),
    ];
    this.undo = () => {
      for (const stop of undo) stop();
    };
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.takeRoom(false);
    this.undo();
  }

  private get logarithmic(): boolean {
    return this.viewer.state.value.plot.logarithmic;
  }

  override render(): TemplateResult | typeof nothing {
    const { chosen } = this.manager;
    if (!chosen) return nothing;
    const title = `${chosen.kind === 'profile' ? t('Profile') : t('Spectrum')} · ${chosen.title.replace(', ', ',\u00a0')}`;
    return html`<section class="card" aria-label=${title} @keydown=${this.onKey}>
      <div class="head">
        <h2>${title}</h2>
        <vm-button
          kind="quiet"
          toggle
          hint=${t('Logarithmic values')}
          .pressed=${this.logarithmic}
          @click=${() => this.viewer.state.set({ plot: { logarithmic: !this.logarithmic } })}
        >${t('log')}</vm-button>
        <vm-button kind="quiet" icon="expand" label=${t('All of the plot')} hint=${t('All of the plot (or double click)')} @click=${() => this.plot?.resetZoom()}></vm-button>
        <vm-button kind="quiet" icon="image" label=${t('Save the plot as PNG')} @click=${() => this.savePng(chosen)}></vm-button>
        <vm-button kind="quiet" icon="table" label=${t('Save the numbers as CSV')} @click=${() => this.saveCsv(chosen)}></vm-button>
        ${
          this.sheet
            ? nothing // the list in the panel does it
            : html`<vm-button kind="quiet" icon="trash" label=${t('Remove it from the image')} @click=${() => this.manager.remove(chosen.key)}></vm-button>`
        }
        <vm-button kind="quiet" icon="close" label=${t('Close the plot')} key="Esc" @click=${() => this.manager.close()}></vm-button>
      </div>
      ${
        chosen.data
          ? html`<vm-plot
              label=${title}
              .data=${chosen.data}
              .logarithmic=${this.logarithmic}
              @vm-hover=${(event: CustomEvent<number | null>) => this.manager.spot(event.detail)}
            ></vm-plot>`
          : html`<p class="note">${t('Reading the pixels…')}</p>`
      }
    </section>`;
  }

  /** On a phone the card lies over the lower half: the image moves up, so that what is plotted stays in sight. */
  override updated(): void {
    const { chosen, tool } = this.manager;
    this.takeRoom(chosen !== null && !this.sheet);
    const key = chosen?.key ?? 0;
    if (key === this.seen || this.covered || tool) return; // never under a finger that draws
    this.seen = key;
    if (!chosen || !this.sheet) return;
    const { map } = this.viewer;
    const lowest = Math.max(...chosen.points.map(({ x, y }) => map.view.toScreen(x, y).y));
    const hidden = lowest + 24 - (map.view.height - this.getBoundingClientRect().height - TABS);
    if (hidden > 0) map.panBy(0, hidden);
  }

  /** The scale and the colour bar stand above the card. */
  private takeRoom(taken: boolean): void {
    this.viewer.element.style.setProperty('--vm-inset-plot', taken ? `${HEIGHT + 8}px` : '0px');
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    this.manager.close();
  };

  private name({ kind }: PlotEntry, type: string): string {
    return `${baseName(this.viewer.image?.id ?? 'image')}.${kind}.${type}`;
  }

  private async savePng(entry: PlotEntry): Promise<void> {
    const title = `${this.viewer.image?.title ?? ''} · ${entry.kind === 'profile' ? t('Profile') : t('Spectrum')} · ${entry.title}`;
    const blob = await this.plot?.png(title);
    if (blob) saveBlob(blob, this.name(entry, 'png'));
  }

  private saveCsv(entry: PlotEntry): void {
    if (entry.data) saveText(plotCsv(entry.data), this.name(entry, 'csv'), 'text/csv');
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-plot-card': PlotCard;
  }
}
