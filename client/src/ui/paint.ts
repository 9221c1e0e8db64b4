import { nothing } from 'lit';
import { Directive, directive, type ElementPart } from 'lit/directive.js';

class Paint extends Directive {
  private shown = '';

  override render(_background: string): typeof nothing {
    return nothing;
  }

  /** Through the style object, which a strict Content-Security-Policy allows. */
  override update(part: ElementPart, [background]: [string]): typeof nothing {
    if (background !== this.shown) (part.element as HTMLElement).style.background = background;
    this.shown = background;
    return nothing;
  }
}

/** `<span ${paint(color)}>`: sets the background (a colour or a gradient). */
export const paint = directive(Paint);
