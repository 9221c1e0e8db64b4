import { css, html, LitElement, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { t } from '../base/i18n';
import type { Viewer } from '../core/viewer';
import { controlStyles, element } from '../ui/base';
import '../ui/button';
import { rowStyles } from '../ui/parts';
import '../ui/section';
import { showState } from './session';
import { CHANGED, forgetView, type KeptView, keepView, keptViews } from './views';

/** The views that were kept in this browser: a click leads back. */
@element('vm-kept-views')
export class KeptViews extends LitElement {
  static override styles = [
    controlStyles,
    rowStyles,
    css`
      .note {
        margin: 0 0 8px;
        color: var(--vm-text-2);
        font-size: var(--vm-size-small);
        line-height: 18px;
      }
      .name {
        padding: 0 4px;
      }
      .name:hover {
        background: var(--vm-hover);
      }
    `,
  ];

  @property({ attribute: false }) viewer!: Viewer;

  private readonly refresh = (): void => this.requestUpdate();

  override connectedCallback(): void {
    super.connectedCallback();
    this.viewer.element.addEventListener(CHANGED, this.refresh);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.viewer.element.removeEventListener(CHANGED, this.refresh);
  }

  override render(): TemplateResult {
    const views = keptViews(this.viewer);
    return html`<vm-section label=${t('Kept views')}>
      <vm-button slot="action" kind="quiet" icon="plus" label=${t('Keep this view')} key="m" @click=${() => keepView(this.viewer)}></vm-button>
      ${views.map((view, index) => this.row(view, index))}
      ${views.length === 0 ? html`<p class="note">${t('None yet. The key m keeps what you see in this browser, to come back to it.')}</p>` : ''}
    </vm-section>`;
  }

  private row(view: KeptView, index: number): TemplateResult {
    return html`<div class="item">
      <button type="button" class="name" title=${t('Show {name}', { name: view.name })} @click=${() => this.show(view)}>${view.name}</button>
      <vm-button
        kind="quiet"
        icon="close"
        label=${t('Forget {name}', { name: view.name })}
        @click=${() => forgetView(this.viewer, index)}
      ></vm-button>
    </div>`;
  }

  private show({ name, state }: KeptView): void {
    const { viewer } = this;
    showState(viewer, { ...state, panel: viewer.state.value.panel }).catch((error: Error) =>
      viewer.notify(t('{name} cannot be shown: {message}', { name, message: error.message }), { kind: 'error' }),
    );
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-kept-views': KeptViews;
  }
}
