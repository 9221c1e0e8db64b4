import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { mark, t, translated } from '../base/i18n';
import type { Histogram as Counts, Statistics } from '../core/api';
import { isAbort } from '../core/api';
import { Latest } from '../core/latest';
import type { CutLimits, CutsSpec, DisplayState } from '../core/state';
import type { Viewer } from '../core/viewer';
import { type ChangeEvent, controlStyles, element } from '../ui/base';
import '../ui/button';
import '../ui/choice';
import '../ui/histogram';
import type { Range } from '../ui/histogram';
import '../ui/number';
import { displayCurve } from './curves';
import { imageData, resolveCuts } from './data';
import { unitText } from './units';

interface Rule {
  readonly spec: string;
  readonly label: string;
  readonly hint: string;
}

const NAMED: readonly Rule[] = [
  { spec: 'default', label: mark('Default'), hint: mark('Low cut of zscale, high cut at 99.7 %') },
  {
    spec: 'zscale',
    label: mark('ZScale'),
    hint: mark('As DS9 and IRAF: a line through the sorted pixels, contrast 0.25'),
  },
  { spec: 'minmax', label: mark('Min–max'), hint: mark('From the smallest to the largest value') },
];

const BINS = 288;
const PATIENCE = 150;
const PERCENTILES = ['90', '95', '99', '99.5', '99.9'];

interface Question {
  readonly channel: number;
  readonly range: Range;
}

/** Histogram and cuts of one channel: drag, type, or take a rule. */
@element('vm-levels')
export class Levels extends LitElement {
  static override styles = [
    controlStyles,
    css`
      .head {
        display: flex;
        align-items: center;
        gap: 4px;
        min-height: var(--vm-target);
        color: var(--vm-text-2);
        font-size: var(--vm-size-small);
      }
      .head .unit {
        flex: 1;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .head b {
        font-weight: 600;
      }
      .grid {
        display: grid;
        gap: 4px;
        margin-top: 8px;
      }
      .two {
        grid-template-columns: 1fr 1fr;
        gap: 8px;
      }
      .three {
        grid-template-columns: repeat(3, 1fr);
      }
      .five {
        grid-template-columns: repeat(5, 1fr);
        margin-top: 4px;
      }
      .five vm-button::part(button) {
        padding: 0 2px;
      }
    `,
  ];

  @property({ attribute: false }) viewer!: Viewer;
  @property({ type: Number }) channel = 1;
  /** Colours from low to high. */
  @property({ attribute: false }) ramp: readonly string[] = ['#000000', '#ffffff'];

  /** Given anew whenever the display changes. */
  @property({ attribute: false }) display: DisplayState | null = null;

  @state() private statistics: Statistics | null = null;
  @state() private counts: Counts | null = null;
  @state() private view: Range | null = null;
  @state() private problem = '';
  private timer = 0;
  private readonly asked = new Latest<Question, Counts>(
    ({ channel, range }) => {
      const { image, api } = this.viewer;
      return api.histogram(image?.id ?? '', { channel, ...binsFor(range, /^u?int/.test(image?.dtype ?? '')) });
    },
    (answer, { channel }) => {
      if (channel === this.channel) this.counts = answer;
    },
    () => undefined,
  );

  override willUpdate(changes: PropertyValues<this>): void {
    if (!changes.has('channel')) return;
    window.clearTimeout(this.timer);
    // While channels fly by, only the one that stays is measured.
    this.timer = window.setTimeout(() => void this.load(), this.statistics ? PATIENCE : 0);
  }

  /** Anew, after the image or the channel changed. */
  async load(): Promise<void> {
    const { viewer, channel } = this;
    const { image } = viewer;
    if (!image) return;
    this.problem = '';
    try {
      const statistics = await imageData(viewer.api, image).statistics(channel);
      if (channel !== this.channel || image !== viewer.image) return;
      this.statistics = statistics;
      this.show(this.wholeRange());
    } catch (error) {
      if (!isAbort(error)) this.problem = error instanceof Error ? error.message : String(error);
    }
  }

  /** From the darkest to the brightest of nearly all pixels, and the cuts with some room beside them. */
  private wholeRange(): Range {
    const cuts = this.cuts ?? [0, 1];
    const measured = this.statistics?.percentiles;
    const low = Math.min(measured?.['0.1'] ?? cuts[0], cuts[0]);
    const high = Math.max(measured?.['99.7'] ?? cuts[1], cuts[1]);
    const pad = (high - low || 1) * 0.06;
    return [low - pad, high + pad];
  }

  private show(range: Range): void {
    this.view = range;
    this.asked.request({ channel: this.channel, range });
  }

  private get spec(): CutsSpec {
    const { display } = this.viewer.state.value;
    return display.cuts[this.channel] ?? display.defaultCuts;
  }

  private get cuts(): CutLimits | null {
    return resolveCuts(this.spec, this.statistics);
  }

  /** True when one pair of numbers holds for all channels. */
  private get shared(): boolean {
    return this.viewer.state.value.display.defaultCuts.includes(',');
  }

