import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query } from 'lit/decorators.js';
import { Control, controlStyles, element } from './base';
import { focusQuietly, KEY_STEPS } from './focus';
import './number';
import { formatNumber } from './numbers';
import { clamp, makeScale, type Scale, type ScaleName, snap } from './scales';
import { described, tooltip } from './tooltip';

/**
 * Label, track and editable value with its unit. A double click (or Delete) on the track or the label resets to
 * `initial`; arrow keys move by `step`, with Shift or Page keys by ten. The filled part starts at `initial`, so that
 * a glance tells what was changed.
 */
@element('vm-slider')
export class Slider extends Control {
  static override styles = [
    controlStyles,
    css`
      .row {
        display: grid;
        grid-template-columns: var(--vm-label-width, 84px) 1fr 64px;
        align-items: center;
        column-gap: 8px;
        min-height: var(--vm-target);
      }
      :host([wide]) .row {
        grid-template-columns: 1fr 84px;
        padding: 4px 0;
      }
      :host([wide]) .track {
        grid-row: 2;
        grid-column: 1 / 3;
      }
      .label {
        color: var(--vm-text-2);
        white-space: nowrap;
        overflow: hidden;
        text-overflow: ellipsis;
        cursor: default;
        -webkit-user-select: none;
        user-select: none;
      }
      .changed {
        color: var(--vm-text);
      }
      .track {
        position: relative;
        height: var(--vm-control);
        border-radius: var(--vm-radius);
        cursor: pointer;
        touch-action: pan-y;
        -webkit-tap-highlight-color: transparent;
      }
      .rail,
      .fill {
        position: absolute;
        top: 50%;
        height: 4px;
        margin-top: -2px;
        border-radius: 2px;
      }
      .rail {
        left: 0;
        right: 0;
        background: var(--vm-pressed);
      }
      .fill {
        background: var(--vm-accent);
      }
      .mark {
        position: absolute;
        top: 50%;
        width: 2px;
        height: 8px;
        margin: -4px 0 0 -1px;
        background: var(--vm-edge);
      }
      .thumb {
        position: absolute;
        top: 50%;
        width: 14px;
        height: 14px;
        margin: -7px 0 0 -7px;
        border-radius: 50%;
        background: var(--vm-text);
        box-shadow: 0 0 0 3px var(--vm-surface);
        transition: transform var(--vm-motion);
      }
      .track:active .thumb {
        transform: scale(1.15);
      }
      .inner {
        position: absolute;
        left: 7px;
        right: 7px;
        top: 0;
        bottom: 0;
      }
      :host([disabled]) {
        opacity: 0.4;
        pointer-events: none;
      }
      @media (pointer: coarse) {
        .thumb {
          width: 24px;
          height: 24px;
          margin: -12px 0 0 -12px;
        }
        .inner {
          left: 12px;
          right: 12px;
        }
      }
    `,
  ];

  @property() label = '';
  @property() unit = '';
  @property() hint = '';
  @property({ type: Number }) value = 0;
  @property({ type: Number }) min = 0;
  @property({ type: Number }) max = 1;
  @property({ type: Number }) step = 0.01;
  /** Where double click returns to; the middle of nothing when not given. */
  @property({ type: Number }) initial: number | null = null;
  @property() scale: ScaleName = 'linear';
  @property({ type: Number }) digits = 4;
  /** Values beyond the track may be typed when this is set. */
  @property({ attribute: false }) limits: readonly [number, number] | null = null;
  /** What a screen reader says instead of the bare number. */
  @property() spoken = '';
  /** Label and value above, the track over the full width below. */
  @property({ type: Boolean, reflect: true }) wide = false;
  @property({ type: Boolean, reflect: true }) disabled = false;

  @query('.thumb') private thumb!: HTMLElement;
  @query('.fill') private fill!: HTMLElement;
  @query('.mark') private mark!: HTMLElement | null;
  @query('.inner') private inner!: HTMLElement;
  private mapping: Scale = makeScale('linear', 0, 1);

