import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { t } from '../base/i18n';
import { controlStyles, element } from '../ui/base';
import '../ui/button';
import { headStyles } from '../ui/parts';
import type { Told } from './overlay-drawing';

/** What is known of a source or a region, beside it on the map. */
@element('vm-popup')
export class Popup extends LitElement {
  static override styles = [
    controlStyles,
    headStyles,
    css`
      :host {
        position: absolute;
      }
      .card {
        position: absolute;
        left: 14px;
        top: var(--vm-popup-rise, -20px);
        width: 260px;
        border-radius: var(--vm-radius);
        background: var(--vm-surface);
        box-shadow: var(--vm-shadow);
        pointer-events: auto;
        cursor: default;
        -webkit-user-select: text;
        user-select: text;
      }
      :host([left]) .card {
        left: auto;
        right: 14px;
      }
      :host([above]) .card {
        top: auto;
        bottom: var(--vm-popup-rise, -20px);
      }
      /* Room on neither side: below or above the place, moved into the map. */
      :host([narrow]) .card {
        left: var(--vm-popup-shift, 0);
        right: auto;
        top: 24px;
      }
      :host([narrow][above]) .card {
        top: auto;
        bottom: 24px;
      }
      .head {
        padding: 4px 4px 0 12px;
      }
      .body {
        max-height: 240px;
        overflow: auto;
        padding: 0 12px 12px;
      }
      dl {
        display: grid;
        grid-template-columns: minmax(72px, auto) 1fr;
        gap: 2px 12px;
        margin: 0;
        font-size: var(--vm-size-small);
        line-height: 18px;
      }
      dt {
        color: var(--vm-text-2);
        overflow-wrap: anywhere;
      }
      dd {
        margin: 0;
        text-align: right;
        overflow-wrap: anywhere;
      }
      a {
        display: inline-block;
        margin-top: 8px;
        color: var(--vm-accent);
        font-size: var(--vm-size-small);
      }
    `,
  ];

  @property({ attribute: false }) told: Told | null = null;

  /** On the card, whose title is then read; Tab goes on through what it holds. */
  override focus(): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.card')?.focus());
  }

  override render(): TemplateResult | typeof nothing {
    if (!this.told) return nothing;
    const { title, rows, link } = this.told;
    return html`<div class="card" role="dialog" tabindex="-1" aria-label=${title}>
      <div class="head">
        <h3>${title}</h3>
        <vm-button kind="quiet" icon="close" label=${t('Close')} key="Esc" @click=${() => this.dispatchEvent(new CustomEvent('vm-close'))}></vm-button>
      </div>
      <div class="body" role="group" tabindex="0" aria-label=${t('What the catalogue says')}>
        <dl>${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
        ${link ? html`<a href=${link} target="_blank" rel="noopener">${t('Entry at VizieR')}</a>` : nothing}
      </div>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-popup': Popup;
  }
}
