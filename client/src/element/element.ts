import { t } from '../base/i18n';
import '../base/sheets';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { ApiError, isAbort } from '../core/api';
import type { StatePatch, ViewerState } from '../core/state';
import { type Address, readUrl } from '../core/url';
import type { NotifyOptions, Viewer } from '../core/viewer';
import '../panels/colorbar';
import '../panels/sidebar';
import { followTheme } from '../panels/theme';
import { element as define } from '../ui/base';
import { iconStyles } from '../ui/icon';
import '../ui/toast';
import type { Toasts } from '../ui/toast';
import { PHONE_WIDTH, tokens } from '../ui/tokens';
import { Companions } from './companions';
import { Dropping } from './dropping';
import { backgroundOf, emptyFace, magnifier, previewMark, progressLine, reticle, titleBar, zoomButtons } from './face';
import { isFullScreen, toggleFullScreen } from './fullscreen';
import { addGraticule } from './graticule-layer';
import { followLanguage, speakFor } from './language';
import './minimap';
import { offered, readPlaces, type Widget, widgetsAt } from './places';
import type { ViewerFace, VisiomaticEvents } from './public';
import './readout';
import type { ReadoutCard } from './readout';
import './scalebar';
import { mapStyles } from './map-styles';
import { runShortcut } from './shortcuts';
import { viewerStyles } from './styles';
import { TopInset } from './top-inset';
import { type FaceAction, messageOf, ViewerCore } from './viewer';

/** What an open panel takes of the width, and what is needed for what floats beside it, CSS px. */
const PANEL = 328;
const ROOM = { minimap: 470, title: 480, colorbar: 570 };

/** The server's API, beside the folder that this script comes from; else beside the page. */
export const defaultApi = (script: string): string => {
  const found = /^(.*\/)client\/(?:assets\/)?[^/]*$/.exec(script)?.[1];
  return found ? `${found}api/v1/` : new URL('api/v1/', document.baseURI).href;
};

/** `<visiomatic-viewer>`: an astronomical image of any size in any page; what it offers is {@link ViewerFace}. */
@define('visiomatic-viewer')
export class VisiomaticViewer extends LitElement implements ViewerFace {
  static override styles = [tokens, iconStyles, mapStyles, viewerStyles];

  @property() image = '';
  @property() api = '';
  @property({ reflect: true }) theme: 'dark' | 'light' | '' | null = null;
  @property({ reflect: true }) override lang = '';
  @property() show = '';
  @property() place = '';
  @property() panels = '';
  @property() at = '';
  @property() zoom = '';
  @property({ attribute: 'state' }) query = '';
  @property({ type: Boolean, reflect: true }) narrow = false;
  /** False beside another viewer, which takes the keys of both. */
  @property({ attribute: false }) keyed = true;

  readonly ready: Promise<VisiomaticViewer>;

  @query('.stage') private stage!: HTMLElement;
  @query('.field') private field!: HTMLElement;
  @query('vm-toasts') private toasts!: Toasts;
  @query('vm-readout') private readout!: ReadoutCard | null;
  @state() private core: ViewerCore | null = null;
  @state() private offline = false;
  @state() private spoken = '';
  /** The image that was asked for last could not be opened. */
  @state() private missing = false;
  /** The viewer that is seen in its turn instead of the first. */
  @state() private turn: ViewerCore | null = null;
  private settleReady!: { resolve: (element: VisiomaticViewer) => void; reject: (error: unknown) => void };
  private start: Address | null = null;
  private undo: (() => void)[] = [];
  private announcing = false;
  private companions: Companions | null = null;
  private readonly dropping = new Dropping(this, () => this.core);
  private readonly topInset = new TopInset(this);

  constructor() {
    super();
    this.ready = new Promise((resolve, reject) => {
      this.settleReady = { resolve, reject };
    });
    this.ready.catch(() => undefined);
  }

  // ------------------------------------------------------------------------------------------------ public face

  get viewer(): Viewer | null {
    return this.core;
  }

  async skyAt(x: number, y: number): Promise<[lon: number, lat: number] | null> {
    await this.ready;
    return this.core?.skyAtAsync(x, y) ?? null;
  }

  async pixelAt(lon: number, lat: number): Promise<[x: number, y: number] | null> {
    await this.ready;
    return this.core?.pixelAtAsync(lon, lat) ?? null;
  }

  get state(): ViewerState {
    if (!this.core) throw new Error(t('The viewer has no state before it is on a page'));
    return this.core.state.toJSON();
  }

  set state(value: StatePatch) {
    this.core?.state.set(value, { source: 'api' });
  }

  /** Open an image with what an address asks for. Used by the page; others set `image`. */
  async open(image: string, address?: Address): Promise<void> {
    this.start = address ?? null;
    this.image = image;
    await this.updateComplete;
    await this.ready;
  }

  get address(): string {
    return this.core ? this.core.address() : '';
  }

