import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { t } from '../base/i18n';
import type { ColoredChannel, DisplayState } from '../core/state';
import type { Viewer } from '../core/viewer';
import { type ChangeEvent, controlStyles, element } from '../ui/base';
import '../ui/button';
import '../ui/choice';
import { iconStyles } from '../ui/icon';
import { rowStyles } from '../ui/parts';
import '../ui/picker';
import '../ui/slider';
import '../ui/swatch';
import { automaticColors } from './automatic';
import { channelItem } from './labels';

const NEUTRAL_LUPTON = { q: 8, stretch: 0.2 };
/** Automatic colours for all channels make sense for a few. */
const FEW = 6;

/** Which channels are mixed in which colours. `vm-change` tells which row is chosen, for the histogram. */
@element('vm-mixing')
export class Mixing extends LitElement {
  static override styles = [
    controlStyles,
    iconStyles,
    rowStyles,
    css`
      .foot {
        display: flex;
        gap: 4px;
        margin: 8px 0 12px;
      }
      vm-picker {
        flex: 1;
        min-width: 0;
      }
    `,
  ];

  @property({ attribute: false }) viewer!: Viewer;
  /** Given anew whenever the display changes. */
  @property({ attribute: false }) display: DisplayState | null = null;
  @property({ type: Number }) chosen = 1;

  override render(): TemplateResult {
    const { image, state: store } = this.viewer;
    const { display } = store.value;
    const rows = [...display.color, ...display.off].sort((a, b) => a.channel - b.channel);
    const rest = (image?.channels ?? []).filter((one) => !rows.some((row) => row.channel === one.index));
    return html`<div role="group" aria-label=${t('Channels in colour')}>${rows.map((row) => this.row(row))}</div>
      <div class="foot">
        <vm-picker
          bare
          label=${t('Add a channel')}
          placeholder=${t('Add a channel')}
          search=${t('Search {count} channels', { count: rest.length })}
          .items=${rest.map((one) => channelItem(one))}
          .value=${''}
          .disabled=${rest.length === 0}
          @vm-change=${this.onAdd}
        ></vm-picker>
        <vm-button
          icon="wand"
          label=${t('Automatic colours')}
          hint=${t('Automatic colours: red for the longest wavelength, blue for the shortest')}
          @click=${this.automatic}
        ></vm-button>
        <vm-button icon="trash" label=${t('Take all channels out')} .disabled=${rows.length === 0} @click=${() => this.put([], [])}></vm-button>
      </div>
      <vm-slider
        label=${t('Saturation')}
        hint=${t('Of the colours of the channels; 0 is grey')}
        .min=${0}
        .max=${3}
        .limits=${[0, 5]}
        .step=${0.05}
        .initial=${1}
        .value=${display.saturation}
        @vm-change=${(event: ChangeEvent<number>) =>
          store.setDisplay({ saturation: event.detail.value }, { live: event.detail.live })}
      ></vm-slider>
      <vm-switch
        label=${t('Lupton')}
        hint=${t('Lupton et al. 2004: one stretch for the intensity keeps the hue of bright sources')}
        .value=${display.lupton !== null}
        @vm-change=${(event: ChangeEvent<boolean>) =>
          store.setDisplay({ lupton: event.detail.value ? (store.defaults.display.lupton ?? NEUTRAL_LUPTON) : null })}
      ></vm-switch>
      ${display.lupton ? this.lupton(display.lupton) : nothing}`;
  }

  private row(row: ColoredChannel): TemplateResult {
    const shown = !this.off.includes(row);
    const label =
      this.viewer.image?.channels[row.channel - 1]?.label ?? t('Channel {channel}', { channel: row.channel });
    return html`<div class="item ${row.channel === this.chosen ? 'chosen' : ''} ${shown ? '' : 'off'}">
      <vm-swatch
        label=${t('Colour of {label}', { label })}
        hint=${t('Colour')}
        .value=${row.color}
        @vm-change=${(event: ChangeEvent<string>) => this.paint(row.channel, event.detail.value, event.detail.live)}
      ></vm-swatch>
      <button
        type="button"
        class="name"
        aria-pressed=${String(row.channel === this.chosen)}
        title=${t('Show the histogram and the cuts of {label}', { label })}
        @click=${() => this.choose(row.channel)}
      >
        ${label}
      </button>
      <vm-button
        kind="quiet"
        toggle
        .icon=${shown ? 'eye' : 'eyeOff'}
        .label=${shown ? t('Hide {label}', { label }) : t('Show {label}', { label })}
        @click=${() => this.switch(row, !shown)}
      ></vm-button>
      <vm-button kind="quiet" icon="close" label=${t('Remove {label}', { label })} @click=${() => this.takeOut(row.channel)}></vm-button>
    </div>`;
  }

