import { css, html, type PropertyValues, type TemplateResult } from 'lit';
import { property, query } from 'lit/decorators.js';
import { t } from '../base/i18n';
import { Control, controlStyles, element } from './base';
import './button';
import { iconStyles } from './icon';
import { clamp } from './scales';

/** Heights of the sheet, as shares of the room: closed below the first, then half, then nearly all. */
const HALF = 0.5;
const FULL = 0.94;
const CLOSE_BELOW = 0.24;

/**
 * The container of one panel: a card of 320 px, or (with `sheet`) a sheet from below, half as high as the window, whose
 * head is dragged to enlarge, shrink or close it. `vm-close` asks the owner to close it.
 */
@element('vm-panel')
export class Panel extends Control {
  static override styles = [
    controlStyles,
    iconStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        width: 320px;
        max-height: 100%;
        border-radius: var(--vm-radius);
        background: var(--vm-surface);
        box-shadow: var(--vm-shadow);
        pointer-events: auto;
        overflow: hidden;
        animation: enter var(--vm-motion) ease-out;
      }
      :host([sheet]) {
        width: 100%;
        border-radius: 12px 12px 0 0;
        animation-name: rise;
      }
      @keyframes enter {
        from {
          opacity: 0;
          transform: translateX(-8px);
        }
      }
      @keyframes rise {
        from {
          transform: translateY(40px);
          opacity: 0;
        }
      }
      .head {
        position: relative;
        display: flex;
        align-items: center;
        gap: 4px;
        flex: none;
        min-height: 44px;
        padding: 4px 6px 0 16px;
      }
      :host([sheet]) .head {
        padding: 12px 4px 0 16px;
        touch-action: none;
        cursor: grab;
      }
      h2 {
        flex: 1;
        min-width: 0;
        margin: 0;
        font-size: 14px;
        font-weight: 600;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .grip {
        display: none;
        position: absolute;
        left: 50%;
        top: 6px;
        width: 36px;
        height: 4px;
        margin-left: -18px;
        border-radius: 2px;
        background: var(--vm-edge);
      }
      :host([sheet]) .grip {
        display: block;
      }
      .body {
        flex: 1;
        min-height: 0;
        overflow: auto;
        overscroll-behavior: contain;
        -webkit-overflow-scrolling: touch;
        scrollbar-width: thin;
        scrollbar-color: var(--vm-pressed) transparent;
        outline: none;
      }
      /* A frame around everything would shout: a line under the head says the same. */
      .body:focus-visible::before {
        content: '';
        position: sticky;
        z-index: 1;
        top: 0;
        display: block;
        margin-bottom: -2px;
        border-top: 2px solid var(--vm-accent);
      }
      :host([sheet]) .body {
        padding-bottom: env(safe-area-inset-bottom, 0px);
      }
    `,
  ];

  @property() label = '';
  @property({ type: Boolean, reflect: true }) sheet = false;

  @query('.body') readonly body!: HTMLElement;
  private share = HALF;

  override render(): TemplateResult {
    return html`<div class="head" @pointerdown=${this.grab} @dblclick=${this.toggleHeight}>
        <span class="grip"></span>
        <h2 id="title">${this.label}</h2>
        <slot name="actions"></slot>
        <vm-button kind="quiet" icon="close" label=${t('Close')} key="Esc" @click=${this.close}></vm-button>
      </div>
      <div class="body" tabindex="0"><slot></slot></div>`;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('role', 'region');
  }

  override updated(changes: PropertyValues<this>): void {
    if (changes.has('label')) this.setAttribute('aria-label', this.label);
    if (changes.has('sheet')) this.applyHeight(this.share);
  }

  readonly close = (): void => {
    this.dispatchEvent(new CustomEvent('vm-close'));
  };

  private get room(): number {
    return this.parentElement?.clientHeight || window.innerHeight;
  }

  private applyHeight(share: number): void {
    this.style.height = this.sheet ? `${Math.round(share * this.room)}px` : '';
  }

  private readonly toggleHeight = (): void => {
    if (!this.sheet) return;
    this.share = this.share > 0.7 ? HALF : FULL;
    this.applyHeight(this.share);
  };

  private readonly grab = (event: PointerEvent): void => {
    if (!this.sheet || event.button !== 0 || event.composedPath().some((node) => node instanceof HTMLButtonElement))
      return;
    const header = event.currentTarget as HTMLElement;
    header.setPointerCapture(event.pointerId);
    const start = { y: event.clientY, share: this.offsetHeight / this.room };
    const shareAt = (at: PointerEvent): number => clamp(start.share + (start.y - at.clientY) / this.room, 0.1, FULL);
    const move = (at: PointerEvent): void => this.applyHeight(shareAt(at));
    const end = (at: PointerEvent): void => {
      header.removeEventListener('pointermove', move);
      header.removeEventListener('pointerup', end);
      header.removeEventListener('pointercancel', end);
      this.settle(shareAt(at));
    };
    header.addEventListener('pointermove', move);
    header.addEventListener('pointerup', end);
    header.addEventListener('pointercancel', end);
  };

  /** Any height may be kept; dragged nearly to the bottom it closes. */
  private settle(share: number): void {
    if (share < CLOSE_BELOW) {
      this.share = HALF;
      this.close();
    } else {
      this.share = share;
    }
    this.applyHeight(this.share);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-panel': Panel;
  }
}
