import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query } from 'lit/decorators.js';
import { Control, controlStyles, element } from './base';
import { formatNumber, niceStep, parseNumber } from './numbers';
import { clamp, snap } from './scales';
import { described, tooltip } from './tooltip';

/**
 * A number with its unit, typed or stepped. Enter or leaving the field takes it, Escape gives the old one back, the
 * up and down arrows step (with Shift ten times as much, with Alt a tenth).
 */
@element('vm-number')
export class NumberField extends Control {
  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };

  static override styles = [
    controlStyles,
    css`
      .field {
        display: flex;
        align-items: center;
        height: var(--vm-control);
        padding: 0 8px;
        border-radius: var(--vm-radius);
        background: var(--vm-raised);
        transition: background-color var(--vm-motion);
      }
      .field:hover {
        background: var(--vm-hover);
      }
      .field:focus-within {
        outline: 2px solid var(--vm-accent);
        outline-offset: -1px;
      }
      :host([quiet]) .field {
        padding: 0 4px;
        background: transparent;
      }
      :host([quiet]) .field:hover {
        background: var(--vm-raised);
      }
      .invalid {
        color: var(--vm-danger);
      }
      .name,
      .unit {
        flex: none;
        max-width: 60%;
        color: var(--vm-text-2);
        font-size: var(--vm-size-small);
        white-space: nowrap;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .unit {
        margin-left: 3px;
      }
      input {
        flex: 1;
        min-width: 0;
        width: 100%;
        height: 100%;
        padding: 0;
        border: 0;
        background: none;
        text-align: right;
        outline: none !important;
      }
    `,
  ];

  @property() label = '';
  /** Shows the label inside the field, at its left. */
  @property({ type: Boolean }) named = false;
  @property() unit = '';
  @property({ type: Number }) value: number | null = null;
  @property({ type: Number }) min = Number.NEGATIVE_INFINITY;
  @property({ type: Number }) max = Number.POSITIVE_INFINITY;
  /** Step of the arrow keys; 0 takes about a hundredth of the value. */
  @property({ type: Number }) step = 0;
  @property({ type: Number }) digits = 5;
  @property({ type: Boolean }) integer = false;
  @property({ type: Boolean, reflect: true }) quiet = false;
  @property({ type: Boolean, reflect: true }) disabled = false;
  @property() placeholder = '';
  @property() hint = '';

  @query('input') private input!: HTMLInputElement;
  private editing = false;

  override render(): TemplateResult {
    return html`<label class="field" ${tooltip(this.hint)}>
      ${this.named ? html`<span class="name">${this.label}</span>` : nothing}
      <input
        type="text"
        inputmode=${this.integer && this.min >= 0 ? 'numeric' : 'text'}
        autocomplete="off"
        spellcheck="false"
        aria-describedby=${this.hint ? 'hint' : nothing}
        aria-label=${this.unit ? `${this.label} (${this.unit})` : this.label}
        placeholder=${this.placeholder}
        ?disabled=${this.disabled}
        @focus=${this.onFocus}
        @blur=${() => this.commit()}
        @input=${this.onInput}
        @keydown=${this.onKey}
      />
      ${this.unit ? html`<span class="unit">${this.unit}</span>` : nothing}
    </label>${described(this.hint)}`;
  }

  override updated(changes: PropertyValues<this>): void {
    if (!this.editing && (changes.has('value') || changes.has('digits'))) this.show();
  }

  private show(): void {
    this.input.value = this.value === null ? '' : formatNumber(this.value, this.digits);
    this.input.classList.remove('invalid');
  }

  private onFocus(): void {
    this.editing = true;
    this.input.select();
  }

  private onInput(): void {
    const text = this.input.value;
    const bad = text.trim() !== '' && parseNumber(text) === null;
    this.input.classList.toggle('invalid', bad);
    this.input.setAttribute('aria-invalid', String(bad));
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === 'Enter') {
      this.commit();
      this.input.select();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      this.show();
      this.input.select();
    } else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      event.preventDefault();
      this.stepBy((event.key === 'ArrowUp' ? 1 : -1) * (event.shiftKey ? 10 : event.altKey ? 0.1 : 1));
    }
  }

  private stepBy(count: number): void {
    const from = parseNumber(this.input.value) ?? this.value ?? 0;
    const step = this.step || niceStep(from || 1);
    this.take(
      this.integer
        ? Math.round(from + Math.sign(count) * Math.max(1, Math.abs(count * step)))
        : snap(from + count * step, step / 10),
      true,
    );
    this.show();
  }

  /** Typed numbers keep every digit that was typed; text that is not changed keeps the exact value. */
  private commit(): void {
    this.editing = this.matches(':focus-within');
    const typed = parseNumber(this.input.value);
    const unchanged = this.value !== null && this.input.value === formatNumber(this.value, this.digits);
    if (typed !== null && !unchanged) this.take(this.integer ? Math.round(typed) : typed, false);
    this.show();
  }

  private take(value: number, live: boolean): void {
    const kept = clamp(value, this.min, this.max);
    if (kept === this.value) return;
    this.value = kept;
    this.changed(kept, live);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-number': NumberField;
  }
}
