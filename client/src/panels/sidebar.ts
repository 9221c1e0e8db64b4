import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { t } from '../base/i18n';
import type { PanelElement, Viewer } from '../core/viewer';
import { type ChangeEvent, controlStyles, element } from '../ui/base';
import { activeElement, isTyping } from '../ui/focus';
import '../ui/panel';
import type { Panel } from '../ui/panel';
import '../ui/rail';
import type { Rail } from '../ui/rail';
import { PHONE_WIDTH } from '../ui/tokens';
import { panels, type RailPanel } from './index';
import { openNeighbour } from './neighbour';
import { playerOf } from './player';

/**
 * The rail and the open panel. It covers the viewer without catching the pointer where it is empty. It follows and sets
 * `state.panel`, loads a panel when it is opened for the first time, and tells the rest of the page how much of the left
 * and of the bottom it takes, as `--vm-inset-left` and `--vm-inset-bottom` on the viewer's element.
 */
@element('vm-sidebar')
export class Sidebar extends LitElement {
  static override styles = [
    controlStyles,
    css`
      :host {
        position: absolute;
        inset: 0;
        pointer-events: none;
        overflow: hidden;
      }
      vm-rail {
        position: absolute;
        left: 8px;
        top: 8px;
      }
      .place {
        position: absolute;
        left: 60px;
        top: 8px;
        bottom: 8px;
        display: flex;
        align-items: flex-start;
        pointer-events: none;
      }
      :host([side='right']) vm-rail {
        left: auto;
        right: 8px;
      }
      :host([side='right']) .place {
        left: auto;
        right: 60px;
      }
      @media (pointer: coarse) {
        .place {
          left: 68px;
        }
        :host([side='right']) .place {
          right: 68px;
        }
      }
      :host([sheet]) vm-rail,
      :host([sheet][side='right']) vm-rail {
        left: 0;
        right: 0;
        top: auto;
        bottom: 0;
        z-index: 1;
      }
      :host([sheet]) .place,
      :host([sheet][side='right']) .place {
        left: 0;
        right: 0;
        top: 0;
        bottom: calc(52px + env(safe-area-inset-bottom, 0px));
        align-items: flex-end;
      }
      @media print {
        :host {
          display: none;
        }
      }
      .failed {
        padding: 4px 16px 16px;
      }
    `,
  ];

  @property({ attribute: false }) viewer!: Viewer;
  /** The panels to offer; an embedding page may leave some out. */
  @property({ attribute: false }) panels: readonly RailPanel[] = panels;
  /** The edge that the rail stands at, where there is room for one. */
  @property({ reflect: true }) side: 'left' | 'right' = 'left';
  @property({ type: Boolean, reflect: true }) sheet = false;

  @state() private open = '';
  @state() private content: PanelElement | null = null;
  @state() private problem = '';
  @query('vm-rail') private rail!: Rail;
  @query('vm-panel') private panel!: Panel | null;
  private readonly made = new Map<string, PanelElement>();
  private undo: (() => void)[] = [];
  private observer: ResizeObserver | null = null;
  private focusPanel = false;
  private opener: Element | null = null;
  private overlaysStarted = false;
  @state() private plotting = false;

  override connectedCallback(): void {
    super.connectedCallback();
    const { viewer } = this;
    this.observer = new ResizeObserver(() => this.measure());
    this.observer.observe(this);
    viewer.element.addEventListener('keydown', this.onKey);
    this.undo = [
      viewer.state.watch(
        (tree) => tree.panel,
        (id) => void this.show(id),
      ),
      () => viewer.element.removeEventListener('keydown', this.onKey),
      viewer.on('drop', ({ files }) => void dropFiles(viewer, files)),
      viewer.on('image', () => this.startLayers()),
      viewer.state.watch(
        ({ overlays, panel }) => [overlays.length, panel],
        () => this.startLayers(),
      ),
    ];
    this.startLayers();
    void this.show(viewer.state.value.panel);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer?.disconnect();
    for (const stop of this.undo) stop();
    this.undo = [];
    this.overlaysStarted = false;
  }

  override render(): TemplateResult {
    const definition = this.panels.find((one) => one.id === this.open);
    return html`<vm-rail
        .items=${this.sheet ? this.panels.filter(({ id }) => id !== 'help') : this.panels}
        .value=${this.open}
        .horizontal=${this.sheet}
        @vm-change=${(event: ChangeEvent<string>) => this.choose(event.detail.value)}
      ></vm-rail>
      <div class="place">
        ${
          definition && (this.content || this.problem)
            ? html`<vm-panel .label=${t(definition.title)} .sheet=${this.sheet} @vm-close=${this.close} @keydown=${this.onPanelKey}>
                ${this.problem ? html`<div class="failed">${this.problem}</div>` : this.content}
              </vm-panel>`
            : nothing
        }
      </div>
      ${this.plotting ? html`<vm-plot-card .viewer=${this.viewer} .sheet=${this.sheet} .covered=${this.sheet && this.open !== ''}></vm-plot-card>` : nothing}`;
  }

