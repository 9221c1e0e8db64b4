import { css, html, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import type { ReadoutFrame, ShowState } from '../core/state';
import { type ChangeEvent, element } from '../ui/base';
import '../ui/button';
import '../ui/choice';
import type { Option } from '../ui/choice';
import '../ui/section';
import { PanelBase } from './base';
import { readTheme, type ThemeName, writeTheme } from './theme';

const THEMES: readonly Option<ThemeName>[] = [
  { value: 'auto', label: 'System', icon: 'monitor', hint: 'As the system is set' },
  { value: 'dark', label: 'Dark', icon: 'moon' },
  { value: 'light', label: 'Light', icon: 'sun' },
];

const CELESTIAL: readonly Option<ReadoutFrame>[] = [
  { value: 'icrs', label: 'ICRS' },
  { value: 'fk5', label: 'FK5 (J2000)' },
  { value: 'fk4', label: 'FK4 (B1950)' },
  { value: 'galactic', label: 'Galactic' },
  { value: 'ecliptic', label: 'Ecliptic' },
  { value: 'supergalactic', label: 'Supergalactic' },
];

const SHOWN: readonly { key: keyof ShowState; label: string; note?: string }[] = [
  { key: 'title', label: 'Name of the image' },
  { key: 'readout', label: 'Read-out', note: 'Position and values under the pointer' },
  { key: 'scale', label: 'Scale bar' },
  { key: 'compass', label: 'Compass' },
  { key: 'minimap', label: 'Minimap' },
  { key: 'colorbar', label: 'Colour bar' },
  { key: 'magnifier', label: 'Magnifier', note: 'The pixels around the pointer, enlarged' },
  { key: 'graticule', label: 'Coordinate grid' },
  { key: 'reticle', label: 'Reticle', note: 'Cross at the centre' },
];

/** Theme, coordinates, and what floats over the image. */
@element('vm-preferences-panel')
export class PreferencesPanel extends PanelBase {
  static override styles = [
    ...PanelBase.styles,
    css`
      vm-segmented {
        margin: 4px 0 8px;
      }
    `,
  ];

  @state() private theme: ThemeName = 'auto';

  override connectedCallback(): void {
    super.connectedCallback();
    this.theme = readTheme(this.viewer.element);
  }

  /** Kept for the next visit; a theme that the address or a session gave follows. */
  private choose(theme: ThemeName): void {
    const { element, state } = this.viewer;
    this.theme = theme;
    if (state.value.theme) state.set({ theme });
    writeTheme(element, theme);
  }

  override render(): TemplateResult {
    const { frame, degrees, show } = this.viewer.state.value;
    return html`<vm-section label="Theme">
        <vm-segmented
          label="Theme"
          .value=${this.theme}
          .options=${THEMES}
          @vm-change=${(event: ChangeEvent<ThemeName>) => this.choose(event.detail.value)}
        ></vm-segmented>
      </vm-section>
      <vm-section label="Coordinates">
        <vm-select
          label="Frame"
          .value=${frame}
          .options=${this.frames()}
          @vm-change=${(event: ChangeEvent<ReadoutFrame>) => this.viewer.state.set({ frame: event.detail.value })}
        ></vm-select>
        <vm-segmented
          label="Spelling of positions"
          .value=${degrees ? 'degrees' : 'sexagesimal'}
          .options=${[
            { value: 'sexagesimal', label: '12ʰ34ᵐ56ˢ', hint: 'Hours, minutes, seconds (h m s, ° ′ ″)' },
            { value: 'degrees', label: '188.7°', hint: 'Decimal degrees' },
          ]}
          @vm-change=${(event: ChangeEvent<string>) => this.viewer.state.set({ degrees: event.detail.value === 'degrees' })}
        ></vm-segmented>
      </vm-section>
      <vm-section label="On the image">
        ${SHOWN.map(
          ({ key, label, note }) =>
            html`<vm-switch
              .label=${label}
              .note=${note ?? ''}
              .value=${show[key]}
              @vm-change=${(event: ChangeEvent<boolean>) => this.viewer.state.set({ show: { [key]: event.detail.value } })}
            ></vm-switch>`,
        )}
      </vm-section>
      <div class="chips">
        <vm-button
          icon="reset"
          hint="Place, colours, overlays, comparison and what floats over the image, as it opened"
          .disabled=${!this.viewer.image}
          @click=${this.resetAll}
        >Reset everything</vm-button>
        <vm-button icon="help" @click=${() => this.viewer.openPanel('help')}>Help and shortcuts</vm-button>
      </div>`;
  }

  private readonly resetAll = (): void => {
    const { state: store, image } = this.viewer;
    const before = store.toJSON();
    store.restore({ image: image?.id ?? '', panel: store.value.panel });
    this.viewer.notify('Everything is as the image opened', {
      action: { label: 'Undo', run: () => store.restore(before) },
    });
  };

  /** Celestial frames only where there is a sky; physical and detector pixels only where the header has them. */
  private frames(): Option<ReadoutFrame>[] {
    const { sky, chips, wcs } = this.viewer;
    const main = sky ?? chips.find((chip) => chip.sky)?.sky ?? null;
    const frames: Option<ReadoutFrame>[] = [];
    if (main?.frame !== 'other') frames.push(...CELESTIAL.map((one) => ({ ...one, disabled: !main })));
    if (main) frames.push({ value: 'native', label: `As the header: ${main.title}` });
    frames.push({ value: 'pixel', label: 'Image pixels' });
    if (wcs?.physical) frames.push({ value: 'physical', label: 'Physical pixels (LTM, LTV)' });
    if (wcs?.detector) frames.push({ value: 'detector', label: 'Detector pixels (DTM, DTV)' });
    return frames;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-preferences-panel': PreferencesPanel;
  }
}
