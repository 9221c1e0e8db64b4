import { css, html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { t } from '../base/i18n';
import { Control, controlStyles, element } from './base';
import { icon, iconStyles } from './icon';
import type { IconName } from './icons';
import { tooltip } from './tooltip';

export interface RailItem {
  readonly id: string;
  readonly title: string;
  readonly icon: IconName;
  readonly key: string;
  /** Stands apart at the end. */
  readonly last?: boolean;
}

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/** The narrow rail of icons: a toolbar with one tab stop; `vm-change` carries the chosen id, "" to close. */
@element('vm-rail')
export class Rail extends Control {
  static override styles = [
    controlStyles,
    iconStyles,
    css`
      :host {
        pointer-events: none;
      }
      .rail {
        display: flex;
        flex-direction: column;
        gap: 4px;
        padding: 4px;
        border-radius: var(--vm-radius);
        background: var(--vm-surface);
        box-shadow: var(--vm-shadow);
        pointer-events: auto;
      }
      :host([horizontal]) .rail {
        flex-direction: row;
        justify-content: space-around;
        padding: 4px 4px calc(4px + env(safe-area-inset-bottom, 0px));
        border-radius: 0;
        overflow-x: auto;
        scrollbar-width: none;
      }
      .gap {
        flex: none;
        height: 8px;
      }
      :host([horizontal]) .gap {
        display: none;
      }
      button {
        display: grid;
        place-items: center;
        flex: none;
        width: 36px;
        height: 36px;
        border-radius: var(--vm-radius);
        color: var(--vm-text-2);
        transition:
          color var(--vm-motion),
          background-color var(--vm-motion);
      }
      .icon {
        width: 18px;
        height: 18px;
      }
      button:hover {
        color: var(--vm-text);
        background: var(--vm-hover);
      }
      button[aria-pressed='true'] {
        color: var(--vm-accent);
        background: var(--vm-accent-soft);
      }
      button:focus {
        outline-offset: -2px;
      }
      @media (pointer: coarse) {
        button {
          width: 44px;
          height: 44px;
        }
        .icon {
          width: 20px;
          height: 20px;
        }
      }
    `,
  ];

  @property() label = '';
  @property({ attribute: false }) items: readonly RailItem[] = [];
  @property() value = '';
  @property({ type: Boolean, reflect: true }) horizontal = false;
  private stop = '';

  override render(): TemplateResult {
    const stop = this.items.find((item) => item.id === (this.stop || this.value)) ?? this.items[0];
    return html`<div
      class="rail"
      role="toolbar"
      aria-label=${this.label || t('Panels')}
      aria-orientation=${this.horizontal ? 'horizontal' : 'vertical'}
      @keydown=${this.onKey}
    >
      ${repeat(
        this.items,
        (item) => item.id,
        (item, index) => html`
          ${item.last && !this.items[index - 1]?.last ? html`<span class="gap"></span>` : nothing}
          <button
            type="button"
            data-id=${item.id}
            aria-label=${t(item.title)}
            aria-pressed=${String(item.id === this.value)}
            aria-keyshortcuts=${item.key || nothing}
            tabindex=${item === stop ? 0 : -1}
            @click=${() => this.choose(item.id)}
            @focus=${() => this.remember(item.id)}
            ${tooltip(t(item.title), item.key, { side: this.horizontal ? 'top' : 'right', gap: 10 })}
          >
            ${icon(item.icon)}
          </button>`,
      )}
    </div>`;
  }

  /** Puts the focus on an item, as when its panel closes. */
  focusItem(id: string): void {
    this.renderRoot.querySelector<HTMLElement>(`[data-id="${id}"]`)?.focus();
  }

  private remember(id: string): void {
    this.stop = id;
    this.requestUpdate();
  }

  private choose(id: string): void {
    this.value = this.value === id ? '' : id;
    this.changed(this.value);
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const buttons = [...this.renderRoot.querySelectorAll<HTMLElement>('button')];
    const at = buttons.indexOf(this.shadowRoot?.activeElement as HTMLElement);
    buttons[(at + step + buttons.length) % buttons.length]?.focus();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-rail': Rail;
  }
}
