import { css, html, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { Control, controlStyles, element } from './base';
import { icon, iconStyles } from './icon';

/** A search field; `vm-change` comes with every letter (`live`) and with Enter. Escape empties it. */
@element('vm-search')
export class Search extends Control {
  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };

  static override styles = [
    controlStyles,
    iconStyles,
    css`
      label {
        display: flex;
        align-items: center;
        gap: 8px;
        height: var(--vm-control);
        padding: 0 8px;
        border-radius: var(--vm-radius);
        background: var(--vm-raised);
        color: var(--vm-text-2);
      }
      label:focus-within {
        outline: 2px solid var(--vm-accent);
        outline-offset: -1px;
      }
      input {
        flex: 1;
        min-width: 0;
        height: 100%;
        padding: 0;
        border: 0;
        outline: none !important;
        background: none;
        color: var(--vm-text);
      }
      input::-webkit-search-cancel-button {
        display: none;
      }
      .count {
        font-size: var(--vm-size-small);
      }
    `,
  ];

  @property() label = 'Search';
  @property() value = '';
  /** How much was found, at the right. */
  @property() found = '';

  override render(): TemplateResult {
    return html`<label>
      ${icon('search')}
      <input
        type="search"
        aria-label=${this.label}
        placeholder=${this.label}
        autocomplete="off"
        spellcheck="false"
        .value=${this.value}
        @input=${(event: Event) => this.take((event.target as HTMLInputElement).value, true)}
        @keydown=${this.onKey}
      />
      <span class="count" aria-live="polite">${this.found}</span>
    </label>`;
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') this.take(this.value, false);
    if (event.key !== 'Escape' || !this.value) return;
    event.preventDefault();
    event.stopPropagation();
    this.take('', false);
  };

  private take(value: string, live: boolean): void {
    this.value = value;
    this.changed(value, live);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-search': Search;
  }
}