  override updated(changes: PropertyValues): void {
    if (changes.has('open') || changes.has('content') || changes.has('sheet') || changes.has('side'))
      this.announceInsets();
    if (!this.focusPanel || !this.content) return;
    this.focusPanel = false;
    void this.panel?.updateComplete.then(() => this.panel?.body.focus({ preventScroll: true }));
  }

  /** The code that draws over the image comes when there is something to draw. */
  private startLayers(): void {
    const { overlays, panel } = this.viewer.state.value;
    const plots = overlays.filter(({ kind }) => kind === 'profile' || kind === 'spectrum');
    if (!this.overlaysStarted && (overlays.length > plots.length || panel === 'overlays')) {
      this.overlaysStarted = true;
      import('./overlays-on-map').then(
        ({ startOverlays }) => this.undo.push(startOverlays(this.viewer)),
        () => {
          this.overlaysStarted = false;
        },
      );
    }
    if (!this.plotting && (plots.length > 0 || panel === 'plots')) {
      import('./plot-card').then(
        () => {
          this.plotting = true;
        },
        () => undefined,
      );
    }
  }

  private choose(id: string): void {
    this.focusPanel = id !== '';
    if (!this.open) this.opener = activeElement();
    this.viewer.state.set({ panel: id });
  }

  /** The focus goes back to where it was before the panel opened, as the map, else to the panel's place in the rail. */
  private readonly close = (): void => {
    const { open, opener } = this;
    const inside = this.panel?.matches(':focus-within') ?? false;
    this.viewer.state.set({ panel: '' });
    if (!inside) return;
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
    else this.rail.focusItem(open);
  };

  private async show(id: string): Promise<void> {
    const definition = this.panels.find((one) => one.id === id);
    this.open = definition ? id : '';
    this.problem = '';
    this.content = definition ? (this.made.get(id) ?? null) : null;
    if (!definition || this.content) return;
    try {
      const made = await definition.load();
      made.viewer = this.viewer;
      this.made.set(id, made);
    } catch {
      if (this.open === id)
        this.problem = t('This panel could not be loaded. Check the connection, close it and open it again.');
    }
    if (this.open === id) this.content = this.made.get(id) ?? null;
  }

  private measure(): void {
    this.sheet = this.clientWidth > 0 && this.clientWidth < PHONE_WIDTH;
    this.announceInsets();
  }

  private announceInsets(): void {
    const { style } = this.viewer.element;
    const coarse = window.matchMedia('(pointer: coarse)').matches;
    const rail = coarse ? 68 : 60;
    const taken = `${this.open ? rail + 320 + 8 : rail}px`;
    style.setProperty('--vm-inset-left', this.sheet ? '0px' : this.side === 'left' ? taken : '4px');
    style.setProperty('--vm-inset-right', this.sheet || this.side === 'left' ? '0px' : taken);
    style.setProperty('--vm-inset-bottom', this.sheet ? '52px' : '0px');
  }

  private readonly onPanelKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.preventDefault();
    event.stopPropagation();
    this.close();
  };

  /** Of the images that are compared, the one with the focus or the one that is seen. */
  private meant(event: KeyboardEvent): Viewer {
    const { viewers, seen } = this.viewer.compared;
    return viewers.find(({ element }) => event.composedPath().includes(element)) ?? seen ?? this.viewer;
  }

  /** One key opens and closes a panel, unless somebody types. */
  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    const definition = this.panels.find((one) => one.key === event.key);
    if (definition) this.choose(this.open === definition.id ? '' : definition.id);
    else if (event.key === '[' || event.key === ']') playerOf(this.meant(event)).step(event.key === ']' ? 1 : -1);
    else if (event.key === '<' || event.key === '>') void openNeighbour(this.viewer, event.key === '>' ? 1 : -1);
    else if (event.key === 'm') void import('./views').then(({ keepView }) => keepView(this.viewer));
    else return;
    event.preventDefault();
  };
}

async function dropFiles(viewer: Viewer, files: readonly File[]): Promise<void> {
  const { openDropped } = await import('./dropped');
  await openDropped(viewer, files);
}

declare global {
  interface HTMLElementTagNameMap {
    'vm-sidebar': Sidebar;
  }
}
