import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { controlStyles, element } from './base';

const SPARE = 6;

/** Rows of equal height of which only the visible ones exist. The owner draws a row by its index, with `styles` of its own. */
@element('vm-virtual')
export class Virtual extends LitElement {
  static override styles = [
    controlStyles,
    css`
      :host {
        overflow: auto;
        overscroll-behavior: contain;
        scrollbar-width: thin;
        scrollbar-color: var(--vm-pressed) transparent;
      }
      .sizer {
        position: relative;
        overflow: hidden;
      }
    `,
  ];

  @property({ type: Number }) count = 0;
  @property({ type: Number }) rowHeight = 32;
  @property({ attribute: false }) row: (index: number) => TemplateResult = () => html``;
  /** Anything: a new value draws the rows again from the top. */
  @property({ attribute: false }) version: unknown = null;

  @state() private first = 0;
  @state() private shown = 40;
  @query('.sizer') private sizer!: HTMLElement;
  private readonly observer = new ResizeObserver(() => this.measure());

  override connectedCallback(): void {
    super.connectedCallback();
    // What scrolls must be reached by the keyboard.
    this.tabIndex = 0;
    this.addEventListener('scroll', this.measure, { passive: true });
    this.observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener('scroll', this.measure);
    this.observer.disconnect();
  }

  override willUpdate(changes: PropertyValues<this>): void {
    if (changes.has('version')) this.scrollTop = 0;
    this.measure();
  }

  override render(): TemplateResult {
    const end = Math.min(this.count, this.first + this.shown);
    const indices = Array.from({ length: Math.max(0, end - this.first) }, (_, k) => this.first + k);
    return html`<div class="sizer" role="list">
      ${repeat(
        indices,
        (index) => index,
        (index) => html`<div data-row=${index} role="listitem">${this.row(index)}</div>`,
      )}
    </div>`;
  }

  override updated(): void {
    this.sizer.style.height = `${this.count * this.rowHeight}px`;
    for (const row of this.sizer.querySelectorAll<HTMLElement>('[data-row]')) {
      row.style.position = 'absolute';
      row.style.left = '0';
      row.style.right = '0';
      row.style.height = `${this.rowHeight}px`;
      row.style.transform = `translateY(${Number(row.dataset.row) * this.rowHeight}px)`;
    }
  }

  private readonly measure = (): void => {
    this.first = Math.max(0, Math.floor(this.scrollTop / this.rowHeight) - SPARE);
    this.shown = Math.ceil((this.clientHeight || 600) / this.rowHeight) + 2 * SPARE;
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-virtual': Virtual;
  }
}