  override render(): TemplateResult {
    const changed = this.initial !== null && this.value !== this.initial;
    return html`<div class="row">${described(this.hint)}
      <span class="label ${changed ? 'changed' : ''}" @dblclick=${this.reset} ${tooltip(this.hint, '', { side: 'top', align: 'start' })}>${this.label}</span>
      <div class="track" @pointerdown=${this.grab} @dblclick=${this.reset}>
        <div class="rail"></div>
        <div class="inner">
          ${this.initial === null ? nothing : html`<div class="mark"></div>`}
          <div class="fill"></div>
          <div
            class="thumb"
            role="slider"
            tabindex=${this.disabled ? -1 : 0}
            aria-label=${this.label}
            aria-describedby=${this.hint ? 'hint' : nothing}
            aria-valuemin=${this.min}
            aria-valuemax=${this.max}
            aria-valuenow=${this.value}
            aria-valuetext=${this.spoken || this.text}
            aria-disabled=${String(this.disabled)}
            @keydown=${this.onKey}
          ></div>
        </div>
      </div>
      <vm-number
        quiet
        .label=${this.label}
        .unit=${this.unit}
        .value=${this.value}
        .min=${this.limits?.[0] ?? this.min}
        .max=${this.limits?.[1] ?? this.max}
        .step=${this.step}
        .digits=${this.digits}
        .disabled=${this.disabled}
        @vm-change=${(event: CustomEvent<{ value: number; live: boolean }>) => this.take(event.detail.value, event.detail.live)}
      ></vm-number>
    </div>`;
  }

  override willUpdate(changes: PropertyValues<this>): void {
    if (changes.has('min') || changes.has('max') || changes.has('scale')) {
      this.mapping = makeScale(this.scale, this.min, this.max);
    }
  }

  override updated(): void {
    const at = this.mapping.toTrack(this.value) * 100;
    const from = this.initial === null ? 0 : this.mapping.toTrack(this.initial) * 100;
    this.thumb.style.left = `${at}%`;
    this.fill.style.left = `${Math.min(at, from)}%`;
    this.fill.style.width = `${Math.abs(at - from)}%`;
    if (this.mark) this.mark.style.left = `${from}%`;
  }

  private get text(): string {
    return `${formatNumber(this.value, this.digits)}${this.unit ? ` ${this.unit}` : ''}`;
  }

  private readonly reset = (): void => {
    if (this.initial !== null) this.take(this.initial, false);
  };

  private readonly grab = (event: PointerEvent): void => {
    if (event.button !== 0 || this.disabled) return;
    event.preventDefault();
    focusQuietly(this.thumb);
    const track = event.currentTarget as HTMLElement;
    track.setPointerCapture(event.pointerId);
    const before = this.value;
    const move = (at: PointerEvent): void => this.take(this.valueAt(at.clientX), true);
    const end = (): void => {
      track.removeEventListener('pointermove', move);
      track.removeEventListener('pointerup', end);
      track.removeEventListener('pointercancel', end);
      if (this.value !== before) this.changed(this.value);
    };
    track.addEventListener('pointermove', move);
    track.addEventListener('pointerup', end);
    track.addEventListener('pointercancel', end);
    move(event);
  };

  private valueAt(clientX: number): number {
    const box = this.inner.getBoundingClientRect();
    const raw = this.mapping.toValue(clamp((clientX - box.left) / (box.width || 1), 0, 1));
    return this.scale === 'linear' ? snap(raw, this.step, this.min) : Number(raw.toPrecision(3));
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const steps = KEY_STEPS[event.key];
    if (steps !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      this.take(this.stepped(steps * (event.shiftKey ? 10 : 1)), false);
    } else if (event.key === 'Home' || event.key === 'End') {
      event.preventDefault();
      event.stopPropagation();
      this.take(event.key === 'Home' ? this.min : this.max, false);
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      event.stopPropagation();
      this.reset();
    }
  };

  /** Equal steps on the track when the scale is not linear. */
  private stepped(count: number): number {
    if (this.scale === 'linear')
      return clamp(snap(this.value + count * this.step, this.step, this.min), this.min, this.max);
    return Number(this.mapping.toValue(this.mapping.toTrack(this.value) + count / 100).toPrecision(3));
  }

  private take(value: number, live: boolean): void {
    if (value === this.value) return;
    this.value = value;
    this.changed(value, live);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-slider': Slider;
  }
}
