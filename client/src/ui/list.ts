import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { t } from '../base/i18n';
import { Control, controlStyles, element } from './base';
import { icon, iconStyles } from './icon';
import type { IconName } from './icons';
import { listStyles } from './list-styles';
import { paint } from './paint';
import { rampGradient } from './ramp';
import { searchField, searchStyles } from './search';

export interface ListItem {
  readonly id: string;
  readonly label: string;
  /** Secondary text, at the right, or below in tall rows. */
  readonly detail?: string;
  readonly icon?: IconName;
  /** Address of a thumbnail; makes sense with tall rows. */
  readonly image?: string;
  /** Colours of a gradient shown before the label. */
  readonly ramp?: readonly string[];
  /** One colour, as a dot. */
  readonly color?: string;
  /** Heading before the first item of each group. */
  readonly group?: string;
  /** More text that the search finds. */
  readonly keywords?: string;
  readonly disabled?: boolean;
}

type Row = { readonly heading: string } | { readonly item: ListItem; readonly index: number };

/** The least height of a row under a finger, CSS px. */
const FINGER = 44;

let count = 0;

/**
 * A list to choose from, drawn only where it is seen, so that it may have thousands of rows; with `searchable` a field
 * above it narrows it word by word. Arrow keys move a cursor (`vm-change` with `live`), Enter or a click takes the row.
 * `vm-more` says that the end is in sight.
 */
