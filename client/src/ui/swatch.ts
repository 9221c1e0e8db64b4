import { css, html, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { t } from '../base/i18n';
import { Control, controlStyles, element } from './base';
import { tooltip } from './tooltip';

/** A colour: a swatch over the browser's own colour chooser. Values are "#rrggbb". */
@element('vm-swatch')
export class Swatch extends Control {
  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };

  static override styles = [
    controlStyles,
    css`
      :host {
        display: inline-block;
      }
      label {
        position: relative;
        display: grid;
        place-items: center;
        width: var(--vm-control);
        height: var(--vm-control);
        border-radius: var(--vm-radius);
        cursor: pointer;
      }
      label:hover {
        background: var(--vm-hover);
      }
      label:focus-within {
        outline: 2px solid var(--vm-accent);
        outline-offset: -1px;
      }
      .color {
        width: 16px;
        height: 16px;
        border-radius: 50%;
        box-shadow: inset 0 0 0 1px var(--vm-edge);
      }
      .none {
        background: repeating-conic-gradient(var(--vm-edge) 0 25%, transparent 0 50%) 0 0 / 8px 8px;
      }
      input {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        padding: 0;
        border: 0;
        opacity: 0;
        cursor: pointer;
      }
    `,
  ];

  @property() label = '';
  @property() hint = '';
  /** "#rrggbb", or "" for none, drawn as a chequerboard. */
  @property() value = '#ffffff';
  @property({ type: Boolean }) disabled = false;

  override render(): TemplateResult {
    return html`<label ${tooltip(this.hint)}>
      <span class="color ${this.value ? '' : 'none'}"></span>
      <input
        type="color"
        aria-label=${this.label || t('Colour')}
        .value=${this.value || '#808080'}
        ?disabled=${this.disabled}
        @input=${(event: Event) => this.take(event, true)}
        @change=${(event: Event) => this.take(event, false)}
      />
    </label>`;
  }

  override updated(): void {
    const dot = this.renderRoot.querySelector<HTMLElement>('.color');
    if (dot) dot.style.backgroundColor = this.value || '';
  }

  private take(event: Event, live: boolean): void {
    this.value = (event.target as HTMLInputElement).value;
    this.changed(this.value, live);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-swatch': Swatch;
  }
}
