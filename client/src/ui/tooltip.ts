import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { AsyncDirective, directive } from 'lit/async-directive.js';
import { property } from 'lit/decorators.js';
import type { ElementPart } from 'lit/directive.js';
import { controlStyles, element } from './base';
import { overlayRoot, type Placement, place } from './place';

const DELAY = 450;
/** After one tooltip was read, its neighbours open at once. */
const WARM = 600;

/** The bubble itself; one per viewer, made when first needed. */
@element('vm-tooltip')
export class Tooltip extends LitElement {
  static override styles = [
    controlStyles,
    css`
      :host {
        position: fixed;
        left: 0;
        top: 0;
        z-index: 1300;
        max-width: 260px;
        padding: 4px 8px;
        border-radius: var(--vm-radius);
        background: var(--vm-raised);
        box-shadow: var(--vm-shadow);
        font-size: var(--vm-size-small);
        line-height: 16px;
        pointer-events: none;
        white-space: pre-line;
      }
      :host(:not([open])) {
        visibility: hidden;
      }
      kbd {
        display: inline-block;
        margin-left: 8px;
        padding: 0 5px;
        border-radius: 4px;
        background: var(--vm-pressed);
        color: var(--vm-text);
        font: inherit;
      }
    `,
  ];

  @property() text = '';
  @property() key = '';
  @property({ type: Boolean, reflect: true }) open = false;

  override render(): TemplateResult {
    return html`${this.text}${this.key ? html`<kbd>${this.key}</kbd>` : nothing}`;
  }
}

let closedAt = Number.NEGATIVE_INFINITY;

class TooltipDirective extends AsyncDirective {
  private host: HTMLElement | null = null;
  private text = '';
  private key = '';
  private placement: Placement = { side: 'bottom' };
  private timer = 0;
  private bubble: Tooltip | null = null;

  override render(_text: string, _key = '', _placement?: Placement): typeof nothing {
    return nothing;
  }

  override update(part: ElementPart, [text, key = '', placement]: Parameters<this['render']>): typeof nothing {
    this.text = text;
    this.key = key;
    if (placement) this.placement = placement;
    if (!this.host) this.attach(part.element as HTMLElement);
    if (this.bubble?.open) {
      this.bubble.text = text;
      this.bubble.key = key;
    }
    return nothing;
  }

  private attach(host: HTMLElement): void {
    this.host = host;
    host.addEventListener('pointerenter', (event) => {
      if (event.pointerType !== 'touch') this.schedule(performance.now() - closedAt < WARM ? 0 : DELAY);
    });
    host.addEventListener('pointerleave', this.hide);
    host.addEventListener('pointerdown', this.hide);
    host.addEventListener('focus', () => {
      if (host.matches(':focus-visible')) this.schedule(DELAY);
    });
    host.addEventListener('blur', this.hide);
    host.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.bubble?.open) event.stopPropagation();
      this.hide();
    });
  }

  private schedule(delay: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.show(), delay);
  }

  private async show(): Promise<void> {
    if (!this.host?.isConnected || !this.text) return;
    const bubble = bubbleFor(this.host);
    this.bubble = bubble;
    bubble.text = this.text;
    bubble.key = this.key;
    await bubble.updateComplete;
    place(bubble, this.host, this.placement);
    bubble.open = true;
  }

  private readonly hide = (): void => {
    window.clearTimeout(this.timer);
    if (!this.bubble?.open) return;
    this.bubble.open = false;
    closedAt = performance.now();
  };

  override disconnected(): void {
    this.hide();
  }
}

function bubbleFor(host: HTMLElement): Tooltip {
  const root = overlayRoot(host);
  const there = root.querySelector<Tooltip>('vm-tooltip');
  if (there) return there;
  const made = document.createElement('vm-tooltip') as Tooltip;
  // The name and the key are on the control itself, so the bubble would only be read twice.
  made.setAttribute('aria-hidden', 'true');
  root.append(made);
  return made;
}

/** The same text for those who do not see bubbles: `<input aria-describedby="hint" />${described(hint)}`. */
export const described = (hint: string): TemplateResult | typeof nothing =>
  hint ? html`<span id="hint" hidden>${hint}</span>` : nothing;

/** `<button ${tooltip('Zoom in', '+')}>`: what the control does and its key, after a moment of hovering or focus. */
export const tooltip = directive(TooltipDirective);

declare global {
  interface HTMLElementTagNameMap {
    'vm-tooltip': Tooltip;
  }
}
