import { css, html, LitElement, type PropertyValues, type TemplateResult, unsafeCSS } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import uPlot from 'uplot';
import plotCss from 'uplot/dist/uPlot.min.css?inline';
import { t } from '../base/i18n';
import { controlStyles, element } from '../ui/base';
import { displayNumber } from '../ui/numbers';
import { paint } from '../ui/paint';
import { overlayRoot } from '../ui/place';
import { keyOnPlot } from './keys';
import { plotPicture } from './picture';
import { touchZoom } from './touch';

export interface PlotSeries {
  readonly label: string;
  /** CSS colour; empty: the text's. */
  readonly color: string;
  readonly unit: string;
  /** Null: no value there. */
  readonly values: readonly (number | null)[];
}

export interface PlotData {
  readonly x: readonly number[];
  readonly xLabel: string;
  readonly xUnit: string;
  readonly series: readonly PlotSeries[];
  /** Constant between the positions, as pixels are. */
  readonly stepped: boolean;
  /** What else is known of each position, for the file of numbers: pixel, sky, channel. */
  readonly places?: readonly PlotColumn[];
}

export interface PlotColumn {
  readonly label: string;
  readonly unit: string;
  readonly values: readonly (number | null)[];
}

/**
 * Curves over one axis. Drag to zoom into a part, wheel or two fingers to zoom about a position, double click for all; with
 * the focus on it, arrows read along the curve, + and − zoom, 0 shows all. `vm-hover` tells the index under the pointer (null: none), so that the owner can mark the place.
 */
@element('vm-plot')
export class Plot extends LitElement {
  static override styles = [
    controlStyles,
    unsafeCSS(plotCss),
    css`
      :host {
        position: relative;
        display: flex;
        flex-direction: column;
        min-height: 0;
      }
      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 16px;
        min-height: 20px;
        padding: 0 4px 4px;
        font-size: var(--vm-size-small);
        line-height: 18px;
      }
      .legend span {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        white-space: nowrap;
      }
      .legend b {
        font-weight: 500;
        min-width: 72px;
      }
      .dot {
        width: 8px;
        height: 8px;
        border-radius: 50%;
      }
      .place {
        flex: 1;
        min-height: 0;
        position: relative;
      }
      .place > div {
        position: absolute;
        inset: 0;
      }
      .u-select {
        background: var(--vm-accent-soft);
      }
      .u-cursor-x,
      .u-cursor-y {
        border-color: var(--vm-edge) !important;
      }
      .u-over {
        touch-action: none;
      }
      .place:focus-visible {
        outline: 2px solid var(--vm-accent);
        outline-offset: -2px;
        border-radius: var(--vm-radius);
      }
    `,
  ];

  @property() label = '';
  @property({ attribute: false }) data: PlotData | null = null;
  @property({ type: Boolean }) logarithmic = false;

  @state() private cursor: number | null = null;
  @query('.target') private target!: HTMLElement;
  private plot: uPlot | null = null;
  private observers: { disconnect(): void }[] = [];
  private shape = '';
  /** True once keys were used: then values are said aloud. */
  @state() private keyed = false;

