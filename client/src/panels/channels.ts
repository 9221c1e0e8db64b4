import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { t } from '../base/i18n';
import type { ChannelInfo } from '../core/api';
import type { DisplayState } from '../core/state';
import type { Viewer } from '../core/viewer';
import { type ChangeEvent, controlStyles, element } from '../ui/base';
import '../ui/button';
import '../ui/choice';
import type { ListItem } from '../ui/list';
import '../ui/number';
import '../ui/picker';
import '../ui/slider';
import { channelItem } from './labels';
import { onPlayer, type Player, playerOf } from './player';

/** I, Q, U, V and the circular and linear ones are more than fit side by side. */
const MOST_STOKES = 6;

/** Which channel is shown in single mode: list, slider along the spectral axis, animation. */
@element('vm-channel-choice')
export class ChannelChoice extends LitElement {
  static override styles = [
    controlStyles,
    css`
      .play {
        display: flex;
        align-items: center;
        margin: 4px 0 0 -6px;
      }
      .stokes {
        margin-bottom: 8px;
      }
      vm-number {
        width: 84px;
        margin-left: auto;
      }
    `,
  ];

  @property({ attribute: false }) viewer!: Viewer;
  /** Given anew whenever the display changes. */
  @property({ attribute: false }) display: DisplayState | null = null;
  private listed: readonly ChannelInfo[] = [];
  private items: readonly ListItem[] = [];
  private player!: Player;
  private undo: () => void = () => undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.player = playerOf(this.viewer);
    this.undo = onPlayer(this.player, () => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.undo();
  }

  override render(): TemplateResult | typeof nothing {
    const channels = this.viewer.image?.channels ?? [];
    if (channels.length < 2) return nothing;
    const { channel } = this.viewer.state.value.display;
    const current = channels[channel - 1];
    return html`${current ? this.stokes(channels, current) : nothing}<vm-picker
        label=${t('Channel')}
        search=${t('Search {count} channels', { count: channels.length })}
        .items=${this.itemsOf(channels)}
        .value=${String(channel)}
        @vm-change=${this.onPick}
      ></vm-picker>
      ${
        channels.length > 2
          ? html`<vm-slider
              label=${t('Number')}
              hint=${t('Number of the channel, from 1 to {count}', { count: channels.length })}
              .min=${1}
              .max=${channels.length}
              .step=${1}
              .value=${channel}
              .spoken=${current ? t('Channel {channel}: {label}', { channel, label: current.label }) : ''}
              @vm-change=${(event: ChangeEvent<number>) => this.show(event.detail.value, event.detail.live)}
            ></vm-slider>`
          : nothing
      }
      ${this.controls(channels.length)}`;
  }

  /** Where there are several Stokes parameters, the other ones at the same place of the spectral axis. */
  private stokes(channels: readonly ChannelInfo[], current: ChannelInfo): TemplateResult | typeof nothing {
    const same = channels.filter(({ spectral }) => spectral?.value === current.spectral?.value);
    const names = [...new Set(same.map(({ stokes }) => stokes).filter(Boolean))];
    if (names.length < 2 || names.length > MOST_STOKES) return nothing;
    return html`<vm-segmented
      class="stokes"
      label=${t('Stokes parameter')}
      .value=${current.stokes}
      .options=${names.map((name) => ({ value: name, label: name }))}
      @vm-change=${(event: ChangeEvent<string>) => {
        const wanted = same.find(({ stokes }) => stokes === event.detail.value);
        if (wanted) this.show(wanted.index, false);
      }}
    ></vm-segmented>`;
  }

  private itemsOf(channels: readonly ChannelInfo[]): readonly ListItem[] {
    if (channels !== this.listed) this.items = channels.map((one) => channelItem(one));
    this.listed = channels;
    return this.items;
  }

  private controls(count: number): TemplateResult {
    const { playing } = this.player;
    return html`<div class="play" role="group" aria-label=${t('Animation over the channels')}>
      <vm-button kind="quiet" icon="skipBack" label=${t('First channel')} @click=${() => this.player.goTo(1)}></vm-button>
      <vm-button
        kind="quiet"
        flip
        toggle
        .icon=${playing === -1 ? 'pause' : 'play'}
        .label=${playing === -1 ? t('Pause') : t('Play backwards')}
        .pressed=${playing === -1}
        @click=${() => this.player.toggle(-1)}
      ></vm-button>
      <vm-button kind="quiet" icon="stepBack" label=${t('Previous channel')} key="[" @click=${() => this.player.step(-1)}></vm-button>
      <vm-button kind="quiet" icon="stepForward" label=${t('Next channel')} key="]" @click=${() => this.player.step(1)}></vm-button>
      <vm-button
        kind="quiet"
        toggle
        .icon=${playing === 1 ? 'pause' : 'play'}
        .label=${playing === 1 ? t('Pause') : t('Play')}
        .pressed=${playing === 1}
        @click=${() => this.player.toggle(1)}
      ></vm-button>
      <vm-button kind="quiet" icon="skipForward" label=${t('Last channel')} @click=${() => this.player.goTo(count)}></vm-button>
      <vm-number
        label=${t('Rate')}
        unit=${t('per s')}
        hint=${t('Channels per second at most; each is complete before the next')}
        .value=${this.viewer.state.value.rate}
        .min=${0.2}
        .max=${30}
        .step=${1}
        @vm-change=${(event: ChangeEvent<number>) => this.viewer.state.set({ rate: event.detail.value })}
      ></vm-number>
    </div>`;
  }

  private readonly onPick = (event: ChangeEvent<string>): void =>
    this.show(Number(event.detail.value), event.detail.live);

  private show(channel: number, live: boolean): void {
    if (this.player.playing) this.player.stop();
    this.viewer.state.setDisplay({ channel }, { live });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-channel-choice': ChannelChoice;
  }
}
