import { css, html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { countText, t } from '../base/i18n';
import { type ChangeEvent, element } from '../ui/base';
import '../ui/button';
import type { ListItem } from '../ui/list';
import '../ui/picker';
import '../ui/section';
import '../ui/swatch';
import type { OfferedOverlay } from '../core/api';
import { formatBytes } from '../ui/numbers';
import { rowStyles } from '../ui/parts';
import { catalogs } from '../vo/catalogs';
import { PanelBase } from './base';
import { LIMIT, type Overlay, type OverlayManager, overlaysOf } from './overlays-manager';

/** Catalogues of the field in view, and catalogue or region files: what is drawn over the image. */
@element('vm-overlays-panel')
export class OverlaysPanel extends PanelBase {
  static override styles = [
    ...PanelBase.styles,
    rowStyles,
    css`
      .item {
        display: grid;
        grid-template-columns: auto 1fr auto auto auto auto;
        gap: 0;
      }
      .name {
        min-height: 0;
      }
      .count {
        padding: 0 4px;
        color: var(--vm-text-2);
        font-size: var(--vm-size-small);
      }
      .what {
        grid-column: 2 / -1;
        padding: 0 4px 4px;
      }
      vm-button + .note {
        margin-top: 8px;
      }
      form {
        display: flex;
        gap: 4px;
        margin-top: 8px;
      }
      input {
        flex: 1;
        min-width: 0;
        height: var(--vm-control);
        padding: 0 8px;
        border: 0;
        border-radius: var(--vm-radius);
        background: var(--vm-raised);
        color: var(--vm-text);
      }
    `,
  ];

  @state() private table = '';
  @state() private offered: readonly OfferedOverlay[] = [];
  private manager!: OverlayManager;

  protected override subscribe(): (() => void)[] {
    this.manager = overlaysOf(this.viewer);
    void this.askOffered();
    return [...super.subscribe(), this.manager.onChange(() => this.requestUpdate())];
  }

  override render(): TemplateResult {
    const { image, sky, chips } = this.viewer;
    const hasSky = sky !== null || chips.some((chip) => chip.sky !== null);
    const { list } = this.manager;
    return html`${list.length > 0 ? this.onImage([...list].reverse()) : nothing}
      <vm-section label=${t('Catalogues of the field in view')}>
        ${
          image && !hasSky
            ? html`<p class="note">${t('This image has no sky coordinates, so no catalogue can be laid over it.')}</p>`
            : nothing
        }
        <vm-picker
          bare
          label=${t('Catalogue')}
          placeholder=${t('Add a catalogue')}
          search=${t('Search catalogues')}
          .items=${catalogItems()}
          .value=${''}
          .disabled=${!hasSky}
          @vm-change=${this.onCatalog}
        ></vm-picker>
        <form @submit=${this.onTable}>
          <input
            aria-label=${t('Table of VizieR, or address of a cone search')}
            title=${t('A table of VizieR by its name, or the address of a cone search of the Virtual Observatory')}
            placeholder=${t('II/246/out, or https://…')}
            .value=${this.table}
            ?disabled=${!hasSky}
            @input=${(event: Event) => {
              this.table = (event.target as HTMLInputElement).value;
            }}
          />
          <vm-button label=${t('Add this catalogue')} icon="plus" .disabled=${!hasSky || !this.table.trim()} @click=${this.onTable}></vm-button>
        </form>
      </vm-section>
      ${this.offers()}
      <vm-section label=${t('Files')}>
        <vm-button icon="upload" label=${t('Catalogue or region file')} @click=${this.chooseFile}>${t('Open a file')}</vm-button>
        <p class="note">
          ${t('Or drop it on the image. Catalogues: CSV, TSV, VOTable, FITS table. Regions: DS9, GeoJSON. They are read here and stay on this computer.')}
        </p>
        <input class="file" type="file" multiple tabindex="-1" aria-hidden="true" @change=${this.onFiles} />
      </vm-section>
      ${list.length === 0 ? this.nothingYet() : nothing}`;
  }

  private nothingYet(): TemplateResult {
    const count = countText(LIMIT);
    return html`<vm-section label=${t('On the image')}>
      <p class="note">${t('Nothing yet. At most {count} sources come from a service at once, the brightest first.', { count })}</p>
    </vm-section>`;
  }

  /** The list comes first, because it is what one comes back to; what lies above is above in it. */
  private onImage(list: readonly Overlay[]): TemplateResult {
    return html`<vm-section label=${t('On the image')}>
      ${repeat(
        list,
        ({ key }) => key,
        (one, index) => this.row(one, list.length === 1 ? null : index === 0),
      )}
    </vm-section>`;
  }

  /** What the site offers; nothing of it is said where it offers nothing. */
  private offers(): TemplateResult | typeof nothing {
    if (this.offered.length === 0) return nothing;
    const items: ListItem[] = this.offered.map(({ name, bytes }) => ({
      id: `~${name}`,
      label: name,
      detail: formatBytes(bytes),
    }));
    return html`<vm-section label=${t('Offered by this site')}>
      <vm-picker
        bare
        label=${t('Catalogues and regions of this site')}
        placeholder=${t('Add catalogue or regions')}
        search=${t('Search by name')}
        .items=${items}
        .value=${''}
        @vm-change=${this.onOffered}
      ></vm-picker>
    </vm-section>`;
  }

  private async askOffered(): Promise<void> {
    try {
      const answer = await this.viewer.api.json<{ overlays?: readonly OfferedOverlay[] }>('overlays');
      this.offered = answer.overlays ?? [];
    } catch {
      this.offered = []; // an older server, or none: all else works without
    }
  }

  private readonly onOffered = (event: ChangeEvent<string>): void => {
    const { value, live } = event.detail;
    if (live || !value) return;
    (event.target as HTMLElement & { value: string }).value = '';
    void this.manager.addUrl(value);
  };

  /** `isFront`: it lies above all others; null: it is alone. */
  private row(one: Overlay, isFront: boolean | null): TemplateResult {
    const { key, title, color, shown, count, note } = one;
    return html`<div class="item ${shown ? '' : 'off'}">
      <vm-swatch
        label=${t('Colour of {title}', { title })}
        hint=${t('Colour')}
        .value=${color}
        @vm-change=${(event: ChangeEvent<string>) => this.manager.setColor(key, event.detail.value)}
      ></vm-swatch>
      <span class="name" title=${title}>${shortened(title)}</span>
      <span class="count" aria-live="polite">${count === null ? t('asking…') : countText(count)}</span>
      <vm-button
        kind="quiet"
        .icon=${shown ? 'eye' : 'eyeOff'}
        .label=${shown ? t('Hide {title}', { title }) : t('Show {title}', { title })}
        @click=${() => this.manager.setShown(key, !shown)}
      ></vm-button>
      ${
        isFront === null
          ? nothing
          : html`<vm-button
              kind="quiet"
              icon="arrowUp"
              label=${t('Bring {title} to the front', { title })}
              .disabled=${isFront}
              @click=${() => this.manager.toFront(key)}
            ></vm-button>`
      }
      <vm-button
        kind="quiet"
        icon="close"
        label=${count === null ? t('Cancel {title}', { title }) : t('Remove {title}', { title })}
        @click=${() => this.manager.remove(key)}
      ></vm-button>
      ${note ? html`<span class="note what">${note}</span>` : nothing}
    </div>`;
  }

  private readonly onCatalog = (event: ChangeEvent<string>): void => {
    const { value, live } = event.detail;
    if (live || !value) return;
    (event.target as HTMLElement & { value: string }).value = '';
    void this.manager.addCatalog(value);
  };

  private readonly onTable = (event: Event): void => {
    event.preventDefault();
    const table = this.table.trim();
    if (!table) return;
    this.table = '';
    void this.manager.addCatalog(table);
  };

  private readonly chooseFile = (): void => this.renderRoot.querySelector<HTMLInputElement>('.file')?.click();

  private readonly onFiles = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    for (const file of input.files ?? []) void this.manager.addFile(file);
    input.value = '';
  };
}

/** Names of files differ at their ends: the middle is left out. */
const shortened = (title: string): string => (title.length > 22 ? `${title.slice(0, 8)}…${title.slice(-12)}` : title);

const catalogItems = (): ListItem[] =>
  catalogs.map(({ id, title, hint, color, group }) => ({ id, label: title, detail: t(hint), color, group: t(group) }));

declare global {
  interface HTMLElementTagNameMap {
    'vm-overlays-panel': OverlaysPanel;
  }
}
