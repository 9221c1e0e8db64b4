import { html, type PropertyValues, svg, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { t } from '../base/i18n';
import { Control, controlStyles, element } from './base';
import { focusQuietly, KEY_STEPS } from './focus';
import { histogramStyles } from './histogram-styles';
import { formatNumber, niceStep, niceTicks } from './numbers';
import { type Curve, rampGradient } from './ramp';
import { clamp, snap } from './scales';

export type Range = readonly [number, number];
type Which = 'low' | 'high';

const HEIGHT = 100;
/**
 * A histogram with two thumbs. Bars are logarithmic in the counts; the line is the transfer curve between the thumbs,
 * the strip below shows which colour each value gets. Drag a thumb, or between them to move both; the wheel or two
 * fingers zoom the axis (`vm-range` asks for finer counts), a double click shows all again.
 *
 * `vm-change` carries [low, high]; `vm-reset` asks for the automatic value.
 */
@element('vm-histogram')
export class Histogram extends Control {
  static override styles = [controlStyles, histogramStyles];

  @property({ attribute: false }) counts: readonly number[] = [];
  /** Value range that the counts cover. */
  @property({ attribute: false }) edges: Range = [0, 1];
  /** Value range that is drawn. */
  @property({ attribute: false }) view: Range = [0, 1];
  @property({ type: Number }) low = 0;
  @property({ type: Number }) high = 1;
  @property() unit = '';
  @property() label = '';
  @property({ attribute: false }) curve: Curve = (t) => t;
  @property({ attribute: false }) ramp: readonly string[] = ['#000000', '#ffffff'];
  /** Shown when there are no counts. */
  @property() message = '';

  @state() private dragging = false;
  @query('.plot') private plot!: HTMLElement;
  @query('.strip') private strip!: HTMLElement;
  private bars = '';
  private readonly fingers = new Map<number, number>();

  override willUpdate(changes: PropertyValues<this>): void {
    if (changes.has('counts') || changes.has('edges') || changes.has('view')) this.bars = this.barPath();
  }

  override render(): TemplateResult {
    const low = this.at(this.low) * 100;
    const high = this.at(this.high) * 100;
    return html`<div
        class="plot"
        role="group"
        aria-label=${this.label}
        @pointerdown=${this.press}
        @pointermove=${this.pinch}
        @pointerup=${this.lift}
        @pointercancel=${this.lift}
        @wheel=${{ handleEvent: this.wheel, passive: false }}
        @dblclick=${this.doubleClick}
      >
        <svg viewBox="0 0 100 ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
          <path class="bars" d=${this.bars}></path>
          <rect class="off" x="0" y="0" width=${clamp(low, 0, 100)} height=${HEIGHT}></rect>
          <rect class="off" x=${clamp(high, 0, 100)} y="0" width=${100 - clamp(high, 0, 100)} height=${HEIGHT}></rect>
          ${svg`<path class="curve" vector-effect="non-scaling-stroke" d=${this.curvePath(low, high)}></path>`}
        </svg>
        ${this.counts.length === 0 && this.message ? html`<div class="empty">${this.message}</div>` : ''}
        <div class="strip"></div>
        ${this.thumb('low', t('Low cut'), this.low, this.edges[0], this.high)}
        ${this.thumb('high', t('High cut'), this.high, this.low, this.edges[1])}
      </div>
      <div class="ticks" aria-hidden="true">${this.ticks.map((tick) => html`<span>${formatNumber(tick, 4)}</span>`)}</div>`;
  }

  private thumb(which: Which, name: string, value: number, min: number, max: number): TemplateResult {
    const at = this.at(value);
    return html`<div
      class="thumb ${which} ${at < 0 || at > 1 ? 'outside' : ''}"
      role="slider"
      tabindex="0"
      aria-label=${name}
      aria-orientation="horizontal"
      aria-valuemin=${Math.min(min, value)}
      aria-valuemax=${Math.max(max, value)}
      aria-valuenow=${value}
      aria-valuetext="${formatNumber(value)} ${this.unit}"
      @keydown=${(event: KeyboardEvent) => this.onKey(event, which)}
    ></div>`;
  }

  override updated(): void {
    const low = this.at(this.low);
    const high = this.at(this.high);
    for (const [which, at] of [
      ['low', low],
      ['high', high],
    ] as const) {
      const thumb = this.renderRoot.querySelector<HTMLElement>(`.${which}`);
      if (thumb) thumb.style.left = `${clamp(at, 0, 1) * 100}%`;
    }
    this.strip.style.background = rampGradient(this.ramp, this.curve, low, high);
    const labels = this.renderRoot.querySelectorAll<HTMLElement>('.ticks span');
    this.ticks.forEach((tick, index) => {
      const label = labels[index];
      if (label) label.style.left = `${this.at(tick) * 100}%`;
    });
  }

  private get span(): number {
    return this.view[1] - this.view[0] || 1;
  }

  private get ticks(): number[] {
    return niceTicks(this.view[0] + this.span * 0.04, this.view[1] - this.span * 0.04, 4);
  }

  private at(value: number): number {
    return (value - this.view[0]) / this.span;
  }

  /** Steps along the bins, in a 100 × HEIGHT box; heights are log(1 + count). */
  private barPath(): string {
    const { counts, edges } = this;
    const width = (edges[1] - edges[0]) / (counts.length || 1);
    const visible = counts.filter(
      (_, k) => this.at(edges[0] + (k + 1) * width) > 0 && this.at(edges[0] + k * width) < 1,
    );
    const top = Math.log1p(Math.max(1, ...visible));
    let path = '';
    counts.forEach((count, k) => {
      const from = clamp(this.at(edges[0] + k * width), 0, 1) * 100;
      const to = clamp(this.at(edges[0] + (k + 1) * width), 0, 1) * 100;
      if (count <= 0 || to <= from) return;
      const y = HEIGHT * (1 - (0.98 * Math.log1p(count)) / top);
      path += `M${from.toFixed(2)} ${HEIGHT}V${y.toFixed(2)}H${to.toFixed(2)}V${HEIGHT}z`;
    });
    return path;
  }

  private curvePath(low: number, high: number): string {
    const points: string[] = [];
    if (low > 0) points.push(`0 ${this.level(0)}`);
    for (let k = 0; k <= 60; k++) {
      const x = low + ((high - low) * k) / 60;
      if (x >= 0 && x <= 100) points.push(`${x.toFixed(2)} ${this.level(k / 60)}`);
    }
    if (high < 100) points.push(`100 ${this.level(1)}`);
    return points.length > 1 ? `M${points.join('L')}` : '';
  }

  private level(t: number): string {
    return (HEIGHT - 1 - clamp(this.curve(t), 0, 1) * (HEIGHT - 2)).toFixed(2);
  }

  private valueAt(clientX: number): number {
    const box = this.plot.getBoundingClientRect();
    return this.view[0] + this.span * clamp((clientX - box.left) / (box.width || 1), -0.5, 1.5);
  }

  private readonly press = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    this.fingers.set(event.pointerId, event.clientX);
    if (this.fingers.size > 1) return;
    const target = event.composedPath()[0] as HTMLElement;
    const start = this.valueAt(event.clientX);
    if (target.classList.contains('strip') && start > this.low && start < this.high) {
      this.drag(event, target, 'both');
    } else if (target.classList.contains('thumb') || event.pointerType !== 'touch') {
      const which = this.nearest(start);
      const thumb = this.renderRoot.querySelector<HTMLElement>(`.${which}`);
      if (thumb) this.drag(event, thumb, which);
    }
  };

  /** The thumb that is drawn nearer: where they overlap the upper one would hide the other. */
  private nearest(value: number): Which {
    const [at, low, high] = [value, this.low, this.high].map((one) => clamp(this.at(one), 0, 1)) as [
      number,
      number,
      number,
    ];
    return Math.abs(at - low) < Math.abs(at - high) || (low === high && value < this.low) ? 'low' : 'high';
  }

  private drag(event: PointerEvent, handle: HTMLElement, which: Which | 'both'): void {
    event.preventDefault();
    if (which !== 'both') focusQuietly(handle);
    handle.setPointerCapture(event.pointerId);
    const from = this.valueAt(event.clientX);
    const before = { low: this.low, high: this.high };
    const move = (at: PointerEvent): void => {
      if (this.fingers.size > 1) return;
      const shift = this.valueAt(at.clientX) - from;
      this.dragging = true;
      this.take(
        which === 'high' ? before.low : before.low + shift,
        which === 'low' ? before.high : before.high + shift,
        true,
        which,
      );
    };
    const end = (): void => {
      handle.removeEventListener('pointermove', move);
      handle.removeEventListener('pointerup', end);
      handle.removeEventListener('pointercancel', end);
      if (this.dragging) this.changed<Range>([this.low, this.high]);
      this.dragging = false;
    };
    handle.addEventListener('pointermove', move);
    handle.addEventListener('pointerup', end);
    handle.addEventListener('pointercancel', end);
  }

  /** Keeps low < high: the thumb that is moved stops at the other one. */
  private take(low: number, high: number, live: boolean, which: Which | 'both'): void {
    const least = this.span / 2000;
    const next: Range = which === 'low' ? [Math.min(low, high - least), high] : [low, Math.max(high, low + least)];
    const step = niceStep(this.span, 1 / 2000);
    this.low = which === 'high' ? low : snap(next[0], step);
    this.high = which === 'low' ? high : snap(next[1], step);
    this.changed<Range>([this.low, this.high], live);
  }

  private readonly onKey = (event: KeyboardEvent, which: Which): void => {
    const steps = KEY_STEPS[event.key];
    if (event.key === 'Delete' || event.key === 'Backspace') {
      event.stopPropagation();
      this.dispatchEvent(new CustomEvent('vm-reset'));
    }
    if (steps === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const shift = steps * niceStep(this.span, 0.005) * (event.shiftKey ? 10 : 1);
    if (which === 'low') this.take(this.low + shift, this.high, false, which);
    else this.take(this.low, this.high + shift, false, which);
  };

  private readonly wheel = (event: WheelEvent): void => {
    event.preventDefault();
    this.zoom(1.0015 ** event.deltaY, this.valueAt(event.clientX));
  };

  private zoom(factor: number, about: number): void {
    const view: Range = [about + (this.view[0] - about) * factor, about + (this.view[1] - about) * factor];
    this.view = view;
    this.dispatchEvent(new CustomEvent<Range>('vm-range', { detail: view }));
  }

  private readonly doubleClick = (event: MouseEvent): void => {
    const onThumb = (event.composedPath()[0] as HTMLElement).classList.contains('thumb');
    this.dispatchEvent(new CustomEvent<Range | null>(onThumb ? 'vm-reset' : 'vm-range', { detail: null }));
  };

  private readonly pinch = (event: PointerEvent): void => {
    const before = this.fingers.get(event.pointerId);
    if (before === undefined || this.fingers.size !== 2) return;
    const other = [...this.fingers].find(([id]) => id !== event.pointerId)?.[1] ?? before;
    this.fingers.set(event.pointerId, event.clientX);
    const factor = Math.abs(before - other) / Math.max(1, Math.abs(event.clientX - other));
    this.zoom(clamp(factor, 0.5, 2), this.valueAt((event.clientX + other) / 2));
  };

  private readonly lift = (event: PointerEvent): void => {
    this.fingers.delete(event.pointerId);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-histogram': Histogram;
  }
}
