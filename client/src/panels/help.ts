import { css, html, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { t } from '../base/i18n';
import type { Api } from '../core/api';
import type { Shortcut } from '../core/viewer';
import { type ChangeEvent, element } from '../ui/base';
import { icon } from '../ui/icon';
import '../ui/search';
import '../ui/section';
import { PanelBase } from './base';
import { shortcutGroups } from './shortcuts';

/** Shortcuts, gestures, where the manual is. */
@element('vm-help-panel')
export class HelpPanel extends PanelBase {
  static override styles = [
    ...PanelBase.styles,
    css`
      vm-search {
        margin-bottom: 8px;
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      li {
        display: grid;
        grid-template-columns: 1fr auto;
        align-items: baseline;
        gap: 12px;
        padding: 4px 0;
      }
      .keys {
        display: flex;
        gap: 4px;
        justify-content: flex-end;
        flex-wrap: wrap;
        max-width: 128px;
      }
      kbd {
        min-width: 22px;
        padding: 0 6px;
        border-radius: 4px;
        background: var(--vm-raised);
        font: inherit;
        font-size: var(--vm-size-small);
        text-align: center;
        white-space: nowrap;
      }
      .links a {
        display: flex;
        align-items: center;
        gap: 8px;
        min-height: var(--vm-target);
        color: var(--vm-text);
        text-decoration: none;
        border-radius: var(--vm-radius);
      }
      .links a:hover {
        color: var(--vm-accent);
      }
    `,
  ];

  @state() private text = '';

  override render(): TemplateResult {
    const { service, api } = this.viewer;
    const found = shortcutGroups(this.viewer.shortcuts)
      .map(({ title, shortcuts: all }) => ({ title, all: all.filter((one) => this.fits(one)) }))
      .filter(({ all }) => all.length > 0);
    return html`<vm-search
        label=${t('Search shortcuts')}
        .value=${this.text}
        @vm-change=${(event: ChangeEvent<string>) => {
          this.text = event.detail.value;
        }}
      ></vm-search>
      ${found.map(({ title, all }) => html`<vm-section label=${title}><ul>${all.map(row)}</ul></vm-section>`)}
      ${found.length === 0 ? html`<p class="note">${t('No shortcut for “{text}”.', { text: this.text })}</p>` : ''}
      <vm-section label=${t('More')}>
        <div class="links">
          ${
            service && !service.links.manual
              ? nothing
              : html`<a href=${linkOf(api, service?.links.manual ?? '../../manual/')} target="_blank" rel="noopener">${icon('bookOpen')} ${t('Manual')}</a>`
          }
          <a href=${api.url(service?.links.docs ?? '../../docs')} target="_blank" rel="noopener">${icon('externalLink')} ${t('The server’s web API')}</a>
        </div>
        <p class="note">VisiOmatic${service ? ` ${service.version}` : ''}. ${t('MIT licence; icons by Lucide.')}</p>
      </vm-section>`;
  }

  private fits({ keys, title }: Shortcut): boolean {
    const text = this.text.toLowerCase();
    return title.toLowerCase().includes(text) || keys.some((key) => key.toLowerCase() === text);
  }
}

/** A link of the server, relative to its interface, or somewhere else. */
const linkOf = (api: Api, link: string): string => (/^https?:/.test(link) ? link : api.url(link));

const row = ({ keys, title }: Shortcut): TemplateResult =>
  html`<li><span>${title}</span><span class="keys">${keys.map((key) => html`<kbd>${key}</kbd>`)}</span></li>`;

declare global {
  interface HTMLElementTagNameMap {
    'vm-help-panel': HelpPanel;
  }
}
