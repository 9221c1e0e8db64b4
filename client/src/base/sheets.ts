/**
 * Styles of our elements in browsers without constructable style sheets (Firefox before 101, Safari before 16.4).
 *
 * Lit would write `<style>` elements there, which a strict Content-Security-Policy forbids. A linked sheet is allowed, and
 * so is adding rules to it. The element stays invisible until its sheet is there.
 */
import { type CSSResultOrNative, ReactiveElement } from 'lit';
import emptySheet from './empty.css?url';

const isSupported =
  'adoptedStyleSheets' in Document.prototype &&
  'replace' in CSSStyleSheet.prototype &&
  typeof ShadowRoot === 'function';

/** Top-level rules of a style sheet. */
export function splitRules(css: string): string[] {
  const text = css.replace(/\/\*[\s\S]*?\*\//g, '');
  const rules: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '{') depth++;
    else if (text[i] === '}' && --depth === 0) {
      rules.push(text.slice(start, i + 1).trim());
      start = i + 1;
    }
  }
  return rules;
}

function link(root: ShadowRoot, styles: readonly CSSResultOrNative[]): void {
  const element = document.createElement('link');
  const host = root.host as HTMLElement;
  const { visibility } = host.style;
  host.style.visibility = 'hidden';
  element.rel = 'stylesheet';
  element.crossOrigin = 'anonymous';
  element.href = emptySheet;
  element.addEventListener('load', () => {
    for (const style of styles) for (const rule of splitRules(String(style))) insert(element.sheet, rule);
    host.style.visibility = visibility;
  });
  root.append(element);
}

/** A rule that the browser does not know is left out, as in any style sheet. */
function insert(sheet: CSSStyleSheet | null, rule: string): void {
  try {
    sheet?.insertRule(rule, sheet.cssRules.length);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}

if (!isSupported) {
  const prototype = ReactiveElement.prototype as unknown as { createRenderRoot(this: ReactiveElement): ShadowRoot };
  prototype.createRenderRoot = function createRenderRoot() {
    const type = this.constructor as typeof ReactiveElement;
    const root = this.shadowRoot ?? this.attachShadow(type.shadowRootOptions);
    link(root, type.elementStyles);
    return root;
  };
}
