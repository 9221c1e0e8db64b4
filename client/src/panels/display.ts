import { css, html, nothing, type TemplateResult } from 'lit';
import { query, state } from 'lit/decorators.js';
import { language, mark, t } from '../base/i18n';
import type { Colormap } from '../core/api';
import type { DisplayState, StretchName } from '../core/state';
import { type ChangeEvent, element } from '../ui/base';
import '../ui/button';
import '../ui/choice';
import type { ListItem } from '../ui/list';
import '../ui/picker';
import '../ui/section';
import '../ui/slider';
import '../ui/swatch';
import { automaticColors } from './automatic';
import { PanelBase } from './base';
import './channels';
import { colormapItems } from './colormap-items';
import { stretches, stretchOf } from './curves';
import { colormaps } from './data';
import './levels';
import type { Levels } from './levels';
import './mixing';

/** Complete looks, one click each. */
const LOOKS: readonly { label: string; hint: string; display: Partial<DisplayState> }[] = [
  {
    label: 'VisiOmatic',
    hint: mark('Asinh, low cut of zscale, high cut at 99.7 %'),
    display: { stretch: 'asinh', stretchParameter: null, defaultCuts: 'default', gamma: 1 },
  },
  {
    label: 'DS9',
    hint: mark('Linear, cuts by zscale'),
    display: { stretch: 'linear', stretchParameter: null, defaultCuts: 'zscale', gamma: 1 },
  },
  {
    label: 'VisiOmatic 3',
    hint: mark('Linear, gamma 2.2, cuts around the background, as version 3 showed images'),
    display: { stretch: 'linear', stretchParameter: null, defaultCuts: 'compatible', gamma: 2.2 },
  },
];

/** Channels, cuts, stretch and colours: the heart of the viewer. The picture follows every control while it moves. */
@element('vm-display-controls')
export class DisplayControls extends PanelBase {
  static override styles = [
    ...PanelBase.styles,
    css`
      .mode {
        margin-bottom: 12px;
      }
      .looks {
        display: grid;
        grid-template-columns: 1fr 1fr 1.2fr;
        gap: 4px;
        margin: 4px 0 8px;
      }
      .looks vm-button::part(button) {
        padding: 0 4px;
      }
      .map {
        display: flex;
        align-items: center;
        gap: 4px;
      }
      .map vm-picker {
        flex: 1;
        min-width: 0;
      }
      .line {
        display: grid;
        grid-template-columns: 84px 1fr auto;
        gap: 8px;
        align-items: center;
        min-height: var(--vm-target);
      }
      .line > span:first-child {
        color: var(--vm-text-2);
      }
    `,
  ];

  @state() private maps: readonly Colormap[] = [];
  @state() private chosen = 0;
  private listed: { maps: readonly Colormap[]; lang: string; items: readonly ListItem[] } = {
    maps: [],
    lang: '',
    items: [],
  };
  @query('vm-levels') private levels!: Levels | null;

  override connectedCallback(): void {
    super.connectedCallback();
    colormaps(this.viewer.api).then(
      (maps) => {
        this.maps = maps;
      },
      () => undefined,
    );
  }

  protected override imageChanged(): void {
    this.chosen = 0;
    this.requestUpdate();
    void this.levels?.load();
  }

  override render(): TemplateResult {
    const { image, state: store } = this.viewer;
    if (!image) {
      return html`<vm-empty icon="sliders" label=${t('No image is open')}>
        ${t('Open one from the library to choose its channels, cuts and colours.')}
      </vm-empty>`;
    }
    const { display } = store.value;
    return html`${image.channels.length > 1 ? this.modes(display) : nothing}
      ${
        display.mode === 'single'
          ? html`<vm-channel-choice .viewer=${this.viewer} .display=${display}></vm-channel-choice>`
          : html`<vm-mixing
              .viewer=${this.viewer}
              .display=${display}
              .chosen=${this.channel}
              @vm-change=${(event: ChangeEvent<number>) => {
                this.chosen = event.detail.value;
              }}
            ></vm-mixing>`
      }
      ${this.renderLevels(display)}
      <vm-section label=${t('Look')}>
        <vm-button
          slot="action"
          kind="quiet"
          icon="reset"
          label=${t('Reset the display')}
          hint=${t('Everything in this panel as the image opened')}
          @click=${() => store.resetDisplay()}
        ></vm-button>
        ${this.tone(display)}
      </vm-section>
      <vm-section label=${t('Output')} folds folded>${this.output(display)}</vm-section>`;
  }

