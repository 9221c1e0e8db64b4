import { css } from 'lit';

/** Rows of things on the image with buttons at their end: a channel, a line, a catalogue. */
export const rowStyles = css`
  .item {
    display: flex;
    align-items: center;
    gap: 4px;
    margin: 0 -8px;
    padding: 2px 4px;
    border-radius: var(--vm-radius);
  }
  .item.chosen {
    background: var(--vm-raised);
  }
  .name {
    flex: 1;
    min-width: 0;
    min-height: var(--vm-control);
    padding: 0 4px;
    text-align: left;
    border-radius: var(--vm-radius);
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .off .name {
    color: var(--vm-text-2);
  }
`;

/** The movement with which something appears from below. */
export const riseStyles = css`
  @keyframes rise {
    from {
      opacity: 0;
      transform: translateY(8px);
    }
  }
`;

/** Head of a card: a heading that is cut where its buttons begin. */
export const headStyles = css`
  .head {
    display: flex;
    align-items: center;
  }
  .head h2,
  .head h3 {
    flex: 1;
    min-width: 0;
    margin: 0;
    font-size: 13px;
    font-weight: 600;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
`;
