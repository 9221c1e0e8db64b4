import { css, html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { Control, controlStyles, element } from './base';
import { icon, iconStyles } from './icon';
import type { IconName } from './icons';

/** A group of controls under a heading; `folds` makes the heading a button that hides them. */
@element('vm-section')
export class Section extends Control {
  static override styles = [
    controlStyles,
    iconStyles,
    css`
      :host {
        margin-bottom: 16px;
      }
      .head {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 8px;
        min-height: var(--vm-target);
      }
      h3 {
        flex: 1;
        margin: 0;
        color: var(--vm-text-2);
        font-size: var(--vm-size-small);
        font-weight: 600;
      }
      h3 button {
        display: flex;
        align-items: center;
        gap: 4px;
        width: 100%;
        min-height: var(--vm-target);
        border-radius: var(--vm-radius);
        font-weight: inherit;
        color: inherit;
      }
      h3 button:hover {
        color: var(--vm-text);
      }
      .icon {
        width: 14px;
        height: 14px;
        transition: transform var(--vm-motion);
      }
      :host([folded]) .icon {
        transform: rotate(-90deg);
      }
      :host([folded]) {
        margin-bottom: 4px;
      }
    `,
  ];

  @property() label = '';
  @property({ type: Boolean }) folds = false;
  @property({ type: Boolean, reflect: true }) folded = false;

  override render(): TemplateResult {
    return html`<div class="head">
        <h3>
          ${
            this.folds
              ? html`<button type="button" aria-expanded=${String(!this.folded)} @click=${this.flip}>
                  ${icon('chevronDown')}${this.label}
                </button>`
              : this.label
          }
        </h3>
        <slot name="action"></slot>
      </div>
      ${this.folds && this.folded ? nothing : html`<slot></slot>`}`;
  }

  private flip(): void {
    this.folded = !this.folded;
    this.changed(this.folded);
  }
}

/** What could be here and how to get it. */
@element('vm-empty')
export class Empty extends Control {
  static override styles = [
    controlStyles,
    iconStyles,
    css`
      div {
        padding: 24px 16px;
        text-align: center;
        color: var(--vm-text-2);
      }
      .icon {
        width: 24px;
        height: 24px;
        margin-bottom: 8px;
      }
      p {
        margin: 0 0 4px;
        color: var(--vm-text);
        font-weight: 500;
      }
    `,
  ];

  @property() icon: IconName = 'image';
  @property() label = '';

  override render(): TemplateResult {
    return html`<div>${icon(this.icon)}<p>${this.label}</p><slot></slot></div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-section': Section;
    'vm-empty': Empty;
  }
}
