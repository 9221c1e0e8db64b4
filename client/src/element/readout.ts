import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type { ReadoutFrame, ValueMode } from '../core/state';
import type { Readout } from '../core/viewer';
import { controlStyles, element } from '../ui/base';
import '../ui/button';
import { icon, iconStyles } from '../ui/icon';
import { paint } from '../ui/paint';
import { tooltip } from '../ui/tooltip';
import { coordinates, framesOf, type Position } from './coordinates';
import './goto';
import type { GoTo } from './goto';
import { Quantities } from './quantities';
import type { ViewerCore } from './viewer';

const MODES: readonly [ValueMode, string, string][] = [
  ['raw', 'Value', 'The number in the file'],
  ['net', 'Value − sky', 'Less the background of the channel'],
  ['brightness', 'SB', 'Surface brightness, from the zero point in the header'],
  ['net-brightness', 'SB − sky', 'Surface brightness less the background, from the zero point in the header'],
];

/** More channels than this are not listed. */
const LISTED = 8;

/** Position and values under the cursor (or in the middle of the map), and the way to somewhere else. */
@element('vm-readout')
export class ReadoutCard extends LitElement {
  static override styles = [
    controlStyles,
    iconStyles,
    css`
      :host {
        width: 272px;
        padding: 8px;
        border-radius: var(--vm-radius);
        background: var(--vm-surface);
        box-shadow: var(--vm-shadow);
        pointer-events: auto;
      }
      .bar {
        display: flex;
        align-items: center;
        gap: 2px;
        margin: 4px 0 2px;
      }
      .choice {
        position: relative;
        display: inline-flex;
        align-items: center;
        min-width: 0;
        color: var(--vm-text-2);
        border-radius: var(--vm-radius);
      }
      .choice:hover {
        color: var(--vm-text);
        background: var(--vm-hover);
      }
      select {
        -webkit-appearance: none;
        appearance: none;
        min-width: 0;
        height: 24px;
        padding: 0 20px 0 6px;
        border: 0;
        border-radius: var(--vm-radius);
        background: none;
        font-size: var(--vm-size-small);
        text-overflow: ellipsis;
        cursor: pointer;
      }
      option {
        background: var(--vm-surface);
        color: var(--vm-text);
      }
      .choice .icon {
        position: absolute;
        right: 4px;
        width: 12px;
        height: 12px;
      }
      .space {
        flex: 1;
      }
      vm-button {
        --vm-control: 26px;
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        column-gap: 12px;
        margin: 0;
        padding: 0 6px 2px;
        line-height: 20px;
      }
      dt {
        color: var(--vm-text-2);
        max-width: 112px;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      dd {
        margin: 0;
        text-align: right;
        white-space: nowrap;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .values {
        padding-bottom: 4px;
      }
      .unit {
        display: inline-block;
        margin-left: 4px;
        color: var(--vm-text-2);
        font-size: var(--vm-size-small);
      }
      .dot {
        display: inline-block;
        width: 8px;
        height: 8px;
        margin-right: 6px;
        border-radius: 50%;
      }
      .waiting {
        color: var(--vm-text-2);
      }
      .locked {
        color: var(--vm-accent);
      }
      .name {
        flex: 1;
        min-width: 0;
        height: var(--vm-control);
        padding: 0 6px;
        text-align: left;
        font-weight: 600;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      :host([compact]) {
        width: auto;
        padding: 2px 6px 4px;
      }
      :host([compact]) .bar {
        margin: 0;
      }
      :host([compact]) .place {
        grid-template-columns: auto 1fr auto 1fr;
      }
      :host([compact]) vm-goto {
        margin-bottom: 6px;
      }
      @media (pointer: coarse) {
        select {
          height: 44px;
        }
        vm-button {
          --vm-control: 44px;
        }
      }
    `,
  ];

  @property({ attribute: false }) viewer!: ViewerCore;
  /** On a phone: name, position and values; the rest unfolds. */
  @property({ type: Boolean, reflect: true }) compact = false;
  @state() private unfolded: '' | 'search' | 'more' = '';
  @query('vm-goto') private goto!: GoTo | null;
  private undo: (() => void)[] = [];
  private quantities!: Quantities;

