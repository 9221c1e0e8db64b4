import { css, html, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { Control, controlStyles, element } from './base';
import type { Option } from './choice';

let count = 0;

/** Tabs above a slot for each: `<vm-tabs .options=…><div slot="a">…</div></vm-tabs>`. Only the chosen slot is shown. */
@element('vm-tabs')
export class Tabs extends Control {
  static override styles = [
    controlStyles,
    css`
      .tabs {
        display: flex;
        gap: 16px;
        margin-bottom: 12px;
        border-bottom: 1px solid var(--vm-line);
        overflow-x: auto;
        scrollbar-width: none;
      }
      button {
        position: relative;
        flex: none;
        height: var(--vm-target);
        color: var(--vm-text-2);
      }
      button:hover,
      button[aria-selected='true'] {
        color: var(--vm-text);
      }
      button[aria-selected='true']::after {
        content: '';
        position: absolute;
        left: 0;
        right: 0;
        bottom: -1px;
        height: 2px;
        border-radius: 1px;
        background: var(--vm-accent);
      }
      button:focus {
        outline-offset: -3px;
      }
    `,
  ];

  @property() label = '';
  @property() value = '';
  @property({ attribute: false }) options: readonly Option[] = [];
  private readonly id_ = `tabs-${++count}`;

  override render(): TemplateResult {
    return html`<div class="tabs" role="tablist" aria-label=${this.label} @keydown=${this.onKey}>
        ${this.options.map(
          ({ value, label }) =>
            html`<button
              type="button"
              role="tab"
              id="${this.id_}-${value}"
              aria-controls="${this.id_}-panel"
              aria-selected=${String(value === this.value)}
              tabindex=${value === this.value ? 0 : -1}
              @click=${() => this.choose(value)}
            >
              ${label}
            </button>`,
        )}
      </div>
      <div role="tabpanel" id="${this.id_}-panel" aria-labelledby="${this.id_}-${this.value}"><slot name=${this.value}></slot></div>`;
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const at = this.options.findIndex((option) => option.value === this.value);
    const index = (at + step + this.options.length) % this.options.length;
    const next = this.options[index];
    if (!next) return;
    this.choose(next.value);
    this.renderRoot.querySelectorAll<HTMLElement>('button')[index]?.focus();
  };

  private choose(value: string): void {
    if (value === this.value) return;
    this.value = value;
    this.changed(value);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-tabs': Tabs;
  }
}
