import { css, html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { Control, controlStyles, element } from './base';
import { icon, iconStyles } from './icon';
import type { IconName } from './icons';
import { tooltip } from './tooltip';

/**
 * A push button: text, icon, or both. With `icon` and no text it is square, and `label` is its name and tooltip.
 * `pressed` makes it a toggle. It fires ordinary `click` events.
 */
@element('vm-button')
export class Button extends Control {
  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };

  static override styles = [
    controlStyles,
    iconStyles,
    css`
      :host {
        display: inline-block;
      }
      button {
        display: inline-flex;
        align-items: center;
        justify-content: center;
        gap: 6px;
        width: 100%;
        min-height: var(--vm-control);
        padding: 0 10px;
        border-radius: var(--vm-radius);
        background: var(--vm-raised);
        white-space: nowrap;
        transition: background-color var(--vm-motion);
      }
      button:hover {
        background: var(--vm-hover);
      }
      button:active {
        background: var(--vm-pressed);
      }
      button:disabled {
        opacity: 0.4;
        background: var(--vm-raised);
      }
      .square {
        width: var(--vm-control);
        padding: 0;
      }
      :host([kind='quiet']) button {
        background: transparent;
        color: var(--vm-text-2);
      }
      :host([kind='quiet']) button:hover:not(:disabled) {
        background: var(--vm-hover);
        color: var(--vm-text);
      }
      :host([kind='primary']) button {
        background: var(--vm-accent-fill);
        color: var(--vm-accent-text);
        font-weight: 600;
      }
      :host([kind='primary']) button:hover:not(:disabled) {
        filter: brightness(1.1);
      }
      :host([pressed]) button,
      :host([pressed]) button:hover {
        background: var(--vm-accent-soft);
        color: var(--vm-accent);
      }
      .flip .icon {
        transform: scaleX(-1);
      }
      .busy .icon {
        animation: turn 900ms linear infinite;
      }
      @keyframes turn {
        to {
          transform: rotate(360deg);
        }
      }
      @media (prefers-reduced-motion: reduce) {
        .busy .icon {
          animation-duration: 4s;
        }
      }
    `,
  ];

  /** Icon before the text. */
  @property() icon: IconName | '' = '';
  /** Accessible name, and the tooltip unless `hint` says more. */
  @property() label = '';
  @property() hint = '';
  /** Keyboard shortcut, shown in the tooltip. */
  @property() key = '';
  @property({ reflect: true }) kind: 'plain' | 'quiet' | 'primary' = 'plain';
  @property({ type: Boolean, reflect: true }) disabled = false;
  /** Makes it a toggle button when not null. */
  @property({ type: Boolean, reflect: true }) pressed = false;
  @property({ type: Boolean }) toggle = false;
  /** The icon points the other way. */
  @property({ type: Boolean }) flip = false;
  @property({ type: Boolean }) busy = false;
  /** For buttons that open something. */
  @property({ attribute: false }) expanded: boolean | null = null;

  override render(): TemplateResult {
    const bare = this.textContent?.trim() === '';
    const hint = this.hint || this.label;
    return html`<button
      type="button"
      part="button"
      class=${[bare && this.icon ? 'square' : '', this.flip ? 'flip' : '', this.busy ? 'busy' : ''].join(' ')}
      ?disabled=${this.disabled}
      aria-label=${(bare && this.label) || nothing}
      aria-pressed=${this.toggle ? String(this.pressed) : nothing}
      aria-expanded=${this.expanded === null ? nothing : String(this.expanded)}
      aria-keyshortcuts=${this.key || nothing}
      ${tooltip(hint, this.key)}
    >
      ${this.icon ? icon(this.busy ? 'loader' : this.icon) : nothing}<slot @slotchange=${() => this.requestUpdate()}></slot>
    </button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-button': Button;
  }
}
