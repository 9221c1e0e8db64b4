import { css } from 'lit';

/**
 * The look, as CSS custom properties: colours, type, spacing, radius, shadow, motion. They are set on the host that
 * includes this sheet (the viewer) and inherited by everything below it, across shadow roots. The host's attribute
 * `theme` is "dark", "light" or absent (follow the system). A page that embeds the viewer may set any of them.
 *
 * Neutral greys carry no colour cast, because they lie beside the image; there is one accent hue. Text on any surface
 * has a contrast of 4.5 or more in both themes.
 */
const light = css`
  color-scheme: light;
  --vm-page: #dcdcdc;
  --vm-surface: #fcfcfc;
  --vm-raised: #efefef;
  --vm-hover: #e6e6e6;
  --vm-pressed: #dadada;
  --vm-line: rgba(0, 0, 0, 0.11);
  --vm-edge: rgba(0, 0, 0, 0.42);
  --vm-text: #161616;
  --vm-text-2: #5a5a5a;
  --vm-plot: #b4b4b4;
  --vm-plot-off: #dedede;
  --vm-accent: #1c5fcc;
  --vm-accent-fill: #1c5fcc;
  --vm-accent-text: #ffffff;
  --vm-accent-soft: rgba(28, 95, 204, 0.12);
  --vm-danger: #b3261e;
  --vm-warning: #8a5a00;
  --vm-success: #1f7038;
  --vm-shadow: 0 0 0 1px rgba(0, 0, 0, 0.09), 0 8px 24px rgba(0, 0, 0, 0.16);
  --vm-scrim: rgba(0, 0, 0, 0.28);
  --vm-scale-ink: #161616;
  --vm-scale-edge: transparent;
  --vm-scale-back: var(--vm-surface);
  --vm-scale-shadow: var(--vm-shadow);
`;

export const tokens = css`
  :host {
    color-scheme: dark;
    --vm-font: system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Ubuntu, Cantarell, 'Helvetica Neue', sans-serif;
    --vm-mono: ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace;
    --vm-size: 13px;
    --vm-size-small: 12px;
    --vm-space: 4px;
    --vm-radius: 6px;
    --vm-control: 28px;
    --vm-target: 32px;
    --vm-motion: 130ms;
    --vm-page: #060606;
    --vm-surface: #161616;
    --vm-raised: #232323;
    --vm-hover: #2b2b2b;
    --vm-pressed: #353535;
    --vm-line: rgba(255, 255, 255, 0.09);
    --vm-edge: rgba(255, 255, 255, 0.38);
    --vm-text: #ececec;
    --vm-text-2: #a2a2a2;
    --vm-plot: #6e6e6e;
    --vm-plot-off: #343434;
    --vm-accent: #86b4ff;
    --vm-accent-fill: #4f8df5;
    --vm-accent-text: #0a0a0a;
    --vm-accent-soft: rgba(110, 165, 255, 0.16);
    --vm-danger: #ff8f85;
    --vm-warning: #f2bd62;
    --vm-success: #7fd498;
    --vm-shadow: 0 0 0 1px rgba(255, 255, 255, 0.07), 0 8px 24px rgba(0, 0, 0, 0.5);
    --vm-scrim: rgba(0, 0, 0, 0.5);
    --vm-scale-ink: #fff;
    --vm-scale-edge: rgba(0, 0, 0, 0.6);
    --vm-scale-back: rgba(0, 0, 0, 0.4);
    --vm-scale-shadow: none;
    font: var(--vm-size) / 20px var(--vm-font);
    color: var(--vm-text);
    font-variant-numeric: tabular-nums;
    -webkit-text-size-adjust: 100%;
    text-size-adjust: 100%;
  }

  :host([theme='light']) {
    ${light}
  }

  @media (prefers-color-scheme: light) {
    :host(:not([theme='dark'])) {
      ${light}
    }
  }

  @media (pointer: coarse) {
    :host {
      --vm-size: 14px;
      --vm-control: 44px;
      --vm-target: 44px;
    }
  }

  @media (prefers-reduced-motion: reduce) {
    :host {
      --vm-motion: 0ms;
    }
  }
`;

/** The largest width (CSS px) at which panels become sheets from below. */
export const PHONE_WIDTH = 640;
