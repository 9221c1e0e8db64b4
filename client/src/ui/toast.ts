import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { t } from '../base/i18n';
import { Control, controlStyles, element } from './base';
import './button';
import { icon, iconStyles } from './icon';
import type { IconName } from './icons';
import { riseStyles } from './parts';

export type MessageKind = 'info' | 'success' | 'warning' | 'error';

export interface ToastOptions {
  readonly kind?: MessageKind;
  /** Milliseconds until it goes by itself; 0: stays. By default 5 s, errors 10 s. */
  readonly timeout?: number;
  readonly action?: { readonly label: string; readonly run: () => void };
}

interface Toast extends Required<Pick<ToastOptions, 'kind'>> {
  readonly id: number;
  readonly message: string;
  readonly action: ToastOptions['action'];
  timer: number;
  readonly timeout: number;
}

const ICONS: Record<MessageKind, IconName> = { info: 'info', success: 'success', warning: 'warning', error: 'error' };

const messageStyles = css`
  .message {
    display: flex;
    align-items: center;
    gap: 8px;
    min-height: 40px;
    padding: 4px 4px 4px 12px;
    border-radius: var(--vm-radius);
    background: var(--vm-surface);
    box-shadow: var(--vm-shadow);
  }
  .text {
    flex: 1;
    min-width: 0;
    padding: 6px 8px 6px 0;
    overflow-wrap: anywhere;
  }
  .info > .icon {
    color: var(--vm-text-2);
  }
  .success > .icon {
    color: var(--vm-success);
  }
  .warning > .icon {
    color: var(--vm-warning);
  }
  .error > .icon {
    color: var(--vm-danger);
  }
`;

/** Short messages that come, are read, and go; they never block. The owner places the element. */
@element('vm-toasts')
export class Toasts extends LitElement {
  static override styles = [
    controlStyles,
    iconStyles,
    messageStyles,
    riseStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        align-items: center;
        gap: 8px;
        pointer-events: none;
      }
      .action {
        --vm-text-2: var(--vm-accent);
        font-weight: 600;
      }
      .message {
        max-width: min(520px, calc(100vw - 32px));
        pointer-events: auto;
        animation: rise var(--vm-motion) ease-out;
      }
    `,
  ];

  @state() private toasts: readonly Toast[] = [];
  private next = 1;

  override render(): TemplateResult {
    return html`${repeat(
      this.toasts,
      (toast) => toast.id,
      (toast) =>
        html`<div
          class="message ${toast.kind}"
          role=${toast.kind === 'error' || toast.kind === 'warning' ? 'alert' : 'status'}
          @pointerenter=${() => window.clearTimeout(toast.timer)}
          @pointerleave=${() => this.start(toast)}
          @focusin=${() => window.clearTimeout(toast.timer)}
        >
          ${icon(ICONS[toast.kind])}
          <span class="text">${toast.message}</span>
          ${
            toast.action
              ? html`<vm-button kind="quiet" class="action" @click=${() => this.act(toast)}>${toast.action.label}</vm-button>`
              : nothing
          }
          <vm-button kind="quiet" icon="close" label=${t('Dismiss')} @click=${() => this.dismiss(toast.id)}></vm-button>
        </div>`,
    )}`;
  }

  /** Shows a message; the same text twice is shown once. Returns what takes it away. */
  show(message: string, { kind = 'info', timeout, action }: ToastOptions = {}): () => void {
    const same = this.toasts.find((toast) => toast.message === message && toast.kind === kind);
    if (same) this.dismiss(same.id);
    const id = this.next++;
    const toast: Toast = { id, message, kind, action, timer: 0, timeout: timeout ?? (kind === 'error' ? 10000 : 5000) };
    this.toasts = [...this.toasts.slice(-3), toast];
    this.start(toast);
    return () => this.dismiss(id);
  }

  private start(toast: Toast): void {
    if (toast.timeout > 0) toast.timer = window.setTimeout(() => this.dismiss(toast.id), toast.timeout);
  }

  private act(toast: Toast): void {
    this.dismiss(toast.id);
    toast.action?.run();
  }

  private dismiss(id: number): void {
    for (const toast of this.toasts) if (toast.id === id) window.clearTimeout(toast.timer);
    this.toasts = this.toasts.filter((toast) => toast.id !== id);
  }
}

/** A message that stays while something holds (no connection, a warning of the file), inside a panel or over the map. */
@element('vm-banner')
export class Banner extends Control {
  static override styles = [
    controlStyles,
    iconStyles,
    messageStyles,
    riseStyles,
    css`
      :host([inset]) .message {
        align-items: flex-start;
        padding: 6px 8px;
        background: var(--vm-raised);
        box-shadow: none;
        font-size: var(--vm-size-small);
        line-height: 18px;
      }
      :host([inset]) .text {
        padding: 0;
      }
      :host([inset]) .message > .icon {
        margin-top: 1px;
      }
    `,
  ];

  @property() kind: MessageKind = 'warning';
  @property() message = '';
  /** Flat, inside a panel. */
  @property({ type: Boolean, reflect: true }) inset = false;

  override render(): TemplateResult {
    return html`<div class="message ${this.kind}" role="status">
      ${icon(ICONS[this.kind])}<span class="text">${this.message}<slot></slot></span><slot name="action"></slot>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-toasts': Toasts;
    'vm-banner': Banner;
  }
}