  private lupton({ q, stretch }: { q: number; stretch: number }): TemplateResult {
    const { state: store } = this.viewer;
    return html`<vm-slider
        label="Q"
        hint=${t('Strength of the asinh for bright sources; 0 is linear')}
        .min=${0}
        .max=${30}
        .step=${0.5}
        .initial=${NEUTRAL_LUPTON.q}
        .value=${q}
        @vm-change=${(event: ChangeEvent<number>) =>
          store.setDisplay({ lupton: { q: event.detail.value, stretch } }, { live: event.detail.live })}
      ></vm-slider>
      <vm-slider
        label=${t('Stretch')}
        hint=${t('Intensity at which the asinh begins, in units of the interval between the cuts')}
        scale="log"
        .min=${0.001}
        .max=${10}
        .initial=${NEUTRAL_LUPTON.stretch}
        .value=${stretch}
        @vm-change=${(event: ChangeEvent<number>) =>
          store.setDisplay({ lupton: { q, stretch: event.detail.value } }, { live: event.detail.live })}
      ></vm-slider>`;
  }

  private choose(channel: number): void {
    this.dispatchEvent(new CustomEvent('vm-change', { detail: { value: channel, live: false } }));
  }

  private put(color: readonly ColoredChannel[], off: readonly ColoredChannel[] = this.off, live = false): void {
    const ordered = (rows: readonly ColoredChannel[]): ColoredChannel[] =>
      [...rows].sort((a, b) => a.channel - b.channel);
    const apart = off.filter((row) => !color.some((one) => one.channel === row.channel));
    this.viewer.state.setDisplay({ color: ordered(color), off: ordered(apart) }, { live });
  }

  private get off(): readonly ColoredChannel[] {
    return this.viewer.state.value.display.off;
  }

  private get colors(): readonly ColoredChannel[] {
    return this.viewer.state.value.display.color;
  }

  private paint(channel: number, color: string, live: boolean): void {
    const recolor = (rows: readonly ColoredChannel[]): ColoredChannel[] =>
      rows.map((row) => (row.channel === channel ? { channel, color } : row));
    this.put(recolor(this.colors), recolor(this.off), live);
  }

  private switch(row: ColoredChannel, on: boolean): void {
    const others = this.off.filter((one) => one.channel !== row.channel);
    if (on) this.put([...this.colors, row], others);
    else
      this.put(
        this.colors.filter((one) => one.channel !== row.channel),
        [...others, row],
      );
  }

  private takeOut(channel: number): void {
    const without = (rows: readonly ColoredChannel[]): ColoredChannel[] =>
      rows.filter((row) => row.channel !== channel);
    this.put(without(this.colors), without(this.off));
  }

  private readonly onAdd = (event: ChangeEvent<string>): void => {
    const { value, live } = event.detail;
    if (live || !value) return;
    const channel = Number(value);
    this.put([...this.colors, { channel, color: freeColor(this.colors) }]);
    this.choose(channel);
    (event.target as HTMLElement & { value: string }).value = '';
  };

  /** For the channels of the mix; for all when the mix is empty and they are few, else for the ends and the middle. */
  private readonly automatic = (): void => {
    const all = this.viewer.image?.channels ?? [];
    const mixed = all.filter((one) => this.colors.some((row) => row.channel === one.index));
    const usual = this.viewer.state.defaults.display.color;
    if (mixed.length > 1) this.put(automaticColors(mixed));
    else if (usual.length > 0) this.put(usual, []);
    else this.put(automaticColors(all.length <= FEW ? all : ends(all)), []);
  };
}

const ends = <T>(all: readonly T[]): T[] =>
  [all[0], all[Math.floor(all.length / 2)], all[all.length - 1]].filter((one): one is T => one !== undefined);

/** The first of a few clear colours that is not taken. */
function freeColor(taken: readonly ColoredChannel[]): string {
  const colors = ['#ff0000', '#00ff00', '#0000ff', '#ffff00', '#00ffff', '#ff00ff', '#ffffff'];
  return colors.find((color) => !taken.some((row) => row.color === color)) ?? '#ffffff';
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-mixing': Mixing;
  }
}
