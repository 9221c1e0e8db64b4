import { css, html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { Control, controlStyles, element } from './base';
import { icon, iconStyles } from './icon';
import type { IconName } from './icons';
import { described, tooltip } from './tooltip';

export interface Option<T extends string = string> {
  readonly value: T;
  readonly label: string;
  readonly hint?: string;
  readonly icon?: IconName;
  readonly disabled?: boolean;
}

/** A native select (best on phones and for screen readers) with its label before it. */
@element('vm-select')
export class Select extends Control {
  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };

  static override styles = [
    controlStyles,
    iconStyles,
    css`
      label {
        display: grid;
        grid-template-columns: var(--vm-label-width, 84px) 1fr;
        column-gap: 8px;
        align-items: center;
        min-height: var(--vm-target);
      }
      :host([bare]) label {
        display: block;
        min-height: 0;
      }
      .name {
        color: var(--vm-text-2);
        white-space: nowrap;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .box {
        position: relative;
        display: block;
      }
      select {
        -webkit-appearance: none;
        appearance: none;
        width: 100%;
        height: var(--vm-control);
        padding: 0 28px 0 8px;
        border: 0;
        border-radius: var(--vm-radius);
        background: var(--vm-raised);
        text-overflow: ellipsis;
        cursor: pointer;
      }
      select:hover {
        background: var(--vm-hover);
      }
      select:disabled {
        opacity: 0.4;
      }
      option {
        background: var(--vm-surface);
        color: var(--vm-text);
      }
      .icon {
        position: absolute;
        right: 8px;
        top: 50%;
        width: 14px;
        height: 14px;
        margin-top: -7px;
        color: var(--vm-text-2);
      }
    `,
  ];

  @property() label = '';
  @property() hint = '';
  @property() value = '';
  @property({ attribute: false }) options: readonly Option[] = [];
  @property({ type: Boolean, reflect: true }) bare = false;
  @property({ type: Boolean, reflect: true }) disabled = false;

  override render(): TemplateResult {
    return html`<label>
      ${this.bare ? nothing : html`<span class="name" ${tooltip(this.hint, '', { side: 'top', align: 'start' })}>${this.label}</span>`}
      <span class="box">
        <select
          aria-label=${this.bare ? this.label : nothing}
          aria-describedby=${this.hint ? 'hint' : nothing}
          ?disabled=${this.disabled}
          @change=${(event: Event) => this.choose((event.target as HTMLSelectElement).value)}
        >
          ${this.options.map(
            (option) =>
              html`<option value=${option.value} ?disabled=${option.disabled} .selected=${option.value === this.value}>
                ${option.label}
              </option>`,
          )}
        </select>
        ${icon('chevronDown')}
      </span>
    </label>${described(this.hint)}`;
  }

  private choose(value: string): void {
    if (value === this.value) return;
    this.value = value;
    this.changed(value);
  }
}

/** Two to five choices side by side, of which one is taken: a radio group with a roving tab stop. */
@element('vm-segmented')
export class Segmented extends Control {
  static override styles = [
    controlStyles,
    iconStyles,
    css`
      .group {
        display: flex;
        border-radius: var(--vm-radius);
        background: var(--vm-raised);
      }
      button {
        flex: 1;
        display: inline-flex;
        align-items: center;
        justify-content: center;
        gap: 6px;
        min-width: 0;
        min-height: var(--vm-control);
        padding: 0 6px;
        border: 2px solid transparent; /* what is around the choice is a target, too */
        border-radius: var(--vm-radius);
        background-clip: padding-box;
        color: var(--vm-text-2);
        white-space: nowrap;
        transition: color var(--vm-motion);
      }
      button:hover:not(:disabled) {
        color: var(--vm-text);
      }
      button:disabled {
        opacity: 0.45;
      }
      button[aria-checked='true'] {
        background-color: var(--vm-pressed);
        color: var(--vm-text);
        font-weight: 500;
      }
    `,
  ];

