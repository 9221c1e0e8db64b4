import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { t, tn } from '../base/i18n';
import type { CardRow, CardValue, HduInfo, Header } from '../core/api';
import { type ChangeEvent, controlStyles, element } from '../ui/base';
import '../ui/button';
import '../ui/choice';
import '../ui/search';
import '../ui/section';
import '../ui/toast';
import '../ui/virtual';
import { PanelBase } from './base';
import { baseName, fileOf, hduName, shapeText } from './hdus';
import { copyText, saveText } from './save';
import { unitText } from './units';

/** Every card of the header with search, and what else the file holds, one click away. */
@element('vm-header-panel')
export class HeaderPanel extends PanelBase {
  static override styles = [
    ...PanelBase.styles,
    css`
      .hdus {
        max-height: 300px;
        margin: 0 -16px;
        padding: 0 16px;
        overflow: auto;
        scrollbar-width: thin;
        scrollbar-color: var(--vm-pressed) transparent;
      }
      .hdu {
        display: grid;
        grid-template-columns: 1fr auto;
        column-gap: 8px;
        width: 100%;
        margin: 0 -8px;
        width: calc(100% + 16px);
        padding: 6px 8px;
        border-radius: var(--vm-radius);
        text-align: left;
      }
      .hdu:hover:not(:disabled) {
        background: var(--vm-hover);
      }
      .hdu[aria-current='true'] {
        background: var(--vm-accent-soft);
      }
      .hdu[aria-current='true'] .title {
        color: var(--vm-accent);
      }
      .hdu:disabled .title {
        color: var(--vm-text-2);
      }
      .title {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .what {
        grid-column: 1 / 3;
      }
      .tools {
        display: flex;
        gap: 4px;
        margin-bottom: 8px;
      }
      .tools vm-search {
        flex: 1;
      }
      vm-select {
        margin-bottom: 8px;
      }
      vm-virtual {
        height: min(60vh, 640px);
        margin: 0 -8px;
      }
    `,
  ];

  @state() private header: Header | null = null;
  @state() private problem = '';
  @state() private text = '';
  @state() private hdu = 'all';
  private found: readonly CardRow[] = [];
  private loadedFor = '';

  protected override imageChanged(): void {
    this.header = null;
    this.hdu = 'all';
    this.requestUpdate();
  }