  override render(): TemplateResult {
    const { display } = this.viewer.state.value;
    const several = (this.viewer.image?.channels.length ?? 1) > 1;
    const unit = unitText(this.statistics?.unit || this.counts?.unit || '');
    const cuts = this.cuts;
    return html`<div class="head">
        <span class="unit"><b>${t('Cuts')}</b>${' '}${unit ? t('in {unit}', { unit }) : t('in pixel values')}</span>
        <vm-button kind="quiet" icon="zoomIn" label=${t('Histogram: zoom to the cuts')} @click=${this.zoomToCuts}></vm-button>
        <vm-button kind="quiet" icon="zoomOut" label=${t('Histogram: nearly all pixels')} @click=${() => this.show(this.wholeRange())}></vm-button>
      </div>
      <vm-histogram
        label=${t('Histogram of channel {channel}', { channel: this.channel })}
        .counts=${this.counts?.counts ?? []}
        .edges=${this.counts?.edges ?? [0, 1]}
        .view=${this.view ?? [0, 1]}
        .low=${cuts?.[0] ?? 0}
        .high=${cuts?.[1] ?? 1}
        .unit=${unit}
        .ramp=${this.ramp}
        .curve=${displayCurve(display.mode === 'color' ? { ...display, invert: false, gamma: 1 } : display)}
        .message=${this.problem || (this.statistics ? '' : t('Measuring…'))}
        @vm-change=${this.onDrag}
        @vm-range=${this.onRange}
        @vm-reset=${() => this.rule('default')}
      ></vm-histogram>
      <div class="grid two">
        ${this.field(t('Low'), cuts?.[0] ?? null, (low) => [low, cuts?.[1] ?? low + 1])}
        ${this.field(t('High'), cuts?.[1] ?? null, (high) => [cuts?.[0] ?? high - 1, high])}
      </div>
      <div class="grid three">${translated(NAMED).map((rule) => this.button(rule))}</div>
      <div class="grid five">
        ${PERCENTILES.map((value) =>
          this.button({
            spec: `${value}%`,
            label: `${value} %`,
            hint: t('The central {value} % of the pixels', { value }),
          }),
        )}
      </div>
      ${
        several
          ? html`<vm-switch
              label=${t('Same cuts for all channels')}
              hint=${t('These two numbers hold for every channel')}
              .value=${this.shared}
              @vm-change=${(event: ChangeEvent<boolean>) => this.share(event.detail.value)}
            ></vm-switch>`
          : nothing
      }`;
  }

  private field(label: string, value: number | null, next: (value: number) => CutLimits): TemplateResult {
    const unit = unitText(this.statistics?.unit ?? '');
    return html`<vm-number
      named
      .label=${label}
      .value=${value}
      .hint=${unit ? t('{label} cut in {unit}', { label, unit }) : t('{label} cut', { label })}
      .digits=${6}
      .step=${0}
      @vm-change=${(event: ChangeEvent<number>) => this.take(next(event.detail.value), event.detail.live)}
    ></vm-number>`;
  }

  private button({ spec, label, hint }: Rule): TemplateResult {
    return html`<vm-button
      toggle
      .pressed=${this.spec === spec}
      .hint=${hint}
      @click=${() => this.rule(spec)}
    >${label}</vm-button>`;
  }

  private readonly onDrag = (event: ChangeEvent<Range>): void => {
    const { value, live } = event.detail;
    // The end that was not moved comes from a rule with all its digits: so many say nothing.
    this.take([Number(value[0].toPrecision(7)), Number(value[1].toPrecision(7))], live);
    if (!live && this.view && (value[0] < this.view[0] || value[1] > this.view[1])) this.show(this.widened(value));
  };

  private widened([low, high]: Range): Range {
    const [from, to] = this.view ?? [low, high];
    const pad = (Math.max(high, to) - Math.min(low, from)) * 0.06;
    return [low < from ? low - pad : from, high > to ? high + pad : to];
  }

  private readonly onRange = (event: CustomEvent<Range | null>): void => this.show(event.detail ?? this.wholeRange());

  private readonly zoomToCuts = (): void => {
    const cuts = this.cuts;
    if (!cuts) return;
    const pad = (cuts[1] - cuts[0]) * 0.12 || 1;
    this.show([cuts[0] - pad, cuts[1] + pad]);
  };

  private take(cuts: CutLimits, live: boolean): void {
    const { state: store } = this.viewer;
    if (this.shared) store.setDisplay({ defaultCuts: cuts.join(','), cuts: {} }, { live });
    else store.setDisplay({ cuts: { ...store.value.display.cuts, [this.channel]: cuts } }, { live });
  }

  /** A rule for this channel, or for all when they share their cuts or there is one. */
  private rule(spec: string): void {
    const { state: store, image } = this.viewer;
    const { display } = store.value;
    if (this.shared || image?.channels.length === 1) {
      store.setDisplay({ defaultCuts: spec, cuts: {} });
    } else {
      const { [this.channel]: _, ...others } = display.cuts;
      store.setDisplay({ cuts: spec === display.defaultCuts ? others : { ...others, [this.channel]: spec } });
    }
    const cuts = this.cuts;
    if (cuts && this.view && (cuts[0] < this.view[0] || cuts[1] > this.view[1])) this.show(this.widened(cuts));
  }

  private share(on: boolean): void {
    const { state: store } = this.viewer;
    const cuts = this.cuts;
    if (on && cuts) store.setDisplay({ defaultCuts: cuts.join(','), cuts: {} });
    else store.setDisplay({ defaultCuts: 'default', cuts: cuts ? { [this.channel]: cuts } : {} });
  }
}

/** Bins over a range; of whole numbers each takes equally many, or the bars would form a comb. */
export function binsFor([low, high]: Range, whole: boolean): { bins: number; range: Range } {
  if (!whole) return { bins: BINS, range: [low, high] };
  const from = Math.floor(low) - 0.5;
  const width = Math.max(1, Math.ceil((high - from) / BINS));
  const bins = Math.max(1, Math.ceil((high - from) / width));
  return { bins, range: [from, from + bins * width] };
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-levels': Levels;
  }
}
