import { css, html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import { t } from '../base/i18n';
import type { Viewer } from '../core/viewer';
import { type ChangeEvent, element } from '../ui/base';
import '../ui/choice';
import { PanelBase } from './base';
import './display';

/** The display of the image, or of one of those that are compared with it. */
@element('vm-display-panel')
export class DisplayPanel extends PanelBase {
  static override styles = [
    ...PanelBase.styles,
    css`
      :host {
        padding: 0;
      }
      .which {
        padding: 4px 16px 8px;
      }
    `,
  ];

  /** Chosen by hand. */
  @state() private chosen: Viewer | null = null;

  protected override subscribe(): (() => void)[] {
    return [...super.subscribe(), this.viewer.on('compared', () => this.requestUpdate())];
  }

  override render(): TemplateResult {
    const all = [this.viewer, ...this.viewer.compared.viewers];
    const { shown } = this;
    return html`${
      all.length > 1
        ? html`<div class="which">
            <vm-select
              label=${t('Image')}
              hint=${t('Channels and colours are those of one image; the look is shared by all')}
              .value=${String(all.indexOf(shown))}
              .options=${all.map(({ image }, index) => ({ value: String(index), label: image?.name ?? '' }))}
              @vm-change=${(event: ChangeEvent<string>) => {
                this.chosen = all[Number(event.detail.value)] ?? null;
              }}
            ></vm-select>
          </div>`
        : nothing
    }${keyed(shown, html`<vm-display-controls .viewer=${shown}></vm-display-controls>`)}`;
  }

  /** Images that blink by hand: the one that is seen. */
  private get shown(): Viewer {
    const { viewer, chosen } = this;
    const { viewers, seen } = viewer.compared;
    if (chosen && (chosen === viewer || viewers.includes(chosen))) return chosen;
    return (viewer.state.value.compare.rate === 0 && seen) || viewer;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-display-panel': DisplayPanel;
  }
}