  override connectedCallback(): void {
    super.connectedCallback();
    const root = overlayRoot(this);
    const theme = new MutationObserver(() => this.rebuild());
    if (root instanceof ShadowRoot) theme.observe(root.host, { attributes: true, attributeFilter: ['theme'] });
    const size = new ResizeObserver(() => this.plot?.setSize(this.size));
    size.observe(this);
    const media = window.matchMedia('(prefers-color-scheme: light)');
    const rebuild = (): void => this.rebuild();
    media.addEventListener('change', rebuild);
    this.observers = [theme, size, { disconnect: () => media.removeEventListener('change', rebuild) }];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const observer of this.observers) observer.disconnect();
    this.plot?.destroy();
    this.plot = null;
  }

  override render(): TemplateResult {
    const { data, cursor } = this;
    const at = cursor === null ? undefined : data?.x[cursor];
    return html`<div class="legend" aria-live=${this.keyed ? 'polite' : 'off'}>
        <span>${t(data?.xLabel ?? '')} <b>${at === undefined ? '' : `${displayNumber(at, 6)} ${t(data?.xUnit ?? '')}`}</b></span>
        ${data?.series.map(
          ({ label, color, values, unit }) =>
            html`<span>
              <i class="dot" ${paint(color || 'currentColor')}></i>${label}
              <b>${cursor === null ? '' : readValue(values[cursor], this.isOneUnit ? '' : unit)}</b>
            </span>`,
        )}
      </div>
      <div
        class="place"
        role="application"
        aria-roledescription=${t('plot')}
        tabindex="0"
        aria-label=${t('{label}. Arrows read along the curve, plus and minus zoom, 0 shows all.', { label: this.label })}
        @keydown=${this.onKey}
      >
        <div class="target"></div>
      </div>`;
  }

  override updated(changes: PropertyValues<this>): void {
    if (!changes.has('data') && !changes.has('logarithmic')) return;
    const shape = JSON.stringify([
      this.data?.series.map(({ label, color }) => [label, color]),
      this.data?.xLabel,
      this.data?.xUnit,
      this.data?.stepped,
      this.logarithmic,
    ]);
    if (this.plot && shape === this.shape) this.plot.setData(this.aligned);
    else this.rebuild();
    this.shape = shape;
  }

  /** The plot with its title and the names of its curves, on the colour of the surface. */
  png(title = this.label): Promise<Blob | null> {
    const source = this.plot?.ctx.canvas;
    if (!source || !this.data) return Promise.resolve(null);
    return plotPicture(source, this.data, {
      title,
      paper: this.token('--vm-surface'),
      ink: this.token('--vm-text'),
      ratio: source.width / Math.max(1, this.size.width),
    });
  }

  /** All again. */
  resetZoom(): void {
    this.plot?.setData(this.aligned);
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (!this.plot || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!keyOnPlot(this.plot, event)) return;
    this.keyed = true;
    event.preventDefault();
    event.stopPropagation();
  };

  /** Then the axis names it, and the line of values keeps its length. */
  private get isOneUnit(): boolean {
    const units = this.data?.series.map(({ unit }) => unit) ?? [];
    return units.length > 1 && units.every((unit) => unit === units[0]);
  }

  private get aligned(): uPlot.AlignedData {
    const { data, logarithmic } = this;
    const fit = (value: number | null): number | null => (logarithmic && value !== null && value <= 0 ? null : value);
    return [[...(data?.x ?? [])], ...(data?.series ?? []).map(({ values }) => values.map(fit))];
  }

  private get size(): { width: number; height: number } {
    const { clientWidth, clientHeight } = this.target;
    return { width: Math.max(80, clientWidth), height: Math.max(60, clientHeight) };
  }

  private token(name: string): string {
    return getComputedStyle(this).getPropertyValue(name).trim();
  }

  private rebuild(): void {
    this.plot?.destroy();
    this.plot = null;
    if (this.data && this.isConnected) this.plot = new uPlot(this.options(this.data), this.aligned, this.target);
  }

  private options(data: PlotData): uPlot.Options {
    const [text, line] = [this.token('--vm-text-2'), this.token('--vm-line')];
    const axis = (label: string): uPlot.Axis => ({
      stroke: text,
      font: '11px system-ui, sans-serif',
      labelFont: '11px system-ui, sans-serif',
      label: label || undefined,
      labelSize: label ? 16 : 0,
      size: 30,
      gap: 4,
      grid: { stroke: line, width: 1 },
      ticks: { show: false },
    });
    const unit = data.series[0]?.unit ?? '';
    return {
      ...this.size,
      legend: { show: false },
      cursor: { drag: { x: true, y: false }, points: { size: 6 } },
      scales: { x: { time: false }, y: this.logarithmic ? { distr: 3 } : {} },
      axes: [
        { ...axis(`${t(data.xLabel)}${data.xUnit ? ` (${t(data.xUnit)})` : ''}`), size: 22 },
        { ...axis(unit), size: 56 },
      ],
      series: [{}, ...data.series.map((series) => this.curve(series, data.stepped))],
      hooks: { setCursor: [(plot) => this.hovered(plot.cursor.idx ?? null)] },
      plugins: [touchZoom()],
    };
  }

  private curve({ label, color }: PlotSeries, stepped: boolean): uPlot.Series {
    const paths = stepped ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
    return {
      label,
      stroke: color || this.token('--vm-text'),
      width: 1.25,
      points: { show: false },
      spanGaps: false,
      ...(paths && { paths }),
    };
  }

  private hovered(index: number | null): void {
    if (index === this.cursor) return;
    this.cursor = index;
    this.dispatchEvent(new CustomEvent<number | null>('vm-hover', { detail: index }));
  }
}

const readValue = (value: number | null | undefined, unit: string): string =>
  value === null || value === undefined ? t('no value') : `${displayNumber(value, 6)} ${unit}`.trim();

declare global {
  interface HTMLElementTagNameMap {
    'vm-plot': Plot;
  }
}
