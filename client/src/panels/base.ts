import { css, LitElement } from 'lit';
import { property } from 'lit/decorators.js';
import type { Viewer } from '../core/viewer';
import { controlStyles } from '../ui/base';
import { iconStyles } from '../ui/icon';

/** Look shared by the panels: the space inside the card, rows, buttons side by side, secondary text. */
export const panelStyles = css`
  :host {
    padding: 4px 16px 16px;
  }
  .row {
    display: flex;
    align-items: center;
    gap: 8px;
  }
  .pair {
    display: grid;
    grid-template-columns: 1fr 1fr;
    gap: 8px;
  }
  .chips {
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
  }
  .note {
    color: var(--vm-text-2);
    font-size: var(--vm-size-small);
    line-height: 18px;
  }
  p {
    margin: 0 0 8px;
  }
  .file {
    position: absolute;
    width: 1px;
    height: 1px;
    opacity: 0;
    pointer-events: none;
  }
  a {
    color: var(--vm-accent);
  }
  dl {
    display: grid;
    grid-template-columns: 96px 1fr;
    gap: 4px 12px;
    margin: 0;
  }
  dt {
    color: var(--vm-text-2);
  }
  dl + .note {
    margin-top: 8px;
  }
  dd {
    margin: 0;
    overflow-wrap: anywhere;
  }
`;

/** Base of the panels: follows the state and the image of its viewer while it is on the page. */
export abstract class PanelBase extends LitElement {
  static override styles = [controlStyles, iconStyles, panelStyles];

  @property({ attribute: false }) viewer!: Viewer;
  private undo: (() => void)[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    this.undo = this.subscribe();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.undo) stop();
    this.undo = [];
  }

  /** What to listen to while the panel is open; returns what undoes it. */
  protected subscribe(): (() => void)[] {
    const { viewer } = this;
    return [
      viewer.state.onChange(() => this.requestUpdate()),
      viewer.on('image', () => this.imageChanged()),
      viewer.on('changed', () => this.imageChanged()),
    ];
  }

  protected imageChanged(): void {
    this.requestUpdate();
  }
}
