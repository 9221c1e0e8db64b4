import { css, html, LitElement, nothing, svg, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { t } from '../base/i18n';
import { controlStyles, element } from '../ui/base';
import { compass } from '../wcs/compass';
import { separation } from '../wcs/distance';
import { angleBar, pixelBar, type ScaleLength } from './scale';
import { skyOf } from './sky';
import type { ViewerCore } from './viewer';

const LONGEST = 150;
/** Half the length (CSS pixels) over which the scale is measured. */
const HALF = 40;
const ARM = 20;
/** Side of the compass. */
const COMPASS = 76;

interface Direction {
  x: number;
  y: number;
}

/** Scale at the centre of the map, true on the sky along the bar, and where north and east are. */
@element('vm-scalebar')
export class Scalebar extends LitElement {
  static override styles = [
    controlStyles,
    css`
      :host {
        display: flex;
        align-items: flex-end;
        gap: 8px;
        color: var(--vm-scale-ink);
        pointer-events: none;
      }
      /* Nothing on a dark sky, a veil on bright pixels: what is white stays legible on all. */
      .back {
        padding: 4px 10px;
        border-radius: var(--vm-radius);
        background: var(--vm-scale-back);
        box-shadow: var(--vm-scale-shadow);
      }
      .round {
        padding: 0;
        border-radius: 50%;
      }
      svg {
        display: block;
        overflow: visible;
        fill: none;
        stroke-linecap: round;
        stroke-linejoin: round;
      }
      .halo {
        stroke: var(--vm-scale-edge);
        stroke-width: 3.5;
      }
      .line {
        stroke: currentColor;
        stroke-width: 1.5;
      }
      text {
        fill: currentColor;
        stroke: var(--vm-scale-edge);
        stroke-width: 3;
        paint-order: stroke;
        font: 600 12px / 1 var(--vm-font);
        text-anchor: middle;
        dominant-baseline: central;
      }
    `,
  ];

  @property({ attribute: false }) viewer!: ViewerCore;
  private undo: (() => void)[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    const { viewer } = this;
    const update = () => this.requestUpdate();
    this.undo = [
      viewer.on('view', update),
      viewer.on('image', update),
      viewer.state.watch((tree) => tree.show, update),
    ];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.undo) stop();
    this.undo = [];
  }

  override render(): TemplateResult | typeof nothing {
    const { image, state } = this.viewer;
    if (!image) return nothing;
    const { show } = state.value;
    return html`${show.compass ? this.compass() : nothing}${show.scale ? this.bar() : nothing}`;
  }

  private bar(): TemplateResult {
    const { pixels, label } = this.length();
    const path = `M1 16 v6 h${pixels.toFixed(1)} v-6`;
    return html`<span class="back"><svg width=${Math.ceil(pixels) + 2} height="26" role="img" aria-label=${t('Scale: {label}', { label })}>
      ${svg`<path class="halo" d=${path} /><path class="line" d=${path} /><text x=${pixels / 2 + 1} y="10">${label}</text>`}
    </svg></span>`;
  }

  private length(): ScaleLength {
    const { map } = this.viewer;
    const { scale } = map.view;
    const { x, y } = map.center;
    const left = this.viewer.skyAt(x - HALF / scale, y);
    const right = this.viewer.skyAt(x + HALF / scale, y);
    const own = this.viewer.pixelScale(x, y);
    const arcsec = left && right ? (separation(...left, ...right) * 3600) / (2 * HALF) : own ? own / scale : null;
    return (arcsec ? angleBar(arcsec, LONGEST) : null) ?? pixelBar(1 / scale, LONGEST);
  }

  private compass(): TemplateResult | typeof nothing {
    const directions = this.directions();
    if (!directions) return nothing;
    const { north, east } = directions;
    const arrow = ({ x, y }: Direction) => {
      const tip = { x: x * ARM, y: y * ARM };
      const barb = (turn: number) => {
        const angle = Math.atan2(-y, -x) + turn;
        return `L${(tip.x + 6 * Math.cos(angle)).toFixed(1)} ${(tip.y + 6 * Math.sin(angle)).toFixed(1)}`;
      };
      const to = `${tip.x.toFixed(1)} ${tip.y.toFixed(1)}`;
      return `M0 0 L${to} M${to} ${barb(0.45)} M${to} ${barb(-0.45)}`;
    };
    const path = `${arrow(north)} ${arrow(east)}`;
    const name = ({ x, y }: Direction, text: string) =>
      svg`<text x=${(x * (ARM + 9)).toFixed(1)} y=${(y * (ARM + 9)).toFixed(1)}>${text}</text>`;
    return html`<span class="back round"><svg width=${COMPASS} height=${COMPASS} viewBox="${-COMPASS / 2} ${-COMPASS / 2} ${COMPASS} ${COMPASS}" role="img" aria-label=${this.spoken(north)}>
      ${svg`<path class="halo" d=${path} /><path class="line" d=${path} />${name(north, t('N'))}${name(east, t('E'))}`}
    </svg></span>`;
  }

  private spoken({ x, y }: Direction): string {
    const angle = Math.round((Math.atan2(-x, -y) * 180) / Math.PI);
    return angle < 0
      ? t('North is {angle}° right of up', { angle: -angle })
      : t('North is {angle}° left of up', { angle });
  }

  /** Unit vectors on the screen (y down) at the centre of the map; null without sky. */
  private directions(): { north: Direction; east: Direction } | null {
    const { sky, chips, map } = this.viewer;
    const { x, y } = map.center;
    const valid = skyOf({ sky, chips }, x, y);
    if (!valid?.description.to_icrs) return null;
    const found = compass(valid, x, y);
    const onScreen = ([dx, dy]: readonly [number, number]): Direction => ({ x: dx, y: -dy });
    return found && { north: onScreen(found.north), east: onScreen(found.east) };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-scalebar': Scalebar;
  }
}