  private modes(display: DisplayState): TemplateResult {
    return html`<vm-segmented
      class="mode"
      label=${t('Mode')}
      .value=${display.mode}
      .options=${[{ value: 'single', label: t('Single channel') }, { value: 'color', label: t('Colour') }]}
      @vm-change=${(event: ChangeEvent<DisplayState['mode']>) => this.setMode(event.detail.value)}
    ></vm-segmented>`;
  }

  /** Colour mode never starts black: without a mix, the image's own or an automatic one. */
  private setMode(mode: DisplayState['mode']): void {
    const { state: store, image } = this.viewer;
    const patch: Partial<DisplayState> = { mode };
    if (mode === 'color' && store.value.display.color.length === 0) {
      const usual = store.defaults.display.color;
      patch.off = [];
      patch.color = usual.length ? usual : automaticColors((image?.channels ?? []).slice(0, 3));
    }
    store.setDisplay(patch);
  }

  /** Channel whose histogram is shown. */
  private get channel(): number {
    const { mode, channel, color } = this.viewer.state.value.display;
    if (mode === 'single') return channel;
    return color.some((row) => row.channel === this.chosen) ? this.chosen : (color[0]?.channel ?? channel);
  }

  private renderLevels(display: DisplayState): TemplateResult | typeof nothing {
    if (display.mode === 'color' && display.color.length === 0) return nothing;
    const { channel } = this;
    const color = display.color.find((row) => row.channel === channel)?.color;
    const ramp = display.mode === 'color' ? ['#000000', color ?? '#ffffff'] : this.colorsOf(display.colormap);
    return html`<vm-levels .viewer=${this.viewer} .channel=${channel} .ramp=${ramp} .display=${display}></vm-levels>`;
  }

  private colorsOf(name: string): readonly string[] {
    return this.maps.find((map) => map.name === name)?.colors ?? ['#000000', '#ffffff'];
  }

  private tone(display: DisplayState): TemplateResult {
    const { parameter } = stretchOf(display.stretch) ?? {};
    return html`<div class="looks" role="group" aria-label=${t('Complete looks')}>
        ${LOOKS.map(
          (look) =>
            html`<vm-button
              toggle
              .hint=${t(look.hint)}
              .pressed=${matches(display, look.display)}
              @click=${() => this.viewer.state.setDisplay({ ...look.display, cuts: {}, contrast: 1, bias: 0.5 })}
            >${look.label}</vm-button>`,
        )}
      </div>
      <vm-select
        label=${t('Stretch')}
        hint=${t('How values between the cuts become shades: {hint}', { hint: t(stretchOf(display.stretch)?.hint ?? '') })}
        .value=${display.stretch}
        .options=${stretches.map(({ name, label }) => ({ value: name, label: t(label) }))}
        .disabled=${display.mode === 'color' && display.lupton !== null}
        @vm-change=${(event: ChangeEvent<StretchName>) =>
          this.viewer.state.setDisplay({ stretch: event.detail.value, stretchParameter: null })}
      ></vm-select>
      ${
        parameter && !(display.mode === 'color' && display.lupton)
          ? html`<vm-slider
              .label=${t(parameter.label)}
              hint=${t('Parameter a of the stretch: {hint}', { hint: t(stretchOf(display.stretch)?.hint ?? '') })}
              scale="log"
              .min=${parameter.min}
              .max=${parameter.max}
              .initial=${parameter.usual}
              .value=${display.stretchParameter ?? parameter.usual}
              @vm-change=${(event: ChangeEvent<number>) =>
                this.viewer.state.setDisplay(
                  { stretchParameter: event.detail.value === parameter.usual ? null : event.detail.value },
                  { live: event.detail.live },
                )}
            ></vm-slider>`
          : nothing
      }
      ${display.mode === 'single' ? this.colors(display) : nothing}
      ${this.slider(
        'contrast',
        t('Contrast'),
        t('After the stretch, as in DS9; drag with the right button on the image'),
        {
          min: 0.1,
          max: 10,
          initial: 1,
          scale: 'log',
        },
      )}
      ${this.slider('bias', t('Bias'), t('Brightness: the shade that becomes the middle, as in DS9'), {
        min: 0,
        max: 1,
        initial: 0.5,
        step: 0.01,
      })}
      ${this.slider('gamma', t('Gamma'), t('Of the display, after everything else'), { min: 0.2, max: 5, initial: 1, scale: 'log' })}
      ${display.mode === 'color' ? this.invert(display) : nothing}`;
  }

