import { css, html, LitElement, type TemplateResult } from 'lit';
import { property, query } from 'lit/decorators.js';
import { t } from '../base/i18n';
import type { Box } from '../core/api';
import { isAbort } from '../core/errors';
import { Latest } from '../core/latest';
import { controlStyles, element } from '../ui/base';
import '../ui/button';
import { fitCanvas } from './minimap';
import type { ViewerCore } from './viewer';

/** CSS pixels along a side. */
const SIZE = 160;
/** How much larger than on the map, as a power of two. */
const STEPS = 3;
/** Largest enlargement: 2^6 CSS pixels for an image pixel. */
const HIGHEST = 6;

/** A part of the image in its own pixels, or in fewer of a coarser level. */
interface Detail {
  bitmap: ImageBitmap;
  /** FITS pixel edges. */
  box: Box;
  key: string;
}

interface Question {
  image: string;
  box: Box;
  size: readonly [number, number];
  style: string;
  key: string;
}

/**
 * What the read-out tells of, enlarged: eight times the map at once from what is on the map, sharp as soon as the pixels
 * themselves are there. It stays in its place and follows the pointer, the finger, the lock, or the middle of the map.
 */
@element('vm-magnifier')
export class Magnifier extends LitElement {
  static override styles = [
    controlStyles,
    css`
      :host {
        position: relative;
        width: ${SIZE}px;
        height: ${SIZE}px;
        margin-left: auto;
        border-radius: var(--vm-radius);
        background: var(--vm-page);
        box-shadow: var(--vm-shadow);
        overflow: hidden;
        line-height: 0;
        pointer-events: auto;
      }
      vm-button {
        position: absolute;
        right: 2px;
        top: 2px;
        border-radius: 50%;
        background: radial-gradient(circle, var(--vm-surface) 13px, transparent 14px);
        opacity: 0;
        transition: opacity var(--vm-motion);
      }
      :host(:hover) vm-button,
      vm-button:focus-within {
        opacity: 1;
      }
      @media (pointer: coarse) {
        vm-button {
          opacity: 1;
        }
      }
      span {
        position: absolute;
        left: 6px;
        bottom: 4px;
        color: #fff;
        font-size: 11px;
        line-height: 14px;
        text-shadow: 0 0 2px #000, 0 0 2px #000;
      }
    `,
  ];

