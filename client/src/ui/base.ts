import { css, LitElement, type ReactiveControllerHost } from 'lit';
import { onLanguage } from '../base/i18n';
import { iconStyles } from './icon';

/** Registers a custom element once, even when two copies of the bundle are on a page. It says its texts anew in another language. */
export function element(tag: string) {
  return (made: CustomElementConstructor & Pick<typeof LitElement, 'addInitializer'>): void => {
    if (customElements.get(tag)) return;
    made.addInitializer(followLanguage);
    customElements.define(tag, made);
  };
}

function followLanguage(host: ReactiveControllerHost): void {
  let stop = (): void => undefined;
  host.addController({
    hostConnected: () => {
      stop = onLanguage(() => host.requestUpdate());
      host.requestUpdate();
    },
    hostDisconnected: () => stop(),
  });
}

/** What a control says when its value changes: `live` while the hand is still on it, then once more without. */
export interface Change<T> {
  readonly value: T;
  readonly live: boolean;
}

export type ChangeEvent<T> = CustomEvent<Change<T>>;

/** Common look and behaviour of every control: box model, type, focus ring, hidden state. */
export const controlStyles = css`
  :host {
    display: block;
    box-sizing: border-box;
    color: var(--vm-text);
    font: var(--vm-size) / 20px var(--vm-font);
    font-variant-numeric: tabular-nums;
  }
  :host([hidden]) {
    display: none;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  button,
  input,
  select {
    font: inherit;
    font-variant-numeric: inherit;
    color: inherit;
    margin: 0;
  }
  button {
    border: 0;
    background: none;
    padding: 0;
    cursor: pointer;
    -webkit-tap-highlight-color: transparent;
  }
  button:disabled {
    cursor: default;
  }
  :focus {
    outline: 2px solid var(--vm-accent);
    outline-offset: 1px;
  }
  :focus:not(:focus-visible),
  .quiet:focus {
    outline: none;
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip: rect(0 0 0 0);
    white-space: nowrap;
  }
`;

/** Base of the controls of this room: shared styles and one way to report a change. */
export class Control extends LitElement {
  static override styles = [controlStyles, iconStyles];

  /** Dispatches `vm-change`; it does not bubble, so that controls can be built from controls. */
  protected changed<T>(value: T, live = false): void {
    this.dispatchEvent(new CustomEvent<Change<T>>('vm-change', { detail: { value, live } }));
  }
}