  private slider(
    key: 'contrast' | 'bias' | 'gamma',
    label: string,
    hint: string,
    range: { min: number; max: number; initial: number; step?: number; scale?: 'log' },
  ): TemplateResult {
    return html`<vm-slider
      .label=${label}
      .hint=${hint}
      .min=${range.min}
      .max=${range.max}
      .initial=${range.initial}
      .step=${range.step ?? 0.01}
      .scale=${range.scale ?? 'linear'}
      .value=${this.viewer.state.value.display[key]}
      @vm-change=${(event: ChangeEvent<number>) =>
        this.viewer.state.setDisplay({ [key]: event.detail.value }, { live: event.detail.live })}
    ></vm-slider>`;
  }

  /** Made when the maps have come, or in another language. */
  private mapItems({ colormap }: DisplayState): readonly ListItem[] {
    if (this.listed.maps !== this.maps || this.listed.lang !== language())
      this.listed = { maps: this.maps, lang: language(), items: colormapItems(this.maps) };
    return this.maps.length ? this.listed.items : [{ id: colormap, label: colormap }];
  }

  private colors(display: DisplayState): TemplateResult {
    return html`<div class="map">
      <vm-picker
        label=${t('Colour map')}
        search=${t('Search colour maps')}
        .items=${this.mapItems(display)}
        .value=${display.colormap}
        @vm-change=${(event: ChangeEvent<string>) =>
          this.viewer.state.setDisplay({ colormap: event.detail.value }, { live: event.detail.live })}
      ></vm-picker>
      <vm-button
        icon="contrast"
        label=${t('Invert the colour map')}
        toggle
        .pressed=${display.invert}
        @click=${() => this.viewer.state.setDisplay({ invert: !display.invert })}
      ></vm-button>
    </div>`;
  }

  private invert(display: DisplayState): TemplateResult {
    return html`<vm-switch
      label=${t('Invert')}
      hint=${t('Dark becomes bright')}
      .value=${display.invert}
      @vm-change=${(event: ChangeEvent<boolean>) => this.viewer.state.setDisplay({ invert: event.detail.value })}
    ></vm-switch>`;
  }

  private output(display: DisplayState): TemplateResult {
    const { state: store } = this.viewer;
    const lossless = display.quality === 0;
    return html`<vm-switch
        label=${t('Lossless')}
        note=${t('PNG tiles: exact colours, several times as many bytes')}
        .value=${lossless}
        @vm-change=${(event: ChangeEvent<boolean>) =>
          store.setDisplay({ quality: event.detail.value ? 0 : store.defaults.display.quality || 90 })}
      ></vm-switch>
      <vm-slider
        label=${t('JPEG quality')}
        hint=${t('Of the tiles: less is quicker on a slow line')}
        unit="%"
        .min=${10}
        .max=${100}
        .step=${1}
        .initial=${store.defaults.display.quality || 90}
        .value=${lossless ? 100 : display.quality}
        .disabled=${lossless}
        @vm-change=${(event: ChangeEvent<number>) =>
          store.setDisplay({ quality: event.detail.value }, { live: event.detail.live })}
      ></vm-slider>
      <div class="line">
        <span>${t('No data')}</span>
        <span class="note">${display.nan === 'transparent' ? t('Transparent') : display.nan}</span>
        <span class="row">
          <vm-swatch
            label=${t('Colour of pixels without a value')}
            hint=${t('Colour of pixels without a value (NaN, BLANK)')}
            .value=${display.nan === 'transparent' ? '' : display.nan}
            @vm-change=${(event: ChangeEvent<string>) =>
              store.setDisplay({ nan: event.detail.value }, { live: event.detail.live })}
          ></vm-swatch>
          <vm-button
            kind="quiet"
            icon="reset"
            label=${t('Pixels without a value: transparent')}
            .disabled=${display.nan === 'transparent'}
            @click=${() => store.setDisplay({ nan: 'transparent' })}
          ></vm-button>
        </span>
      </div>`;
  }
}

/** True when the display is exactly this look, without cuts of its own. */
function matches(display: DisplayState, look: Partial<DisplayState>): boolean {
  const usual = stretchOf(display.stretch)?.parameter?.usual ?? null;
  const parameter = display.stretchParameter === usual ? null : display.stretchParameter;
  const shown = { ...display, stretchParameter: parameter };
  const same = Object.entries(look).every(([key, value]) => shown[key as keyof DisplayState] === value);
  return same && Object.keys(display.cuts).length === 0 && display.contrast === 1 && display.bias === 0.5;
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-display-controls': DisplayControls;
  }
}