@element('vm-list')
export class List extends Control {
  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };

  static override styles = [controlStyles, iconStyles, searchStyles, listStyles];

  @property() label = '';
  @property({ attribute: false }) items: readonly ListItem[] = [];
  @property() value = '';
  @property({ type: Boolean }) searchable = false;
  @property() placeholder = '';
  /** Height of a row, CSS px; from 48 on the detail is below the label. */
  @property({ type: Number }) rowHeight = 32;
  /** Ids that carry a tick. */
  @property({ attribute: false }) marked: readonly string[] = [];
  /** Said when there is nothing, or nothing left after a search. */
  @property() emptyText = '';
  /** The text in the field; the owner may search elsewhere with it (`vm-search`). */
  @property() text = '';
  /** Narrow the items here. Off when the owner does it. */
  @property({ attribute: false }) filters = true;

  @state() private cursor = -1;
  @state() private first = 0;
  @state() private shown = 30;
  @query('.scroller') private scroller!: HTMLElement;
  private readonly coarse = window.matchMedia('(pointer: coarse)');
  private rows: Row[] = [];
  private found: ListItem[] = [];
  private readonly id_ = `list-${++count}`;
  private observer: ResizeObserver | null = null;

  /** Height of a row as it is drawn: a finger needs more room than a pointer. */
  get rowPixels(): number {
    return this.coarse.matches ? Math.max(FINGER, this.rowHeight) : this.rowHeight;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.observer = new ResizeObserver(() => this.onScroll());
    if (this.hasUpdated) this.observer.observe(this.scroller);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer?.disconnect();
  }

  override willUpdate(changes: PropertyValues<this>): void {
    const under = this.found[this.cursor]?.id;
    if (changes.has('items') || changes.has('text') || changes.has('filters')) this.narrow();
    if (changes.has('value')) this.cursor = this.indexOf(this.value);
    else if (changes.has('items') && under !== undefined) this.cursor = this.indexOf(under);
  }

  override firstUpdated(): void {
    this.observer?.observe(this.scroller);
  }

  override updated(changes: PropertyValues<this>): void {
    if (changes.has('value') && this.cursor >= 0) this.reveal(this.cursor);
    const { rowPixels } = this;
    this.scroller
      .querySelector<HTMLElement>('.sizer')
      ?.style.setProperty('height', `${this.rows.length * rowPixels}px`);
    for (const row of this.scroller.querySelectorAll<HTMLElement>('.row')) {
      row.style.height = `${rowPixels}px`;
      row.style.transform = `translateY(${Number(row.dataset.row) * rowPixels}px)`;
    }
  }

  override render(): TemplateResult {
    const end = Math.min(this.rows.length, this.first + this.shown);
    const visible = this.rows.slice(this.first, end).map((row, k) => ({ row, at: this.first + k }));
    return html`${this.searchable ? this.field() : nothing}
      <div
        class="scroller ${this.rowHeight >= 48 ? 'tall' : ''}"
        role="listbox"
        id=${this.id_}
        aria-label=${this.label}
        tabindex=${this.searchable ? -1 : 0}
        aria-activedescendant=${this.cursor >= 0 ? `${this.id_}-${this.cursor}` : nothing}
        @scroll=${this.onScroll}
        @keydown=${this.onKey}
      >
        ${this.found.length === 0 ? html`<div class="empty">${this.emptyText || t('Nothing found')}</div>` : nothing}
        <div class="sizer" role="presentation">
          ${repeat(
            visible,
            ({ row, at }) => ('heading' in row ? `#${at}` : row.item.id),
            ({ row, at }) => this.row(row, at),
          )}
        </div>
      </div>`;
  }

  private field(): TemplateResult {
    return searchField({
      label: this.placeholder || t('Search'),
      value: this.text,
      found: this.text && this.filters ? String(this.found.length) : '',
      list: { id: this.id_, row: this.cursor >= 0 ? `${this.id_}-${this.cursor}` : null },
      input: (text) => this.onSearch(text),
      key: this.onKey,
    });
  }

  private row(row: Row, at: number): TemplateResult {
    if ('heading' in row) return html`<div class="row heading" role="presentation" data-row=${at}>${row.heading}</div>`;
    const { item, index } = row;
    return html`<div
      class="row ${index === this.cursor ? 'cursor' : ''}"
      id="${this.id_}-${index}"
      role="option"
      aria-selected=${String(item.id === this.value)}
      aria-disabled=${item.disabled ? 'true' : nothing}
      aria-setsize=${this.found.length}
      aria-posinset=${index + 1}
      data-row=${at}
      title=${item.label.length > 28 ? item.label : nothing}
      @click=${() => this.choose(index)}
      @pointermove=${(event: PointerEvent) => event.pointerType === 'mouse' && this.moveTo(index, false)}
    >
      ${this.mark(item)}
      <span class="texts">
        <span class="label">${item.label}</span>
        ${item.detail ? html`<span class="detail">${item.detail}</span>` : nothing}
      </span>
      ${this.marked.includes(item.id) ? html`<span class="visually-hidden">${t('marked')}</span>${icon('check', 'tick')}` : nothing}
    </div>`;
  }

  private mark(item: ListItem): TemplateResult | typeof nothing {
    if (item.image !== undefined) {
      return html`<span class="picture ${item.image ? '' : 'none'}">
        ${icon(item.icon ?? 'image')}
        ${
          item.image
            ? html`<img
                src=${item.image}
                alt=""
                loading="lazy"
                decoding="async"
                @load=${(event: Event) => (event.target as Element).classList.add('there')}
              />`
            : nothing
        }
      </span>`;
    }
    if (item.ramp) return html`<span class="ramp" ${paint(rampGradient(item.ramp, (t) => t))}></span>`;
    if (item.color) return html`<span class="dot" ${paint(item.color)}></span>`;
    return item.icon ? icon(item.icon) : nothing;
  }

  /** Rows with their headings, CSS px: what a pop-up around the list needs. */
  get fullHeight(): number {
    return this.rows.length * this.rowPixels;
  }

  /** Every word must be in the label, the detail or the keywords. */
  private narrow(): void {
    const words = this.filters ? this.text.toLowerCase().split(/\s+/).filter(Boolean) : [];
    this.found = this.items.filter((item) => {
      const text = `${item.label} ${item.detail ?? ''} ${item.keywords ?? ''}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    this.rows = [];
    let group = '';
    this.found.forEach((item, index) => {
      if (item.group && item.group !== group) this.rows.push({ heading: item.group });
      group = item.group ?? '';
      this.rows.push({ item, index });
    });
    this.first = 0;
  }

  private onSearch(text: string): void {
    this.text = text;
    this.narrow();
    this.cursor = this.text ? -1 : this.indexOf(this.value);
    if (this.text) this.moveTo(0, false);
    this.scroller.scrollTop = 0;
    this.dispatchEvent(new CustomEvent('vm-search', { detail: this.text }));
  }

  private readonly onScroll = (): void => {
    this.first = Math.max(0, Math.floor(this.scroller.scrollTop / this.rowPixels) - 4);
    this.shown = Math.ceil((this.scroller.clientHeight || 400) / this.rowPixels) + 8;
    if (this.first + this.shown >= this.rows.length) this.dispatchEvent(new CustomEvent('vm-more'));
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(this.scroller.clientHeight / this.rowPixels) - 1);
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page };
    const inField = event.target instanceof HTMLInputElement;
    const step = steps[event.key];
    if (step !== undefined) this.moveTo(Math.min(Math.max(this.cursor + step, 0), this.found.length - 1), true);
    else if (event.key === 'Home' && !inField) this.moveTo(0, true);
    else if (event.key === 'End' && !inField) this.moveTo(this.found.length - 1, true);
    else if (event.key === 'Enter' || (event.key === ' ' && !inField)) this.choose(this.cursor);
    else if (event.key === 'Escape' && this.text) this.clear();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  private clear(): void {
    this.text = '';
    this.dispatchEvent(new CustomEvent('vm-search', { detail: '' }));
  }

  private indexOf(id: string): number {
    return this.found.findIndex((item) => item.id === id);
  }

  private moveTo(index: number, reveal: boolean): void {
    const item = this.found[index];
    if (!item || index === this.cursor) return;
    this.cursor = index;
    if (reveal) this.reveal(index);
    if (!item.disabled) this.changed(item.id, true);
  }

  private reveal(index: number): void {
    const at = this.rows.findIndex((row) => 'index' in row && row.index === index);
    const top = at * this.rowPixels;
    const { scrollTop, clientHeight } = this.scroller;
    if (top < scrollTop) this.scroller.scrollTop = index === 0 ? 0 : top;
    else if (top + this.rowPixels > scrollTop + clientHeight)
      this.scroller.scrollTop = top + this.rowPixels - clientHeight;
    this.onScroll();
  }

  private choose(index: number): void {
    const item = this.found[index];
    if (!item || item.disabled) return;
    this.cursor = index;
    this.value = item.id;
    this.changed(item.id);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-list': List;
  }
}
