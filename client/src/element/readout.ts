import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { mark, t } from '../base/i18n';
import type { ReadoutFrame, ValueMode } from '../core/state';
import type { Readout } from '../core/viewer';
import { unitText } from '../panels/units';
import { controlStyles, element } from '../ui/base';
import '../ui/button';
import { icon, iconStyles } from '../ui/icon';
import { paint } from '../ui/paint';
import { tooltip } from '../ui/tooltip';
import { coordinates, framesOf, type Position } from './coordinates';
import './goto';
import type { GoTo } from './goto';
import { Quantities, type Quantity } from './quantities';
import { readoutStyles } from './readout-styles';
import type { ViewerCore } from './viewer';

const MODES: readonly [ValueMode, string, string][] = [
  ['raw', mark('Value'), mark('The number in the file')],
  ['net', mark('Value − sky'), mark('Less the background of the channel')],
  ['brightness', mark('SB'), mark('Surface brightness, from the zero point in the header')],
  [
    'net-brightness',
    mark('SB − sky'),
    mark('Surface brightness less the background, from the zero point in the header'),
  ],
];

/** More channels than this are not listed. */
const LISTED = 8;

/** Position and values under the cursor (or in the middle of the map), and the way to somewhere else. */
@element('vm-readout')
export class ReadoutCard extends LitElement {
  static override styles = [controlStyles, iconStyles, readoutStyles];

  @property({ attribute: false }) viewer!: ViewerCore;
  /** On a phone: name, position and values; the rest unfolds. */
  @property({ type: Boolean, reflect: true }) compact = false;
  /** What blinks in the place of the first image: its name and what it shows are said then. */
  @property({ attribute: false }) turn: ViewerCore | null = null;
  @state() private unfolded: '' | 'search' | 'more' = '';
  @query('vm-goto') private goto!: GoTo | null;
  private undo: (() => void)[] = [];
  private readonly quantities = new WeakMap<ViewerCore, Quantities>();
  private unfollow: () => void = () => undefined;
  /** The values before: they stay, pale, until the new ones are there. */
  private last: Readout | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    const { viewer } = this;
    const update = () => this.requestUpdate();
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
    this.unfollow();
    this.undo = [];
  }

  protected override willUpdate(changes: PropertyValues<this>): void {
    if (!changes.has('turn')) return;
    this.last = null;
    this.unfollow();
    this.unfollow = this.turn?.on('readout', () => this.requestUpdate()) ?? (() => undefined);
  }

  /** The viewer that is seen. */
  private get seen(): ViewerCore {
    return this.turn ?? this.viewer;
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
    const { seen } = this;
    const readout = seen.readout ?? {
      ...seen.map.center,
      inside: true,
      channels: seen.shownChannels(),
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
      <button type="button" class="name" @click=${() => viewer.openPanel('library')}>${this.seen.image?.name}</button>
      <vm-button kind="quiet" icon="search" label=${t('Go to')} .pressed=${this.unfolded === 'search'} @click=${unfold('search')}></vm-button>
      <vm-button kind="quiet" icon="ellipsis" label=${t('Frame, quantity, copy')} .pressed=${this.unfolded === 'more'} @click=${unfold('more')}></vm-button>
    </div>`;
  }

  private frameChoice(): TemplateResult {
    const { state } = this.viewer;
    const frames = framesOf(this.viewer);
    const chosen = frames.find(([id]) => id === state.value.frame)?.[0] ?? frames[0]?.[0];
    return html`<span class="choice" ${tooltip(t('Frame of the position'))}>
      <select
        aria-label=${t('Frame of the position')}
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
    return html`<span class="choice" ${tooltip(t(hint))}>
      <select
        aria-label=${t('Quantity')}
        @change=${(event: Event) => state.set({ values: (event.target as HTMLSelectElement).value as ValueMode })}
      >
        ${MODES.map(([id, title]) => html`<option value=${id} ?selected=${id === state.value.values}>${t(title)}</option>`)}
      </select>
      ${icon('chevronDown')}
    </span>`;
  }

  private buttons({ locked }: Readout): TemplateResult {
    const { viewer } = this;
    return html`<vm-button
        kind="quiet"
        icon=${locked ? 'lock' : 'lockOpen'}
        label=${locked ? t('Release the read-out') : t('Hold the read-out')}
        key="f"
        toggle
        .pressed=${locked}
        @click=${() => viewer.lockReadout(!locked)}
      ></vm-button>
      <vm-button kind="quiet" icon="copy" label=${t('Copy position and values')} key="c" @click=${() => viewer.perform('copy')}></vm-button>`;
  }

  private position(readout: Readout): TemplateResult {
    const position = coordinates(this.seen, readout, () => this.requestUpdate());
    return html`<dl class="place ${readout.locked ? 'locked' : ''}">
      ${position.rows.map(([name, text]) => html`<dt>${name}</dt><dd>${text}</dd>`)}
    </dl>`;
  }

  private values(readout: Readout): TemplateResult {
    const { display, values: mode } = this.seen.state.value;
    if (readout.values || !readout.inside) this.last = readout;
    const known = this.last ?? readout;
    return html`<dl class="values">
      ${readout.channels.slice(0, LISTED).map((channel) => {
        const { text, unit, note } = this.quantity(known, channel, mode);
        const paintOf = display.color.find((one) => one.channel === channel);
        const dot =
          display.mode === 'color' && paintOf ? html`<span class="dot" ${paint(paintOf.color)}></span>` : nothing;
        const label = this.labelOf(channel);
        return html`<dt title=${label}>${dot}${label}</dt>
          <dd class=${known === readout ? '' : 'waiting'} title=${note || `${text} ${unit}`}><span>${text}</span>${unit ? html`<span class="unit">${unit}</span>` : nothing}</dd>`;
      })}
    </dl>`;
  }

  private labelOf(channel: number): string {
    const channels = this.seen.image?.channels ?? [];
    return channels.length > 1 ? (channels[channel - 1]?.label ?? String(channel)) : t('Value');
  }

  private quantity(readout: Readout, channel: number, mode: ValueMode): Quantity {
    const index = readout.channels.indexOf(channel);
    const exact = readout.exact?.[index] ?? null;
    const { seen } = this;
    const quantities = this.quantities.get(seen) ?? new Quantities(seen, () => this.requestUpdate());
    this.quantities.set(seen, quantities);
    const quantity = quantities.describe(readout.values?.[index] ?? null, exact, channel, mode, readout);
    return { ...quantity, unit: unitText(quantity.unit) };
  }

  /** Position and values as text, for the clipboard and the screen reader. */
  text(): string {
    const { seen: viewer } = this;
    const { readout } = viewer;
    if (!readout) return '';
    const { rows }: Position = coordinates(viewer, readout, () => this.requestUpdate(), 'colons');
    const place = rows.map(([name, text]) => `${name} ${text}`).join('  ');
    const values = readout.channels.map((channel) => {
      const { text, unit } = this.quantity(readout, channel, viewer.state.value.values);
      return `${this.labelOf(channel)}: ${text} ${unit}`.trim();
    });
    return [place, ...values].join('\n');
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-readout': ReadoutCard;
  }
}
