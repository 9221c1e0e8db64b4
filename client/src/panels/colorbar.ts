import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { t } from '../base/i18n';
import type { Colormap, Statistics } from '../core/api';
import type { CutLimits } from '../core/state';
import type { Viewer } from '../core/viewer';
import { controlStyles, element } from '../ui/base';
import { displayNumber } from '../ui/numbers';
import { paint } from '../ui/paint';
import { rampGradient } from '../ui/ramp';
import { tooltip } from '../ui/tooltip';
import { displayCurve } from './curves';
import { colormaps, imageData, resolveCuts } from './data';
import { unitText } from './units';

/**
 * The slim colour bar: which colour a value has, between the cuts, with the unit. In colour mode the channels in their
 * colours. A click opens the display panel. The owner places it.
 */
@element('vm-colorbar')
export class Colorbar extends LitElement {
  static override styles = [
    controlStyles,
    css`
      :host {
        max-width: 100%;
        pointer-events: auto;
      }
      button {
        display: block;
        width: 288px;
        max-width: 100%;
        padding: 6px 10px 3px;
        border-radius: var(--vm-radius);
        background: var(--vm-surface);
        box-shadow: var(--vm-shadow);
      }
      button:hover {
        background: var(--vm-raised);
      }
      .bar {
        display: block;
        height: 8px;
        border-radius: 2px;
        box-shadow: inset 0 0 0 1px var(--vm-line);
      }
      .labels {
        display: flex;
        justify-content: space-between;
        gap: 8px;
        color: var(--vm-text-2);
        font-size: 11px;
        line-height: 16px;
        white-space: nowrap;
      }
      .unit {
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .legend {
        display: flex;
        justify-content: center;
        gap: 12px;
        padding-bottom: 3px;
        font-size: 12px;
        line-height: 18px;
        white-space: nowrap;
        overflow: hidden;
      }
      .legend > span {
        display: flex;
        align-items: center;
        gap: 6px;
        min-width: 0;
      }
      .legend .name {
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .dot {
        flex: none;
        width: 8px;
        height: 8px;
        border-radius: 50%;
      }
      @media (pointer: coarse) {
        button {
          min-height: var(--vm-target);
        }
      }
    `,
  ];

  @property({ attribute: false }) viewer!: Viewer;
  @state() private maps: readonly Colormap[] = [];
  @state() private statistics: Statistics | null = null;
  private undo: (() => void)[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    const { viewer } = this;
    this.undo = [
      viewer.state.watch(
        (tree) => tree.display,
        () => this.refresh(),
      ),
      viewer.on('image', () => this.refresh()),
      viewer.on('changed', () => this.refresh()),
    ];
    this.refresh();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.undo) stop();
    this.undo = [];
  }

  private refresh(): void {
    this.requestUpdate();
    const { viewer } = this;
    const { image } = viewer;
    if (!image) return;
    const { channel, colormap } = viewer.state.value.display;
    if (colormap !== 'grey' && this.maps.length === 0) {
      colormaps(viewer.api).then((maps) => {
        this.maps = maps;
      }, ignore);
    }
    imageData(viewer.api, image)
      .statistics(channel)
      .then((statistics) => {
        if (viewer.image === image && viewer.state.value.display.channel === channel) this.statistics = statistics;
      }, ignore);
  }

  override render(): TemplateResult | typeof nothing {
    const { image, state: store } = this.viewer;
    if (!image) return nothing;
    const { display } = store.value;
    return html`<button
      type="button"
      @click=${() => this.viewer.openPanel('display')}
      ${tooltip(t('Cuts, stretch and colours'), 'd', { side: 'top' })}
    >
      <span class="visually-hidden">${t('Display panel, colour bar:')}</span>
      ${display.mode === 'color' ? this.legend() : this.bar()}
    </button>`;
  }

  private bar(): TemplateResult {
    const { display } = this.viewer.state.value;
    const colors = this.maps.find((map) => map.name === display.colormap)?.colors ?? ['#000000', '#ffffff'];
    const cuts = this.cuts;
    const unit = unitText(this.viewer.image?.channels[display.channel - 1]?.unit ?? '');
    return html`<span class="bar" ${paint(rampGradient(colors, displayCurve(display)))}></span>
      <span class="labels">
        <span>${cuts ? displayNumber(cuts[0], 4) : '\u00a0'}</span>
        <span class="unit">${unit}</span>
        <span>${cuts ? displayNumber(cuts[1], 4) : ''}</span>
      </span>`;
  }

  private legend(): TemplateResult {
    const { image, state: store } = this.viewer;
    return html`<span class="legend">
      ${store.value.display.color.map(
        ({ channel, color }) =>
          html`<span
            ><i class="dot" ${paint(color)}></i><span class="name">${image?.channels[channel - 1]?.label ?? channel}</span></span
          >`,
      )}
    </span>`;
  }

  private get cuts(): CutLimits | null {
    const { display } = this.viewer.state.value;
    const statistics = this.statistics?.channel === display.channel ? this.statistics : null;
    return resolveCuts(display.cuts[display.channel] ?? display.defaultCuts, statistics);
  }
}

const ignore = (): void => undefined;

declare global {
  interface HTMLElementTagNameMap {
    'vm-colorbar': Colorbar;
  }
}
