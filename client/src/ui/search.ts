import { css, html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { t } from '../base/i18n';
import { Control, controlStyles, element } from './base';
import { icon, iconStyles } from './icon';

/** Look of a search field: an icon, the input, how much was found. */
export const searchStyles = css`
  .search {
    display: flex;
    align-items: center;
    gap: 8px;
    flex: none;
    height: var(--vm-control);
    padding: 0 8px;
    border-radius: var(--vm-radius);
    background: var(--vm-raised);
    color: var(--vm-text-2);
  }
  .search:focus-within {
    outline: 2px solid var(--vm-accent);
    outline-offset: -1px;
  }
  .search input {
    flex: 1;
    min-width: 0;
    height: 100%;
    padding: 0;
    border: 0;
    outline: none !important;
    background: none;
    color: var(--vm-text);
  }
  .search input::-webkit-search-cancel-button {
    display: none;
  }
  .search .count {
    font-size: var(--vm-size-small);
  }
`;

interface Field {
  label: string;
  value: string;
  /** How much was found. */
  found: string;
  /** Id of the list that it narrows, and of the row under the cursor: both beside the field, in the same shadow root. */
  list?: { id: string; row: string | null };
  input(text: string): void;
  key(event: KeyboardEvent): void;
}

/** A search field alone, or the head of a list (a combobox), whose rows it can only name from within the same root. */
export function searchField({ label, value, found, list, input, key }: Field): TemplateResult {
  return html`<label class="search">
    ${icon('search')}
    <input
      type="search"
      role=${list ? 'combobox' : nothing}
      aria-label=${label}
      aria-expanded=${list ? 'true' : nothing}
      aria-autocomplete=${list ? 'list' : nothing}
      aria-controls=${list?.id ?? nothing}
      aria-activedescendant=${list?.row ?? nothing}
      placeholder=${label}
      autocomplete="off"
      spellcheck="false"
      .value=${value}
      @input=${(event: Event) => input((event.target as HTMLInputElement).value)}
      @keydown=${key}
    />
    <span class="count" aria-live="polite">${found}</span>
  </label>`;
}

/** A search field; `vm-change` comes with every letter (`live`) and with Enter. Escape empties it. */
@element('vm-search')
export class Search extends Control {
  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };

  static override styles = [controlStyles, iconStyles, searchStyles];

  @property() label = '';
  @property() value = '';
  /** How much was found, at the right. */
  @property() found = '';

  override render(): TemplateResult {
    return searchField({
      label: this.label || t('Search'),
      value: this.value,
      found: this.found,
      input: (text) => this.take(text, true),
      key: this.onKey,
    });
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
