import { css, html, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { language, languages, mark, t, translated, writeLanguage } from '../base/i18n';
import type { ReadoutFrame, ShowState } from '../core/state';
import { type ChangeEvent, element } from '../ui/base';
import '../ui/button';
import '../ui/choice';
import type { Option } from '../ui/choice';
import '../ui/section';
import { PanelBase } from './base';
import { readTheme, type ThemeName, writeTheme } from './theme';

const THEMES: readonly Option<ThemeName>[] = [
  { value: 'auto', label: mark('System'), icon: 'monitor', hint: mark('As the system is set') },
  { value: 'dark', label: mark('Dark'), icon: 'moon' },
  { value: 'light', label: mark('Light'), icon: 'sun' },
];

const CELESTIAL: readonly Option<ReadoutFrame>[] = [
  { value: 'icrs', label: 'ICRS' },
  { value: 'fk5', label: 'FK5 (J2000)' },
  { value: 'fk4', label: 'FK4 (B1950)' },
  { value: 'galactic', label: mark('Galactic') },
  { value: 'ecliptic', label: mark('Ecliptic') },
  { value: 'supergalactic', label: mark('Supergalactic') },
];

const SHOWN: readonly { key: keyof ShowState; label: string; note?: string }[] = [
  { key: 'title', label: mark('Name of the image') },
  { key: 'readout', label: mark('Read-out'), note: mark('Position and values under the pointer') },
  { key: 'scale', label: mark('Scale bar') },
  { key: 'compass', label: mark('Compass') },
  { key: 'minimap', label: mark('Minimap') },
  { key: 'colorbar', label: mark('Colour bar') },
  { key: 'magnifier', label: mark('Magnifier'), note: mark('The pixels around the pointer, enlarged') },
  { key: 'graticule', label: mark('Coordinate grid') },
  { key: 'reticle', label: mark('Reticle'), note: mark('Cross at the centre') },
];

const DEGREES = { usual: null, sexagesimal: false, degrees: true } as const;
type Spelling = keyof typeof DEGREES;

const spellingOf = (degrees: boolean | null): Spelling =>
  degrees === null ? 'usual' : degrees ? 'degrees' : 'sexagesimal';

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

  private speak(lang: string): void {
    const { element, state } = this.viewer;
    if (state.value.lang) state.set({ lang });
    writeLanguage(element, lang);
  }

  override render(): TemplateResult {
    const { frame, degrees, show } = this.viewer.state.value;
    return html`<vm-section label=${t('Theme')}>
        <vm-segmented
          label=${t('Theme')}
          .value=${this.theme}
          .options=${translated(THEMES)}
          @vm-change=${(event: ChangeEvent<ThemeName>) => this.choose(event.detail.value)}
        ></vm-segmented>
      </vm-section>
      <vm-section label=${t('Language')}>
        <vm-select
          bare
          label=${t('Language')}
          .value=${language()}
          .options=${languages.map((value) => ({ value, label: nameOf(value) }))}
          @vm-change=${(event: ChangeEvent<string>) => this.speak(event.detail.value)}
        ></vm-select>
      </vm-section>
      <vm-section label=${t('Coordinates')}>
        <vm-select
          label=${t('Frame')}
          .value=${frame}
          .options=${this.frames()}
          @vm-change=${(event: ChangeEvent<ReadoutFrame>) => this.viewer.state.set({ frame: event.detail.value })}
        ></vm-select>
        <vm-segmented
          label=${t('Spelling of positions')}
          .value=${spellingOf(degrees)}
          .options=${[
            {
              value: 'usual',
              label: t('Usual'),
              hint: t('Hours for right ascensions, decimal degrees in other frames'),
            },
            { value: 'sexagesimal', label: '12ʰ34ᵐ56ˢ', hint: t('Hours, minutes, seconds (h m s, ° ′ ″)') },
            { value: 'degrees', label: '188.7°', hint: t('Decimal degrees') },
          ]}
          @vm-change=${(event: ChangeEvent<string>) => this.viewer.state.set({ degrees: DEGREES[event.detail.value as Spelling] })}
        ></vm-segmented>
      </vm-section>
      <vm-section label=${t('On the image')}>
        ${translated(SHOWN).map(
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
          hint=${t('Place, colours, overlays, comparison and what floats over the image, as it opened')}
          .disabled=${!this.viewer.image}
          @click=${this.resetAll}
        >${t('Reset everything')}</vm-button>
        <vm-button icon="help" @click=${() => this.viewer.openPanel('help')}>${t('Help and shortcuts')}</vm-button>
      </div>`;
  }

  private readonly resetAll = (): void => {
    const { state: store, image } = this.viewer;
    const before = store.toJSON();
    store.restore({ image: image?.id ?? '', panel: store.value.panel });
    this.viewer.notify(t('Everything is as the image opened'), {
      action: { label: t('Undo'), run: () => store.restore(before) },
    });
  };

  /** Celestial frames only where there is a sky; physical and detector pixels only where the header has them. */
  private frames(): Option<ReadoutFrame>[] {
    const { sky, chips, wcs } = this.viewer;
    const main = sky ?? chips.find((chip) => chip.sky)?.sky ?? null;
    const frames: Option<ReadoutFrame>[] = [];
    if (main?.frame !== 'other') frames.push(...translated(CELESTIAL).map((one) => ({ ...one, disabled: !main })));
    if (main) frames.push({ value: 'native', label: t('As the header: {title}', { title: t(main.title) }) });
    frames.push({ value: 'pixel', label: t('Image pixels') });
    if (wcs?.physical) frames.push({ value: 'physical', label: t('Physical pixels (LTM, LTV)') });
    if (wcs?.detector) frames.push({ value: 'detector', label: t('Detector pixels (DTM, DTV)') });
    return frames;
  }
}

/** What its speakers call a language. */
function nameOf(language: string): string {
  const name = new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language;
  return name.charAt(0).toLocaleUpperCase(language) + name.slice(1);
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-preferences-panel': PreferencesPanel;
  }
}