  // ------------------------------------------------------------------------------------------------ life

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) void this.begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.undo) stop();
    this.undo = [];
    this.companions?.remove();
    this.companions = null;
    this.core?.remove();
    this.core = null;
  }

  protected override firstUpdated(): void {
    void this.begin();
  }

  protected override updated(changes: PropertyValues<this>): void {
    this.topInset.follow(this.narrow && this.readout?.parentElement?.matches('.top-right') ? this.readout : null);
    // What it had from the beginning is opened by `begin`.
    const other = changes.get('image') !== undefined && this.core && this.core.image?.id !== this.image;
    if (other && this.image) void this.load(this.image);
    if (changes.has('lang') && this.core) speakFor(this);
    if (changes.has('theme') && this.core) this.core.backgroundChanged();
    if (changes.has('show') && changes.get('show') !== undefined && this.core) {
      this.core.state.set(readUrl(`show=${this.show}`).state, { source: 'api' });
    }
  }

  private async begin(): Promise<void> {
    const core = new ViewerCore({
      element: this,
      mapHost: this.stage,
      apiBase: this.api || defaultApi(import.meta.url),
      notify: (message, options) => this.notify(message, options),
      perform: (action) => this.perform(action),
      background: () => backgroundOf(this),
    });
    this.core = core;
    this.listen(core);
    addGraticule(core);
    core.state.watch(
      (tree) => tree.show.rail,
      (shown) => {
        if (shown) return;
        this.style.setProperty('--vm-inset-left', '4px');
        this.style.setProperty('--vm-inset-right', '0px');
      },
    );
    followTheme(core);
    followLanguage(core);
    this.companions = new Companions(core, this.field, {
      create: () => Object.assign(new VisiomaticViewer(), { theme: this.theme, lang: this.lang, keyed: false }),
      turned: (viewers, seen) => {
        this.turn = seen as ViewerCore | null;
        core.compared = { viewers, seen };
        core.tell('compared', core.compared);
      },
      mirror: (viewer, at) => {
        const other = viewer as ViewerCore;
        other.pointed(at && other.map.position(other.map.view.toScreen(at.x, at.y)));
      },
    });
    core.state.watch(
      (tree) => tree.compare,
      (compare) => this.companions?.update(compare),
    );
    core.state.set(readUrl(`show=${this.show}`).state, { source: 'map' });
    if (this.image) void this.load(this.image);
  }

  private async load(image: string): Promise<void> {
    const { core } = this;
    if (!core) return;
    const asked = [
      this.query,
      this.at && `at=${this.at}`,
      this.zoom && `zoom=${this.zoom}`,
      this.show && `show=${this.show}`,
    ];
    const address = this.start ?? (core.image ? undefined : readUrl(asked.filter(Boolean).join('&')));
    this.start = null;
    this.missing = false;
    try {
      await core.openWith(image, address ? { address } : {});
      this.emit('ready', { image });
      this.settleReady.resolve(this);
      if (!core.service) void core.connect().catch(() => undefined);
    } catch (error) {
      if (isAbort(error)) return;
      this.missing = true;
      this.settleReady.reject(error);
      core.fail(
        error instanceof ApiError && error.status === 404
          ? new Error(t('There is no image “{image}” here', { image }))
          : error,
      );
    }
  }

  private listen(core: ViewerCore): void {
    const media = matchMedia('(prefers-color-scheme: light)');
    const recolor = () => core.backgroundChanged();
    media.addEventListener('change', recolor);
    const observer = new ResizeObserver(() => {
      this.narrow = this.clientWidth < PHONE_WIDTH;
      this.requestUpdate();
    });
    observer.observe(this);
    const screen = () => this.requestUpdate();
    document.addEventListener('fullscreenchange', screen);
    const online = () => void core.connect().catch(() => undefined);
    window.addEventListener('online', online);
    this.undo = [
      () => media.removeEventListener('change', recolor),
      () => observer.disconnect(),
      () => document.removeEventListener('fullscreenchange', screen),
      () => window.removeEventListener('online', online),
      core.connection.onChange((connection) => {
        this.offline = !connection.online;
      }),
      core.on('progress', () => this.requestUpdate()),
      core.on('readout', () => this.announce()),
      ...this.relay(core),
    ];
  }

  /** From the viewer's own events to those of the DOM. */
  private relay(core: ViewerCore): (() => void)[] {
    return [
      core.on('image', ({ id, title }) => {
        this.image = id;
        this.requestUpdate();
        this.emit('imagechange', { image: id, title });
      }),
      core.on('view', ({ settled }) => settled && this.emit('viewchange', { ...core.map.center, zoom: core.map.zoom })),
      core.on('pointer', (at) => this.emit('pointer', at && { x: at.x, y: at.y, sky: core.skyAt(at.x, at.y) })),
      core.on('error', (error) => this.emit('error', { message: error.message, error })),
      core.state.onChange(({ live, state: tree, previous }) => {
        if (tree.show !== previous.show || tree.panel !== previous.panel) this.requestUpdate();
        if (!live) this.emit('statechange', { state: tree });
      }),
    ];
  }

  private emit<K extends keyof VisiomaticEvents>(type: K, detail: VisiomaticEvents[K]): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  // ------------------------------------------------------------------------------------------------ look

  override render(): TemplateResult {
    return html`<div
        class="field"
        @keydown=${this.onKey}
      >
        <div class="stage" part="map"></div>
      </div>
      ${this.core ? this.face(this.core) : nothing}
      <vm-toasts></vm-toasts>
      <div class="quiet" aria-live="polite">${this.spoken}</div>`;
  }

  private face(core: ViewerCore): TemplateResult {
    const { show } = core.state.value;
    const places = readPlaces(this.place);
    const widgets = this.widgets(core);
    return html`<div class="over" @keydown=${this.onKey}>
        ${show.reticle ? reticle : nothing} ${progressLine(core)}
        ${widgetsAt(places, widgets).map(([place, shown]) => html`<div class="at ${place}">${shown}</div>`)}
        ${this.offline ? html`<div class="banner"><vm-banner kind="warning" message=${t('The server does not answer. What was loaded stays; trying again.')}></vm-banner></div>` : nothing}
        ${this.isEmpty ? emptyFace(core, this.narrow) : nothing}
      </div>
      ${
        show.rail
          ? html`<vm-sidebar
              part="sidebar"
              .viewer=${core}
              .panels=${offered(this.panels)}
              .side=${places.rail}
              @keydown=${this.onKey}
            ></vm-sidebar>`
          : nothing
      }
      ${this.dropping.render()}`;
  }

  /** What floats over the image, each where it is wanted at all. */
  private widgets(core: ViewerCore): Record<Widget, TemplateResult | typeof nothing> {
    const { show, display } = core.state.value;
    const open = core.image !== null;
    const { narrow } = this;
    // Beside an open panel there may be no room for all.
    const room = this.clientWidth - (core.state.value.panel ? PANEL : 0);
    const when = (shown: boolean, part: () => TemplateResult | typeof nothing) => (shown && open ? part() : nothing);
    return {
      title: when(show.title && !(narrow ? show.readout : room < ROOM.title), () =>
        titleBar(core, this.turn?.image ?? null),
      ),
      readout: when(
        show.readout,
        () => html`<vm-readout part="readout" .viewer=${core} .compact=${narrow} .turn=${this.turn}></vm-readout>`,
      ),
      magnifier: when(show.magnifier, () => magnifier(core)),
      preview: when(true, () => previewMark(core)),
      scale: when(show.scale || show.compass, () => html`<vm-scalebar part="scale" .viewer=${core}></vm-scalebar>`),
      colorbar: when(
        show.colorbar && !(narrow ? display.mode === 'color' : room < ROOM.colorbar),
        () => html`<vm-colorbar part="colorbar" .viewer=${core}></vm-colorbar>`,
      ),
      buttons: when(show.buttons, () => zoomButtons(core, narrow, isFullScreen(this))),
      minimap: when(
        !narrow && room >= ROOM.minimap && (show.minimap || show.buttons),
        () => html`<vm-minimap part="minimap" .viewer=${core}></vm-minimap>`,
      ),
    };
  }

  /** Nothing is on the map and nothing is on its way, nor is anything being chosen. */
  private get isEmpty(): boolean {
    const { core } = this;
    if (!core || core.image || (this.image && !this.missing)) return false;
    return core.state.value.show.rail && core.state.value.panel === '';
  }

  // ------------------------------------------------------------------------------------------------ deeds

  private readonly onKey = (event: KeyboardEvent): void => {
    if (!this.core || !this.keyed) return;
    if (event.key === 'v' && !event.ctrlKey && !event.metaKey && event.currentTarget === this.field) this.toggleVoice();
    else if (event.currentTarget === this.field && this.companions?.tab(event)) return;
    else runShortcut(this.core, event);
  };

  private perform(action: FaceAction): void {
    if (action === 'search') void this.readout?.search();
    else if (action === 'blink') this.companions?.blink();
    else if (action === 'fullScreen') void toggleFullScreen(this).then(() => this.requestUpdate());
    else void this.copy();
  }

  private async copy(): Promise<void> {
    const text = this.readout?.text();
    if (!text) return;
    try {
      await navigator.clipboard.writeText(text);
      this.notify(t('Position and values copied'), { timeout: 2000 });
    } catch (error) {
      this.notify(t('Nothing was copied: {error}', { error: messageOf(error) }), { kind: 'warning' });
    }
  }

  private toggleVoice(): void {
    this.announcing = !this.announcing;
    this.spoken = this.announcing ? t('Coordinates are read aloud') : t('Coordinates are no longer read aloud');
  }

  private announce(): void {
    if (this.announcing && !this.core?.map.isMoving) this.spoken = this.readout?.text() ?? '';
  }

  private notify(message: string, options?: NotifyOptions): () => void {
    if (!options?.quiet) return this.toasts.show(message, options);
    this.spoken = message;
    return () => undefined;
  }
}
