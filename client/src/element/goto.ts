import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { t } from '../base/i18n';
import { controlStyles, element } from '../ui/base';
import { icon, iconStyles } from '../ui/icon';
import { messageOf, type ViewerCore } from './viewer';

/** Type a position in any spelling, a pixel, a chip or the name of an object, and go there. */
@element('vm-goto')
export class GoTo extends LitElement {
  static override styles = [
    controlStyles,
    iconStyles,
    css`
      form {
        position: relative;
        display: flex;
        align-items: center;
      }
      form > .icon {
        position: absolute;
        left: 9px;
        color: var(--vm-text-2);
      }
      input {
        width: 100%;
        height: var(--vm-control);
        padding: 0 8px 0 32px;
        border: 0;
        border-radius: var(--vm-radius);
        background: var(--vm-raised);
        text-overflow: ellipsis;
      }
      input::placeholder {
        color: var(--vm-text-2);
        opacity: 1;
      }
      .busy {
        animation: turn 1s linear infinite;
      }
      @keyframes turn {
        to {
          transform: rotate(360deg);
        }
      }
      @media (prefers-reduced-motion: reduce) {
        .busy {
          animation-duration: 4s;
        }
      }
      .problem {
        padding: 6px 2px 0;
        color: var(--vm-danger);
        font-size: var(--vm-size-small);
        line-height: 16px;
      }
    `,
  ];

  @property({ attribute: false }) viewer!: ViewerCore;
  @state() private busy = false;
  @state() private problem = '';
  private undo: (() => void) | null = null;
  @query('input') private input!: HTMLInputElement;

  override connectedCallback(): void {
    super.connectedCallback();
    this.undo = this.viewer.on('image', () => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.undo?.();
  }

  override render(): TemplateResult {
    const text = this.viewer.sky || this.viewer.chips.length ? t('Position or object') : t('Pixel x, y');
    return html`<form role="search" @submit=${this.submit}>
        ${icon(this.busy ? 'loader' : 'search', this.busy ? 'busy' : '')}
        <input
          type="text"
          enterkeyhint="go"
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          aria-label=${t('Go to a position, a pixel or an object')}
          aria-describedby=${this.problem ? 'problem' : nothing}
          aria-invalid=${this.problem ? 'true' : nothing}
          placeholder=${text}
          title=${t('Examples: 13:29:52.7 +47:11:43 · 202.47 47.195 · gal 104.85 68.56 · x 512, y 300 · M 51')}
          @input=${this.edited}
          @keydown=${this.onKey}
        />
      </form>
      <div role="alert">${this.problem ? html`<div class="problem" id="problem">${this.problem}</div>` : nothing}</div>`;
  }

  override focus(): void {
    this.input.focus();
    this.input.select();
  }

  private readonly edited = (): void => {
    this.problem = '';
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key !== 'Escape') return;
    this.input.value = '';
    this.problem = '';
    this.viewer.map.container.focus();
  };

  private readonly submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const text = this.input.value.trim();
    if (!text || this.busy) return;
    this.busy = true;
    this.problem = '';
    try {
      await this.viewer.goTo(text);
      this.viewer.map.container.focus({ preventScroll: true });
    } catch (error) {
      this.problem = messageOf(error);
    } finally {
      this.busy = false;
    }
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-goto': GoTo;
  }
}