  @property({ attribute: false }) viewer!: ViewerCore;
  @query('canvas') private canvas!: HTMLCanvasElement | null;
  private undo: (() => void)[] = [];
  private frame = 0;
  private detail: Detail | null = null;
  private readonly asked = new Latest<Question, Detail>(
    (question) => this.fetch(question),
    (detail) => {
      this.detail?.bitmap.close();
      this.detail = detail;
      this.schedule();
    },
    (error) => {
      if (!isAbort(error)) this.schedule();
    },
  );

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.listen();
  }

  /** Its code may come after the element: only then has it a viewer. */
  protected override firstUpdated(): void {
    this.listen();
  }

  private listen(): void {
    const redraw = (): void => this.schedule();
    const { viewer } = this;
    this.undo = [viewer.on('readout', redraw), viewer.on('view', redraw), viewer.on('progress', redraw)];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.undo) stop();
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.asked.cancel();
    this.detail?.bitmap.close();
    this.detail = null;
  }

  override render(): TemplateResult {
    return html`<canvas role="img" aria-label=${t('Magnifier: the pixels around the read-out, enlarged')}></canvas><span></span>
      <vm-button
        kind="quiet"
        icon="close"
        label=${t('Hide the magnifier')}
        key="M"
        @click=${() => this.viewer.state.set({ show: { magnifier: false } })}
      ></vm-button>`;
  }

  override updated(): void {
    this.schedule();
  }

  private schedule(): void {
    if (!this.frame) this.frame = requestAnimationFrame(() => this.draw());
  }

  /** log2 of CSS pixels per image pixel. */
  private get zoom(): number {
    return Math.min(HIGHEST, Math.round(this.viewer.map.zoom) + STEPS);
  }

  private draw(): void {
    this.frame = 0;
    const { canvas, viewer } = this;
    const context = canvas?.getContext('2d');
    const at = viewer.readout;
    if (!canvas || !context || !viewer.image || !at) return;
    fitCanvas(canvas, SIZE, SIZE);
    const scale = 2 ** this.zoom;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    this.drawMap(context, at, scale);
    this.drawDetail(context, at, scale);
    drawMiddle(context, scale);
    const label = this.renderRoot.querySelector('span');
    if (label) label.textContent = `${Number((scale / viewer.map.view.scale).toPrecision(2))} ×`;
  }

  /** What is on the map, larger. */
  private drawMap(context: CanvasRenderingContext2D, at: { x: number; y: number }, scale: number): void {
    const { map } = this.viewer;
    const middle = map.view.toScreen(at.x, at.y);
    const factor = scale / map.view.scale;
    const shift = (place: number): number => (SIZE / 2 - place * factor) * devicePixelRatio;
    context.setTransform(factor, 0, 0, factor, shift(middle.x), shift(middle.y));
    map.drawTo(context, { layers: false, ratio: devicePixelRatio });
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  }

  private drawDetail(context: CanvasRenderingContext2D, at: { x: number; y: number }, scale: number): void {
    const question = this.question(at, scale);
    if (!question) return;
    const { detail } = this;
    if (detail?.key !== question.key) this.asked.request(question);
    if (!detail || detail.key.split('|')[0] !== question.key.split('|')[0]) return;
    const [x1, y1, x2, y2] = detail.box;
    context.imageSmoothingEnabled = scale * devicePixelRatio < 1;
    const left = SIZE / 2 + (x1 - at.x) * scale;
    const top = SIZE / 2 - (y2 - at.y) * scale;
    context.drawImage(detail.bitmap, left, top, (x2 - x1) * scale, (y2 - y1) * scale);
  }

  /** The part around a position that is asked for: of twice the size, in steps, so that few are asked for. */
  private question({ x, y }: { x: number; y: number }, scale: number): Question | null {
    const { image } = this.viewer;
    if (!image) return null;
    const step = Math.max(1, Math.ceil(SIZE / scale / 2));
    const low = (place: number): number => Math.max(0, (Math.floor(place / step) - 1) * step) + 0.5;
    const high = (place: number, limit: number): number => Math.min(limit, (Math.floor(place / step) + 2) * step) + 0.5;
    const box: Box = [low(x), low(y), high(x, image.width), high(y, image.height)];
    if (box[2] <= box[0] || box[3] <= box[1]) return null;
    const shrink = Math.min(1, scale * devicePixelRatio);
    const pixels = (length: number): number => Math.max(1, Math.round(length * shrink));
    const style = this.viewer.styleQuery();
    const size = [pixels(box[2] - box[0]), pixels(box[3] - box[1])] as const;
    return { image: image.id, box, size, style, key: `${image.id} ${image.version} ${style} ${scale}|${box.join()}` };
  }

  private async fetch({ box, size, style, key }: Question): Promise<Detail> {
    const { api, image } = this.viewer;
    if (!image) throw new DOMException('No image', 'AbortError');
    const response = await api.fetch(api.viewUrl(image, box, size, style, 'png'));
    return { bitmap: await createImageBitmap(await response.blob()), box, key };
  }
}

/** The pixel in the middle, or a cross where pixels are small. */
function drawMiddle(context: CanvasRenderingContext2D, scale: number): void {
  const half = Math.max(5, scale / 2);
  const middle = SIZE / 2;
  for (const [width, color] of [
    [3, 'rgba(0, 0, 0, 0.6)'],
    [1, '#fff'],
  ] as const) {
    context.lineWidth = width;
    context.strokeStyle = color;
    context.strokeRect(middle - half, middle - half, 2 * half, 2 * half);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-magnifier': Magnifier;
  }
}
