import { css } from 'lit';

/** Places of everything on the viewer; `tokens` of `ui/` gives the colours. */
export const viewerStyles = css`
  :host {
    display: block;
    position: relative;
    width: 100%;
    height: 100%;
    min-height: 200px;
    overflow: hidden;
    background: var(--vm-map, var(--vm-page));
    isolation: isolate;
    --vm-map-accent: #86b4ff;
  }
  :host([hidden]) {
    display: none;
  }
  :host(.full) {
    position: fixed;
    inset: 0;
    z-index: 2147483000;
  }
  .over {
    position: absolute;
    inset: 0;
    pointer-events: none;
    z-index: 1;
  }
  .progress {
    position: absolute;
    left: 0;
    right: 0;
    top: 0;
    height: 2px;
    overflow: hidden;
    opacity: 0;
    transition: opacity 150ms 250ms;
  }
  .progress.on {
    opacity: 1;
  }
  .progress i {
    display: block;
    height: 100%;
    width: 100%;
    background: var(--vm-accent-fill);
    transform-origin: 0 0;
    transition: transform 300ms;
  }
  .progress.busy i {
    width: 30%;
    animation: glide 1.1s ease-in-out infinite;
  }
  @keyframes glide {
    from {
      transform: translateX(-100%);
    }
    to {
      transform: translateX(333%);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .progress.busy i {
      width: 100%;
      animation: none;
      opacity: 0.5;
    }
  }
  .title {
    max-width: 100%;
    display: flex;
    align-items: center;
  }
  .title button {
    display: flex;
    align-items: baseline;
    gap: 8px;
    min-width: 0;
    height: 36px;
    padding: 0 12px;
    border: 0;
    border-radius: var(--vm-radius);
    background: var(--vm-surface);
    box-shadow: var(--vm-shadow);
    color: var(--vm-text);
    font: inherit;
    line-height: 36px;
    white-space: nowrap;
    pointer-events: auto;
    cursor: pointer;
  }
  .title button:hover {
    background: var(--vm-raised);
  }
  .title b {
    font-weight: 600;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .title span {
    flex: 1 1 0; /* the object gives way before the name */
    min-width: 0;
    color: var(--vm-text-2);
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .at {
    position: absolute;
    display: flex;
    flex-direction: column;
    gap: 8px;
    --left: calc(var(--vm-inset-left, 60px) + 4px);
    --right: calc(var(--vm-inset-right, 0px) + 8px);
    --bottom: calc(8px + var(--vm-inset-bottom, 0px));
  }
  .top-left {
    left: var(--left);
    top: 8px;
    max-width: calc(100% - var(--left) - var(--right) - var(--vm-beside, 292px));
    align-items: flex-start;
  }
  .top-center {
    left: calc(50% + (var(--vm-inset-left, 60px) - 60px) / 2);
    top: 8px;
    transform: translateX(-50%);
    align-items: center;
  }
  .top-right {
    right: var(--right);
    top: 8px;
    align-items: flex-end;
  }
  .bottom-left {
    left: var(--left);
    bottom: calc(var(--bottom) + var(--vm-inset-plot, 0px));
    align-items: flex-start;
  }
  /* In the middle of what the compass with the scale and the minimap leave. */
  .bottom-center {
    left: calc(var(--left) + 268px);
    right: calc(var(--right) + 184px);
    bottom: calc(var(--bottom) + var(--vm-inset-plot, 0px));
    align-items: center;
  }
  .bottom-right {
    right: var(--right);
    bottom: var(--bottom);
    align-items: flex-end;
  }
  .preview {
    display: flex;
    gap: 6px;
    padding: 4px 10px;
    border-radius: var(--vm-radius);
    background: var(--vm-surface);
    box-shadow: var(--vm-shadow);
    color: var(--vm-text);
    font-size: var(--vm-size-small);
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
    pointer-events: auto;
    animation: appear 150ms 500ms both;
  }
  .preview span {
    color: var(--vm-text-2);
  }
  @keyframes appear {
    from {
      opacity: 0;
    }
  }
  vm-scalebar {
    margin: 4px;
  }
  .buttons {
    display: flex;
    flex-direction: column;
    padding: 2px;
    border-radius: var(--vm-radius);
    background: var(--vm-surface);
    box-shadow: var(--vm-shadow);
    pointer-events: auto;
  }
  .reticle {
    position: absolute;
    left: 50%;
    top: 50%;
    width: 41px;
    height: 41px;
    margin: -20.5px 0 0 -20.5px;
    fill: none;
    stroke: #fff;
    stroke-width: 1;
    overflow: visible;
    filter: drop-shadow(0 0 1px #000) drop-shadow(0 0 1px #000);
  }
  .banner {
    position: absolute;
    left: 50%;
    top: 12px;
    transform: translateX(-50%);
    pointer-events: auto;
  }
  vm-toasts {
    position: absolute;
    left: 16px;
    right: 16px;
    bottom: calc(64px + var(--vm-inset-plot, 0px) + var(--vm-inset-bottom, 0px));
    z-index: 900;
  }
  vm-sidebar {
    z-index: 2;
  }
  .quiet {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .drop {
    position: absolute;
    inset: 0;
    z-index: 5;
    display: grid;
    place-items: center;
    background: var(--vm-scrim);
    box-shadow: inset 0 0 0 3px var(--vm-accent);
    pointer-events: none;
  }
  .drop > div,
  .nothing {
    max-width: 320px;
    padding: 0 16px 16px;
    border-radius: var(--vm-radius);
    background: var(--vm-surface);
    box-shadow: var(--vm-shadow);
    color: var(--vm-text-2);
    text-align: center;
  }
  .nothing {
    position: absolute;
    left: calc(50% + (var(--vm-inset-left, 60px) - 60px) / 2);
    top: 50%;
    transform: translate(-50%, -50%);
    width: calc(100% - 96px);
    pointer-events: auto;
    animation: appear 150ms 500ms both;
  }
  /* On paper: the image with its name, scale and colours, nothing to press. */
  @media print {
    .at {
      --left: 8px;
    }
    .top-center {
      left: 50%;
    }
    .top-right,
    .bottom-right {
      display: none;
    }
  }
  :host([narrow]) .top-right {
    left: 8px;
    align-items: stretch;
  }
  :host([narrow]) .bottom-center {
    left: auto;
    right: 8px;
    max-width: 46%;
    align-items: stretch;
  }
  :host([narrow]) .bottom-left {
    left: 8px;
  }
  /* Below the card: the sheet, where the hand is, stays free. */
  :host([narrow]) vm-toasts {
    left: 8px;
    right: 8px;
    top: calc(var(--vm-inset-top, 0px) + 8px);
    bottom: auto;
  }
  :host([narrow]) .nothing {
    left: 50%;
  }
  :host([narrow]) vm-scalebar {
    flex-direction: column;
    align-items: flex-start;
  }
  :host([narrow]) .bottom-right {
    bottom: calc(56px + var(--vm-inset-bottom, 0px));
  }
`;
