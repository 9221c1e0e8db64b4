import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { t } from '../base/i18n';
import { type ChangeEvent, Control, controlStyles, element } from './base';
import { icon, iconStyles } from './icon';
import './list';
import type { List, ListItem } from './list';
import { paint } from './paint';
import { place, roomFor } from './place';
import { rampGradient } from './ramp';

/**
 * A button that shows the chosen item and opens a searchable list of all. While the cursor moves over the list,
 * `vm-change` comes with `live`, so that the choice can be tried; closing without a choice gives the old one back.
 */
@element('vm-picker')
export class Picker extends Control {
  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };

  static override styles = [
    controlStyles,
    iconStyles,
    css`
      .line {
        display: grid;
        grid-template-columns: var(--vm-label-width, 84px) 1fr;
        column-gap: 8px;
        align-items: center;
        min-height: var(--vm-target);
      }
      :host([bare]) .line {
        display: block;
        min-height: 0;
      }
      .name {
        color: var(--vm-text-2);
        white-space: nowrap;
      }
      button {
        display: flex;
        align-items: center;
        gap: 8px;
        width: 100%;
        min-width: 0;
        height: var(--vm-control);
        padding: 0 8px;
        border-radius: var(--vm-radius);
        background: var(--vm-raised);
        text-align: left;
        white-space: nowrap;
      }
      button:hover {
        background: var(--vm-hover);
      }
      button:disabled {
        opacity: 0.4;
      }
      .text {
        flex: 1;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .ramp {
        flex: none;
        width: 64px;
        height: 12px;
        border-radius: 3px;
      }
      button > .icon:last-child {
        width: 14px;
        height: 14px;
        color: var(--vm-text-2);
      }
      .popup {
        position: fixed;
        z-index: 1200;
        left: 0;
        top: 0;
        display: flex;
        flex-direction: column;
        padding: 8px;
        border-radius: var(--vm-radius);
        background: var(--vm-surface);
        box-shadow: var(--vm-shadow);
      }
      vm-list {
        flex: 1;
      }
    `,
  ];

  @property() label = '';
  @property({ attribute: false }) items: readonly ListItem[] = [];
  @property() value = '';
  @property() placeholder = '';
  @property() search = '';
  @property({ type: Boolean, reflect: true }) bare = false;
  @property({ type: Boolean, reflect: true }) disabled = false;

  @state() private open = false;
  @query('.popup') private popup!: HTMLElement | null;
  @query('button') private button!: HTMLButtonElement;
  @query('vm-list') private list!: List | null;
  private kept = '';

  override render(): TemplateResult {
    const chosen = this.items.find((item) => item.id === this.value);
    return html`<div class="line">
        ${this.bare ? nothing : html`<span class="name">${this.label}</span>`}
        <button
          type="button"
          aria-haspopup="listbox"
          aria-expanded=${String(this.open)}
          aria-label="${this.label}: ${chosen?.label ?? (this.placeholder || t('Choose'))}"
          ?disabled=${this.disabled}
          @click=${() => (this.open ? this.close(true) : this.show())}
          @keydown=${this.onButtonKey}
        >
          ${chosen?.ramp ? html`<span class="ramp" ${paint(rampGradient(chosen.ramp, (t) => t))}></span>` : nothing}
          <span class="text">${chosen?.label ?? (this.placeholder || t('Choose'))}</span>${icon('chevronDown')}
        </button>
      </div>
      ${this.open ? this.renderPopup() : nothing}`;
  }

  private renderPopup(): TemplateResult {
    return html`<div class="popup" @keydown=${this.onPopupKey} @focusout=${this.onFocusOut} @pointerleave=${this.onLeave}>
      <vm-list
        .label=${this.label}
        .items=${this.items}
        .value=${this.kept}
        .searchable=${this.items.length > 8}
        .placeholder=${this.search}
        @vm-change=${this.onChoose}
      ></vm-list>
    </div>`;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.open) this.close(true);
  }

  private async show(): Promise<void> {
    this.kept = this.value;
    this.open = true;
    document.addEventListener('pointerdown', this.onOutside, true);
    await this.updateComplete;
    await this.fit();
    this.list?.focus();
  }

  /** What comes while the list is open makes it larger. */
  override updated(changes: PropertyValues<this>): void {
    if (this.open && changes.has('items')) void this.fit();
  }

  private async fit(): Promise<void> {
    await this.list?.updateComplete;
    if (!this.popup || !this.list) return;
    const room = Math.max(roomFor(this.button, 'bottom'), roomFor(this.button, 'top'));
    const search = this.items.length > 8 ? this.button.offsetHeight + 8 : 0;
    this.popup.style.width = `${Math.max(this.button.offsetWidth, Math.min(288, window.innerWidth - 16))}px`;
    this.popup.style.height = `${Math.min(this.list.fullHeight + search + 16, 420, room)}px`;
    place(this.popup, this.button, { side: 'bottom', align: 'end', gap: 4 });
  }

  private close(restore: boolean): void {
    if (!this.open) return;
    this.open = false;
    document.removeEventListener('pointerdown', this.onOutside, true);
    if (restore && this.value !== this.kept) {
      this.value = this.kept;
      this.changed(this.kept);
    }
  }

  private readonly onChoose = (event: ChangeEvent<string>): void => {
    const { value, live } = event.detail;
    this.value = value;
    this.changed(value, live);
    if (live) return;
    this.kept = value;
    this.close(false);
    this.button.focus();
  };

  /** The pointer left the list: back to what was chosen. */
  private readonly onLeave = (event: PointerEvent): void => {
    if (event.pointerType !== 'mouse' || this.value === this.kept) return;
    this.value = this.kept;
    this.changed(this.kept, true);
  };

  private readonly onButtonKey = (event: KeyboardEvent): void => {
    if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && !this.open) {
      event.preventDefault();
      event.stopPropagation();
      void this.show();
    }
  };

  private readonly onPopupKey = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key !== 'Escape') return;
    event.preventDefault();
    this.close(true);
    this.button.focus();
  };

  private readonly onFocusOut = (event: FocusEvent): void => {
    const to = event.relatedTarget;
    if (to instanceof Node && !this.renderRoot.contains(to)) this.close(true);
  };

  private readonly onOutside = (event: Event): void => {
    if (!event.composedPath().includes(this)) this.close(true);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-picker': Picker;
  }
}
