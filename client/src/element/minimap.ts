import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, query } from 'lit/decorators.js';
import { t } from '../base/i18n';
import { controlStyles, element } from '../ui/base';
import '../ui/button';
import type { ViewerCore } from './viewer';

/** Largest size, CSS pixels. */
const WIDTH = 168;
const HEIGHT = 128;
/** The smallest footprint that is drawn as a rectangle; below it is a cross. */
const TINY = 5;

/** The whole image, small, with the part in view; a click or a drag goes there. */
@element('vm-minimap')
export class Minimap extends LitElement {
  static override styles = [
    controlStyles,
    css`
      :host {
        position: relative;
        pointer-events: auto;
        border-radius: var(--vm-radius);
        background: var(--vm-surface);
        box-shadow: var(--vm-shadow);
        line-height: 0;
      }
      canvas {
        border-radius: var(--vm-radius);
        cursor: crosshair;
        touch-action: none;
      }
      vm-button {
        position: absolute;
        right: 2px;
        top: 2px;
        opacity: 0;
        transition: opacity var(--vm-motion);
      }
      :host(:hover) vm-button,
      vm-button:focus-within,
      :host([collapsed]) vm-button {
        opacity: 1;
      }
      :host([collapsed]) vm-button {
        position: static;
      }
      @media (pointer: coarse) {
        vm-button {
          opacity: 1;
        }
      }
    `,
  ];

  @property({ attribute: false }) viewer!: ViewerCore;
  @property({ type: Boolean, reflect: true }) collapsed = false;
  @query('canvas') private canvas!: HTMLCanvasElement | null;
  private undo: (() => void)[] = [];
  private frame = 0;
  private dragging = false;

  override connectedCallback(): void {
    super.connectedCallback();
    const { viewer } = this;
    const redraw = () => this.schedule();
    this.undo = [
      viewer.on('view', redraw),
      viewer.on('progress', redraw),
      viewer.on('image', () => this.requestUpdate()),
      viewer.state.watch(
        (tree) => tree.show.minimap,
        (shown) => {
          this.collapsed = !shown;
        },
      ),
    ];
    this.collapsed = !viewer.state.value.show.minimap;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.undo) stop();
    this.undo = [];
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  override render(): TemplateResult | typeof nothing {
    if (!this.viewer.image) return nothing;
    const label = this.collapsed ? t('Show the overview map') : t('Hide the overview map');
    return html`${
      this.collapsed
        ? nothing
        : html`<canvas
            role="img"
            aria-label=${t('Overview map: where the view is on the whole image')}
            @pointerdown=${this.onDown}
            @pointermove=${this.onMove}
            @pointerup=${this.onUp}
            @pointercancel=${this.onUp}
          ></canvas>`
    }<vm-button
        kind="quiet"
        icon=${this.collapsed ? 'map' : 'chevronDown'}
        label=${label}
        key="n"
        @click=${() => this.viewer.state.set({ show: { minimap: this.collapsed } })}
      ></vm-button>`;
  }

  override updated(): void {
    this.schedule();
  }

  private get scale(): number {
    const { image } = this.viewer;
    return image ? Math.min(WIDTH / image.width, HEIGHT / image.height) : 1;
  }

  private schedule(): void {
    if (!this.frame && !this.collapsed) this.frame = requestAnimationFrame(() => this.draw());
  }

  private draw(): void {
    this.frame = 0;
    const { canvas, viewer, scale } = this;
    const context = canvas?.getContext('2d');
    if (!canvas || !context || !viewer.image) return;
    const size = { width: Math.max(24, viewer.image.width * scale), height: Math.max(24, viewer.image.height * scale) };
    fitCanvas(canvas, size.width, size.height);
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.clearRect(0, 0, size.width, size.height);
    const whole = viewer.map.wholePicture;
    context.imageSmoothingQuality = 'high';
    if (whole) context.drawImage(whole, 0, 0, viewer.image.width * scale, viewer.image.height * scale);
    this.drawFootprint(context, viewer.image.height);
  }

  private drawFootprint(context: CanvasRenderingContext2D, height: number): void {
    const [x1, y1, x2, y2] = this.viewer.map.view.box;
    const { scale } = this;
    const box = { x: (x1 - 0.5) * scale, y: (height + 0.5 - y2) * scale, w: (x2 - x1) * scale, h: (y2 - y1) * scale };
    const style = getComputedStyle(this);
    const outline = () => {
      context.beginPath();
      if (box.w < TINY || box.h < TINY) cross(context, box.x + box.w / 2, box.y + box.h / 2);
      else context.rect(box.x, box.y, box.w, box.h);
      context.stroke();
    };
    context.lineWidth = 3;
    context.strokeStyle = 'rgba(0, 0, 0, 0.55)';
    outline();
    context.lineWidth = 1.25;
    context.strokeStyle = style.getPropertyValue('--vm-map-accent') || '#86b4ff';
    outline();
  }

  private readonly onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    this.dragging = true;
    this.canvas?.setPointerCapture(event.pointerId);
    this.go(event, true);
  };

  private readonly onMove = (event: PointerEvent): void => {
    if (this.dragging) this.go(event, false);
  };

  private readonly onUp = (): void => {
    this.dragging = false;
  };

  private go(event: PointerEvent, animate: boolean): void {
    const { image, map } = this.viewer;
    if (!image) return;
    const clamp = (value: number, limit: number) => Math.min(limit, Math.max(0, value));
    const x = clamp(event.offsetX / this.scale, image.width);
    const y = clamp(event.offsetY / this.scale, image.height);
    map.setView(x + 0.5, image.height + 0.5 - y, map.zoom, { animate });
  }
}

function cross(context: CanvasRenderingContext2D, x: number, y: number): void {
  context.moveTo(x - 5, y);
  context.lineTo(x + 5, y);
  context.moveTo(x, y - 5);
  context.lineTo(x, y + 5);
}

/** Size a canvas in CSS pixels for the resolution of the screen. */
export function fitCanvas(canvas: HTMLCanvasElement, width: number, height: number): void {
  const device = { width: Math.round(width * devicePixelRatio), height: Math.round(height * devicePixelRatio) };
  if (canvas.width === device.width && canvas.height === device.height) return;
  canvas.width = device.width;
  canvas.height = device.height;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-minimap': Minimap;
  }
}