  private async load(): Promise<void> {
    const { image, api } = this.viewer;
    if (!image) return;
    const wanted = `${image.id} ${image.version}`;
    if (this.loadedFor === wanted && (this.header || this.problem)) return;
    this.loadedFor = wanted;
    this.problem = '';
    try {
      const header = await api.header(image.id);
      if (this.loadedFor === wanted) this.header = header;
    } catch (error) {
      this.loadedFor = '';
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }

  override willUpdate(): void {
    void this.load();
    const words = this.text.toLowerCase().split(/\s+/).filter(Boolean);
    this.found = this.cards.filter((card) => {
      const all = card.join(' ').toLowerCase();
      return words.every((word) => all.includes(word));
    });
  }

  private get cards(): readonly CardRow[] {
    if (this.hdu === 'all')
      return this.header?.cards.length ? this.header.cards : (this.header?.hdus.flatMap((one) => one.cards) ?? []);
    return this.header?.hdus.find((one) => String(one.hdu) === this.hdu)?.cards ?? [];
  }

  override render(): TemplateResult {
    const { image } = this.viewer;
    if (!image) {
      return html`<vm-empty icon="fileText" label=${t('No image is open')}>
        ${t('The header of an image and the other HDUs of its file appear here.')}
      </vm-empty>`;
    }
    return html`${image.warnings.map((text) => html`<p><vm-banner inset .message=${text}></vm-banner></p>`)}
      ${image.hdus.length > 1 ? this.hdus(image.hdus) : nothing} ${this.renderCards()}`;
  }

  private hdus(all: readonly HduInfo[]): TemplateResult {
    return html`<vm-section label=${t('In this file')} folds>
      <div class="hdus">${all.map(
        (hdu) =>
          html`<button
            type="button"
            class="hdu"
            aria-current=${String(hdu.shown)}
            ?disabled=${!hdu.selector}
            title=${hdu.selector ? t('Open {hdu}', { hdu: hduName(hdu) }) : t('{hdu} is not an image', { hdu: hduName(hdu) })}
            @click=${() => this.open(hdu)}
          >
            <span class="title">${hdu.index} · ${hduName(hdu)}</span>
            <span class="note">${hdu.role}</span>
            <span class="note what">${[shapeText(hdu), hdu.dtype, unitText(hdu.unit), hdu.kind].filter(Boolean).join(' · ')}</span>
          </button>`,
      )}</div>
    </vm-section>`;
  }

  private open(hdu: HduInfo): void {
    const { viewer } = this;
    if (!viewer.image || !hdu.selector) return;
    viewer.open(fileOf(viewer.image.id) + hdu.selector, { keep: 'sky' }).catch((error: Error) =>
      viewer.notify(t('{hdu} cannot be shown: {message}', { hdu: hduName(hdu), message: error.message }), {
        kind: 'error',
      }),
    );
  }

  private renderCards(): TemplateResult {
    if (this.problem) return html`<vm-banner inset kind="error" .message=${this.problem}></vm-banner>`;
    const hdus = this.header?.hdus ?? [];
    return html`<vm-section label=${t('Cards')}>
      ${
        hdus.length > 1
          ? html`<vm-select
              bare
              label=${t('Header of')}
              .value=${this.hdu}
              .options=${[
                { value: 'all', label: t('All that holds for this image') },
                ...hdus.map(({ hdu }) => ({
                  value: String(hdu),
                  label: t('HDU {hdu} only: {name}', { hdu, name: this.nameOf(hdu) }),
                })),
              ]}
              @vm-change=${(event: ChangeEvent<string>) => {
                this.hdu = event.detail.value;
              }}
            ></vm-select>`
          : nothing
      }
      <div class="tools">
        <vm-search
          label=${t('Search the cards')}
          .value=${this.text}
          .found=${this.text ? String(this.found.length) : ''}
          @vm-change=${(event: ChangeEvent<string>) => {
            this.text = event.detail.value;
          }}
        ></vm-search>
        <vm-button icon="copy" label=${t('Copy these cards as text')} @click=${this.copy}></vm-button>
        <vm-button icon="download" label=${t('Save these cards as a text file')} @click=${this.save}></vm-button>
      </div>
      <vm-virtual
        role="group"
        aria-label=${t('Cards')}
        .count=${this.found.length}
        .rowHeight=${42}
        .version=${`${this.text} ${this.hdu} ${this.loadedFor}`}
        .row=${(index: number) => renderCard(this.found[index])}
      ></vm-virtual>
      ${this.header && this.found.length === 0 ? html`<p class="note">${t('No card holds “{text}”.', { text: this.text })}</p>` : nothing}
    </vm-section>`;
  }

  private nameOf(hdu: number): string {
    const info = this.viewer.image?.hdus.find((one) => one.index === hdu);
    return info ? hduName(info) : '';
  }

  private get asText(): string {
    return this.found.map(cardText).join('\n');
  }

  private readonly copy = async (): Promise<void> => {
    if (await copyText(this.asText))
      this.viewer.notify(tn('{count} card copied', '{count} cards copied', this.found.length));
    else this.viewer.notify(t('The browser did not allow copying; save the cards instead'), { kind: 'warning' });
  };

  private readonly save = (): void => {
    saveText(this.asText, `${baseName(this.viewer.image?.id ?? 'image')}.header.txt`);
  };
}

const COMMENTARY = ['COMMENT', 'HISTORY', ''];

export const valueText = (value: CardValue): string =>
  value === null ? '' : typeof value === 'boolean' ? (value ? 'T' : 'F') : String(value);

/** A card as people write it, not cut to 80 columns. */
export function cardText([keyword, value, comment]: CardRow): string {
  if (COMMENTARY.includes(keyword)) return `${keyword.padEnd(8)} ${valueText(value)}${comment}`.trimEnd();
  const shown = typeof value === 'string' ? `'${value.replace(/'/g, "''")}'` : valueText(value);
  return `${keyword.padEnd(8)}= ${shown}${comment ? ` / ${comment}` : ''}`;
}

function renderCard(card: CardRow | undefined): TemplateResult {
  return card ? html`<vm-card .card=${card} title=${cardText(card)}></vm-card>` : html``;
}

/** One card: keyword and value, the comment below. */
@element('vm-card')
export class Card extends LitElement {
  static override styles = [
    controlStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: 84px 1fr;
        align-content: center;
        column-gap: 8px;
        height: 100%;
        padding: 0 8px;
        border-radius: var(--vm-radius);
        line-height: 18px;
      }
      :host(:hover) {
        background: var(--vm-hover);
      }
      span {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .key {
        color: var(--vm-text-2);
        font-family: var(--vm-mono);
        font-size: 12px;
      }
      .comment {
        grid-column: 2;
        color: var(--vm-text-2);
        font-size: var(--vm-size-small);
        line-height: 16px;
      }
    `,
  ];

  @property({ attribute: false }) card: CardRow = ['', '', ''];

  override render(): TemplateResult {
    const [keyword, value, comment] = this.card;
    return html`<span class="key">${keyword}</span><span>${valueText(value)}</span>
      ${comment ? html`<span class="comment">${comment}</span>` : nothing}`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-card': Card;
    'vm-header-panel': HeaderPanel;
  }
}
