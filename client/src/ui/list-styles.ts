import { css } from 'lit';

/** Look of `vm-list`: rows, headings, pictures. */
export const listStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 0;
  }
  .search {
    margin-bottom: 8px;
  }
  .scroller {
    position: relative;
    flex: 1;
    min-height: 0;
    overflow: auto;
    overscroll-behavior: contain;
    border-radius: var(--vm-radius);
    scrollbar-width: thin;
    scrollbar-color: var(--vm-pressed) transparent;
  }
  .sizer {
    position: relative;
    overflow: hidden;
  }
  .row {
    position: absolute;
    left: 0;
    right: 0;
    display: flex;
    align-items: center;
    gap: 8px;
    padding: 0 8px;
    border-radius: var(--vm-radius);
    cursor: pointer;
    white-space: nowrap;
    -webkit-user-select: none;
    user-select: none;
  }
  .row.cursor {
    background: var(--vm-hover);
  }
  .row[aria-selected='true'] {
    background: var(--vm-accent-soft);
  }
  .row[aria-selected='true'] .label {
    color: var(--vm-accent);
  }
  .row[aria-disabled='true'] {
    opacity: 0.45;
    cursor: default;
  }
  .heading {
    color: var(--vm-text-2);
    font-size: var(--vm-size-small);
    cursor: default;
    align-items: flex-end;
    padding-bottom: 4px;
  }
  .texts {
    flex: 1;
    min-width: 0;
    display: flex;
    gap: 8px;
    align-items: baseline;
  }
  .tall .texts {
    flex-direction: column;
    gap: 0;
  }
  .label,
  .detail {
    overflow: hidden;
    text-overflow: ellipsis;
    max-width: 100%;
  }
  /* The name is whole, what is said of it is cut. */
  .label {
    flex: none;
    max-width: max(70%, calc(100% - 72px));
  }
  .label:last-child,
  .tall .label {
    max-width: 100%;
  }
  .detail {
    flex: 1;
    min-width: 0;
    text-align: right;
    color: var(--vm-text-2);
    font-size: var(--vm-size-small);
  }
  .tall .detail {
    flex: none;
    text-align: left;
  }
  .picture {
    flex: none;
    position: relative;
    display: grid;
    place-items: center;
    width: 44px;
    height: 44px;
    border-radius: 4px;
    overflow: hidden;
    background: #000;
    color: #6e6e6e;
  }
  .picture.none {
    background: none;
    color: var(--vm-text-2);
  }
  .picture.none .icon {
    width: 20px;
    height: 20px;
  }
  .picture img {
    position: absolute;
    left: 0;
    top: 0;
    width: 100%;
    height: 100%;
    object-fit: cover;
    opacity: 0;
    transition: opacity var(--vm-motion);
  }
  .picture img.there {
    opacity: 1;
  }
  .ramp {
    flex: none;
    width: 96px;
    height: 14px;
    border-radius: 3px;
  }
  .dot {
    flex: none;
    width: 10px;
    height: 10px;
    border-radius: 50%;
  }
  .tick {
    color: var(--vm-accent);
  }
  .empty {
    padding: 16px 8px;
    color: var(--vm-text-2);
    text-align: center;
    white-space: normal;
  }
`;
