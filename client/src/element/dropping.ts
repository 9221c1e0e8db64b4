import { html, type LitElement, nothing, type ReactiveController, type TemplateResult } from 'lit';
import { t } from '../base/i18n';
import '../ui/section';
import type { ViewerCore } from './viewer';

/** Files that are held over the viewer, and let go there. */
export class Dropping implements ReactiveController {
  private isHeld = false;

  constructor(
    private readonly host: LitElement,
    private readonly core: () => ViewerCore | null,
  ) {
    host.addController(this);
    // Of the whole element: a file let go over a panel would replace the page.
    host.addEventListener('dragover', (event) => this.held(event));
    host.addEventListener('dragleave', () => this.hold(false));
    host.addEventListener('drop', (event) => this.dropped(event));
  }

  hostDisconnected(): void {
    this.hold(false);
  }

  /** Over everything, while something is held. */
  render(): TemplateResult | typeof nothing {
    if (!this.isHeld) return nothing;
    return html`<div class="drop">
      <div>
        <vm-empty icon="upload" label=${t('Drop to open')}>${t('FITS images, catalogues, regions, sessions')}</vm-empty>
      </div>
    </div>`;
  }

  private get takes(): boolean {
    return this.core()?.state.value.show.rail ?? false;
  }

  private held(event: DragEvent): void {
    if (!event.dataTransfer?.types.includes('Files') || !this.takes) return;
    event.preventDefault();
    this.hold(true);
  }

  private hold(held: boolean): void {
    if (held === this.isHeld) return;
    this.isHeld = held;
    this.host.requestUpdate();
  }

  private dropped(event: DragEvent): void {
    this.hold(false);
    const core = this.core();
    const files = [...(event.dataTransfer?.files ?? [])];
    if (!core || !this.takes || !files.length) return;
    event.preventDefault();
    const box = this.host.getBoundingClientRect();
    const { x, y } = core.map.view.fromScreen(event.clientX - box.left, event.clientY - box.top);
    core.tell('drop', { files, x, y });
  }
}