  @property() label = '';
  @property() value = '';
  @property({ attribute: false }) options: readonly Option[] = [];

  override render(): TemplateResult {
    const chosen = this.options.some((option) => option.value === this.value);
    return html`<div class="group" role="radiogroup" aria-label=${this.label} @keydown=${this.onKey}>
      ${this.options.map(
        (option, index) =>
          html`<button
            type="button"
            role="radio"
            aria-checked=${String(option.value === this.value)}
            aria-label=${option.icon && !option.label ? (option.hint ?? option.value) : nothing}
            tabindex=${option.value === this.value || (!chosen && index === 0) ? 0 : -1}
            ?disabled=${option.disabled}
            @click=${() => this.choose(option.value)}
            ${tooltip(option.hint ?? '')}
          >
            ${option.icon ? icon(option.icon) : nothing}${option.label}
          </button>`,
      )}
    </div>`;
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const open = this.options.filter((option) => !option.disabled);
    const at = open.findIndex((option) => option.value === this.value);
    const next = open[(Math.max(at, 0) + step + open.length) % open.length];
    if (!next) return;
    this.choose(next.value);
    const index = this.options.indexOf(next);
    this.renderRoot.querySelectorAll<HTMLElement>('button')[index]?.focus();
  };

  private choose(value: string): void {
    if (value === this.value) return;
    this.value = value;
    this.changed(value);
  }
}

/** A switch with its label; the whole row is the target. */
@element('vm-switch')
export class Switch extends Control {
  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };

  static override styles = [
    controlStyles,
    css`
      button {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 12px;
        width: 100%;
        min-height: var(--vm-target);
        border-radius: var(--vm-radius);
        text-align: left;
      }
      .note {
        display: block;
        color: var(--vm-text-2);
        font-size: var(--vm-size-small);
        line-height: 16px;
      }
      .key {
        margin-left: 6px;
        color: var(--vm-text-2);
        font-size: var(--vm-size-small);
      }
      .pill {
        position: relative;
        flex: none;
        width: 28px;
        height: 16px;
        border-radius: 8px;
        background: var(--vm-pressed);
        box-shadow: inset 0 0 0 1px var(--vm-edge);
        transition: background-color var(--vm-motion);
      }
      .pill::after {
        content: '';
        position: absolute;
        left: 3px;
        top: 3px;
        width: 10px;
        height: 10px;
        border-radius: 50%;
        background: var(--vm-text);
        transition: transform var(--vm-motion);
      }
      button[aria-checked='true'] .pill {
        background: var(--vm-accent-fill);
        box-shadow: none;
      }
      button[aria-checked='true'] .pill::after {
        transform: translateX(12px);
        background: var(--vm-accent-text);
      }
      button:disabled {
        opacity: 0.4;
      }
    `,
  ];

  @property() label = '';
  /** A line of explanation below the label. */
  @property() note = '';
  @property() hint = '';
  @property() key = '';
  @property({ type: Boolean }) value = false;
  @property({ type: Boolean, reflect: true }) disabled = false;

  override render(): TemplateResult {
    return html`<button
      type="button"
      role="switch"
      aria-checked=${String(this.value)}
      aria-keyshortcuts=${this.key || nothing}
      aria-describedby=${this.hint ? 'hint' : nothing}
      ?disabled=${this.disabled}
      @click=${this.flip}
      ${tooltip(this.hint, this.hint ? this.key : '', { side: 'top', align: 'start' })}
    >
      <span>${this.label}${this.note ? html`<span class="note">${this.note}</span>` : nothing}</span>
      <span class="pill"></span></button
    >${described(this.hint)}`;
  }

  private flip(): void {
    this.value = !this.value;
    this.changed(this.value);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-select': Select;
    'vm-segmented': Segmented;
    'vm-switch': Switch;
  }
}
