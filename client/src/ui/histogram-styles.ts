import { css } from 'lit';

/** Look of the histogram and of the cuts on it. */
export const histogramStyles = css`
  .plot {
    position: relative;
    height: 124px;
    touch-action: pan-y;
    cursor: default;
    -webkit-user-select: none;
    user-select: none;
  }
  svg {
    position: absolute;
    left: 0;
    top: 0;
    width: 100%;
    height: 100px;
    overflow: visible;
  }
  .bars {
    fill: var(--vm-plot);
  }
  .off {
    fill: var(--vm-surface);
    opacity: 0.72;
  }
  .curve {
    fill: none;
    stroke: var(--vm-accent);
    stroke-width: 1.5;
    opacity: 0.9;
  }
  .strip {
    position: absolute;
    left: 0;
    right: 0;
    top: 104px;
    height: 10px;
    border-radius: 3px;
    box-shadow: inset 0 0 0 1px var(--vm-line);
    cursor: grab;
  }
  .thumb {
    position: absolute;
    top: 0;
    height: 124px;
    width: 20px;
    margin-left: -10px;
    cursor: ew-resize;
    outline-offset: -2px;
    border-radius: var(--vm-radius);
    touch-action: none;
  }
  .thumb::before {
    content: '';
    position: absolute;
    left: 50%;
    top: 0;
    height: 102px;
    width: 1px;
    margin-left: -0.5px;
    background: var(--vm-text);
  }
  .thumb::after {
    content: '';
    position: absolute;
    left: 50%;
    top: 101px;
    width: 10px;
    height: 16px;
    margin-left: -5px;
    border-radius: 3px;
    background: var(--vm-text);
    box-shadow: 0 0 0 2px var(--vm-surface);
  }
  .thumb:focus::before,
  .thumb:active::before,
  .thumb:focus::after,
  .thumb:active::after {
    background: var(--vm-accent);
  }
  .outside::before {
    opacity: 0.35;
  }
  .ticks {
    position: relative;
    height: 16px;
    color: var(--vm-text-2);
    font-size: 11px;
    line-height: 16px;
    overflow: hidden;
    pointer-events: none;
  }
  .ticks span {
    position: absolute;
    transform: translateX(-50%);
    white-space: nowrap;
  }
  .empty {
    position: absolute;
    left: 0;
    right: 0;
    top: 40px;
    text-align: center;
    color: var(--vm-text-2);
    font-size: var(--vm-size-small);
  }
  @media (pointer: coarse) {
    .thumb {
      width: 44px;
      margin-left: -22px;
    }
    .thumb::after {
      width: 28px;
      margin-left: -14px;
      height: 24px;
      top: 98px;
      border-radius: 8px;
    }
    .plot {
      height: 128px;
    }
  }
`;