  override connectedCallback(): void {
    super.connectedCallback();
    const { viewer } = this;
    const update = () => this.requestUpdate();
    this.quantities = new Quantities(viewer, update);
    this.undo = [
      viewer.on('readout', update),
      viewer.on('image', update),
      viewer.state.onChange(({ state, previous }) => {
        if (
          state.frame !== previous.frame ||
          state.degrees !== previous.degrees ||
          state.values !== previous.values ||
          state.display !== previous.display
        )
          update();
      }),
    ];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.undo) stop();
    this.undo = [];
  }

  /** Open the go-to box and put the cursor in it. */
  async search(): Promise<void> {
    this.unfolded = 'search';
    await this.updateComplete;
    this.goto?.focus();
  }

  override render(): TemplateResult | typeof nothing {
    const { viewer } = this;
    if (!viewer.image) return nothing;
    const readout = viewer.readout ?? {
      ...viewer.map.center,
      channels: viewer.shownChannels(),
      values: null,
      exact: null,
      locked: false,
    };
    const all = !this.compact;
    return html`${all ? nothing : this.head()}
      ${all || this.unfolded === 'search' ? html`<vm-goto .viewer=${viewer}></vm-goto>` : nothing}
      ${
        all || this.unfolded === 'more'
          ? html`<div class="bar">
              ${this.frameChoice()} ${this.modeChoice()}<span class="space"></span>${this.buttons(readout)}
            </div>`
          : nothing
      }
      ${this.position(readout)}${this.values(readout)}`;
  }

  /** First line on a phone, where there is no title bar. */
  private head(): TemplateResult {
    const { viewer } = this;
    const unfold = (what: 'search' | 'more') => () => {
      this.unfolded = this.unfolded === what ? '' : what;
    };
    return html`<div class="bar">
      <button type="button" class="name" @click=${() => viewer.openPanel('library')}>${viewer.image?.name}</button>
      <vm-button kind="quiet" icon="search" label="Go to" .pressed=${this.unfolded === 'search'} @click=${unfold('search')}></vm-button>
      <vm-button kind="quiet" icon="ellipsis" label="Frame, quantity, copy" .pressed=${this.unfolded === 'more'} @click=${unfold('more')}></vm-button>
    </div>`;
  }

  private frameChoice(): TemplateResult {
    const { state } = this.viewer;
    const frames = framesOf(this.viewer);
    const chosen = frames.find(([id]) => id === state.value.frame)?.[0] ?? frames[0]?.[0];
    return html`<span class="choice" ${tooltip('Frame of the position')}>
      <select
        aria-label="Frame of the position"
        @change=${(event: Event) => state.set({ frame: (event.target as HTMLSelectElement).value as ReadoutFrame })}
      >
        ${frames.map(([id, title]) => html`<option value=${id} ?selected=${id === chosen}>${title}</option>`)}
      </select>
      ${icon('chevronDown')}
    </span>`;
  }

  private modeChoice(): TemplateResult {
    const { state } = this.viewer;
    const [, , hint] = MODES.find(([id]) => id === state.value.values) ?? ['', '', ''];
    return html`<span class="choice" ${tooltip(hint)}>
      <select
        aria-label="Quantity"
        @change=${(event: Event) => state.set({ values: (event.target as HTMLSelectElement).value as ValueMode })}
      >
        ${MODES.map(([id, title]) => html`<option value=${id} ?selected=${id === state.value.values}>${title}</option>`)}
      </select>
      ${icon('chevronDown')}
    </span>`;
  }

  private buttons({ locked }: Readout): TemplateResult {
    const { viewer } = this;
    return html`<vm-button
        kind="quiet"
        icon=${locked ? 'lock' : 'lockOpen'}
        label=${locked ? 'Release the read-out' : 'Hold the read-out'}
        key="f"
        toggle
        .pressed=${locked}
        @click=${() => viewer.lockReadout(!locked)}
      ></vm-button>
      <vm-button kind="quiet" icon="copy" label="Copy position and values" key="c" @click=${() => viewer.perform('copy')}></vm-button>`;
  }

  private position(readout: Readout): TemplateResult {
    const position = coordinates(this.viewer, readout, () => this.requestUpdate());
    return html`<dl class=${readout.locked ? 'place locked' : 'place'}>
      ${position.rows.map(([name, text]) => html`<dt>${name}</dt><dd>${text}</dd>`)}
    </dl>`;
  }

  private values(readout: Readout): TemplateResult {
    const { viewer } = this;
    const { display, values: mode } = viewer.state.value;
    const channels = readout.channels.slice(0, LISTED);
    return html`<dl class="values">
      ${channels.map((channel, index) => {
        const value = readout.values?.[index] ?? null;
        const { text, unit, note } = this.quantities.describe(
          value,
          readout.exact?.[index] ?? null,
          channel,
          mode,
          readout,
        );
        const color =
          display.mode === 'color' ? display.color.find((one) => one.channel === channel)?.color : undefined;
        const label =
          channels.length > 1 || (viewer.image?.channels.length ?? 0) > 1
            ? viewer.image?.channels[channel - 1]?.label
            : 'Value';
        return html`<dt title=${label ?? ''}>${color ? html`<span class="dot" ${paint(color)}></span>` : nothing}${label}</dt>
          <dd class=${readout.values ? '' : 'waiting'} title=${note}>${text}<span class="unit">${unit}</span></dd>`;
      })}
    </dl>`;
  }

  /** Position and values as text, for the clipboard and the screen reader. */
  text(): string {
    const { viewer } = this;
    const { readout } = viewer;
    if (!readout) return '';
    const { rows }: Position = coordinates(viewer, readout, () => this.requestUpdate());
    const place = rows.map(([name, text]) => `${name} ${text}`).join('  ');
    const values = readout.channels.map((channel, index) => {
      const { text, unit } = this.quantities.describe(
        readout.values?.[index] ?? null,
        readout.exact?.[index] ?? null,
        channel,
        viewer.state.value.values,
        readout,
      );
      return `${viewer.image?.channels[channel - 1]?.label ?? channel}: ${text} ${unit}`.trim();
    });
    return [place, ...values].join('\n');
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-readout': ReadoutCard;
  }
}
