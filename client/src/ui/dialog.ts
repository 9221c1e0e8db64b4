import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { Control, controlStyles, element } from './base';
import './button';
import { activeElement, focusables } from './focus';

/**
 * A modal dialog: Tab stays inside, Escape and a click beside it close, the focus returns to where it was. (Not the
 * native element, which some of the supported browsers lack.)
 */
@element('vm-dialog')
export class Dialog extends Control {
  static override styles = [
    controlStyles,
    css`
      :host {
        display: contents;
      }
      .scrim {
        position: fixed;
        inset: 0;
        z-index: 1100;
        display: grid;
        place-items: center;
        padding: 16px;
        background: var(--vm-scrim);
      }
      .dialog {
        display: flex;
        flex-direction: column;
        width: 100%;
        max-width: var(--vm-dialog-width, 480px);
        max-height: 100%;
        border-radius: var(--vm-radius);
        background: var(--vm-surface);
        box-shadow: var(--vm-shadow);
        animation: rise var(--vm-motion) ease-out;
      }
      .head {
        display: flex;
        align-items: center;
        justify-content: space-between;
        padding: 8px 8px 0 16px;
      }
      h2 {
        margin: 0;
        font-size: 14px;
        font-weight: 600;
      }
      .body {
        padding: 8px 16px 16px;
        overflow: auto;
      }
      .foot {
        display: flex;
        justify-content: flex-end;
        gap: 8px;
        padding: 0 16px;
      }
      ::slotted([slot='footer']) {
        margin-bottom: 16px;
      }
      @keyframes rise {
        from {
          opacity: 0;
          transform: translateY(8px);
        }
      }
    `,
  ];

  @property() label = '';
  @property({ type: Boolean, reflect: true }) open = false;
  private opener: Element | null = null;

  override render(): TemplateResult | typeof nothing {
    if (!this.open) return nothing;
    return html`<div class="scrim" @pointerdown=${this.onScrim} @keydown=${this.onKey}>
      <div class="dialog" role="dialog" aria-modal="true" aria-label=${this.label} tabindex="-1">
        <div class="head">
          <h2>${this.label}</h2>
          <vm-button kind="quiet" icon="close" label="Close" key="Esc" @click=${this.close}></vm-button>
        </div>
        <div class="body"><slot></slot></div>
        <div class="foot"><slot name="footer"></slot></div>
      </div>
    </div>`;
  }

  override willUpdate(changes: PropertyValues<this>): void {
    if (changes.has('open') && this.open) this.opener = activeElement();
  }

  override updated(changes: PropertyValues<this>): void {
    if (!changes.has('open')) return;
    if (this.open) this.renderRoot.querySelector<HTMLElement>('.dialog')?.focus();
    else if (this.opener instanceof HTMLElement) this.opener.focus();
  }

  readonly close = (): void => {
    if (!this.open) return;
    this.open = false;
    this.dispatchEvent(new CustomEvent('vm-close'));
  };

  private readonly onScrim = (event: PointerEvent): void => {
    if (event.target === event.currentTarget) this.close();
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === 'Escape') this.close();
    if (event.key !== 'Tab') return;
    const stops = focusables(this.shadowRoot as ShadowRoot);
    const first = stops[0];
    const last = stops[stops.length - 1];
    const active = activeElement();
    if (event.shiftKey && (active === first || !stops.includes(active as HTMLElement))) {
      event.preventDefault();
      last?.focus();
    } else if (!event.shiftKey && active === last) {
      event.preventDefault();
      first?.focus();
    }
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-dialog': Dialog;
  }
}
