import { css } from 'lit';

/** Look of the read-out card. */
export const readoutStyles = css`
  :host {
    width: 272px;
    padding: 8px;
    border-radius: var(--vm-radius);
    background: var(--vm-surface);
    box-shadow: var(--vm-shadow);
    pointer-events: auto;
  }
  .bar {
    display: flex;
    align-items: center;
    gap: 2px;
    margin: 4px 0 2px;
  }
  .choice {
    position: relative;
    display: inline-flex;
    align-items: center;
    min-width: 0;
    color: var(--vm-text-2);
    border-radius: var(--vm-radius);
  }
  .choice:hover {
    color: var(--vm-text);
    background: var(--vm-hover);
  }
  select {
    -webkit-appearance: none;
    appearance: none;
    min-width: 0;
    height: 24px;
    padding: 0 20px 0 6px;
    border: 0;
    border-radius: var(--vm-radius);
    background: none;
    font-size: var(--vm-size-small);
    text-overflow: ellipsis;
    cursor: pointer;
  }
  option {
    background: var(--vm-surface);
    color: var(--vm-text);
  }
  .choice .icon {
    position: absolute;
    right: 4px;
    width: 12px;
    height: 12px;
  }
  .space {
    flex: 1;
  }
  vm-button {
    --vm-control: 26px;
  }
  dl {
    display: grid;
    grid-template-columns: auto 1fr;
    column-gap: 12px;
    margin: 0;
    padding: 0 6px 2px;
    line-height: 20px;
  }
  dt {
    color: var(--vm-text-2);
    max-width: 112px;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  dd {
    margin: 0;
    text-align: right;
    white-space: nowrap;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .values {
    padding-bottom: 4px;
  }
  /* A long unit is cut, never the value. */
  .values dd {
    display: flex;
    justify-content: flex-end;
    align-items: baseline;
  }
  .unit {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    margin-left: 4px;
    color: var(--vm-text-2);
    font-size: var(--vm-size-small);
  }
  .dot {
    display: inline-block;
    width: 8px;
    height: 8px;
    margin-right: 6px;
    border-radius: 50%;
  }
  .waiting {
    color: var(--vm-text-2);
  }
  .locked {
    color: var(--vm-accent);
  }
  .name {
    flex: 1;
    min-width: 0;
    height: var(--vm-control);
    padding: 0 6px;
    text-align: left;
    font-weight: 600;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  :host([compact]) {
    width: auto;
    padding: 2px 6px 4px;
  }
  :host([compact]) .bar {
    margin: 0;
  }
  :host([compact]) .place {
    grid-template-columns: auto 1fr auto 1fr;
  }
  :host([compact]) vm-goto {
    margin-bottom: 6px;
  }
  @media (pointer: coarse) {
    select {
      height: 44px;
    }
    vm-button {
      --vm-control: 44px;
    }
  }
`;
