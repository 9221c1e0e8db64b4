import { css, html, type SVGTemplateResult, svg, type TemplateResult } from 'lit';
import { type IconName, icons } from './icons';

function path(name: IconName): SVGTemplateResult {
  return svg`<path d=${icons[name]}></path>`;
}

/** An icon as a template: decorative, so hidden from assistive technology; the control around it has the name. */
export function icon(name: IconName, className = ''): TemplateResult {
  return html`<svg class="icon ${className}" viewBox="0 0 24 24" aria-hidden="true">${path(name)}</svg>`;
}

export const iconStyles = css`
  .icon {
    width: 16px;
    height: 16px;
    flex: none;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
    pointer-events: none;
  }
`;
