import { clamp } from './scales';

export type Side = 'top' | 'bottom' | 'left' | 'right';

export interface Placement {
  readonly side: Side;
  readonly align?: 'start' | 'center' | 'end';
  readonly gap?: number;
}

const MARGIN = 8;
const OPPOSITE: Record<Side, Side> = { top: 'bottom', bottom: 'top', left: 'right', right: 'left' };

/**
 * Where things that float over everything (tooltips, lists, dialogs) are attached: the shadow root of the outermost
 * element of ours around `from`, so that the design tokens and full-screen mode reach them.
 */
export function overlayRoot(from: Node): ShadowRoot | HTMLElement {
  let found: ShadowRoot | null = null;
  let root = from.getRootNode();
  while (root instanceof ShadowRoot) {
    found = root;
    if (!root.host.localName.startsWith('vm-')) break;
    root = root.host.getRootNode();
  }
  return found ?? document.body;
}

/** Puts a `position: fixed` element beside its anchor, flipped and shifted so that it stays inside the window. */
export function place(floating: HTMLElement, anchor: Element, { side, align = 'center', gap = 6 }: Placement): void {
  const box = anchor.getBoundingClientRect();
  const size = { width: floating.offsetWidth, height: floating.offsetHeight };
  const chosen = fits(side, box, size, gap) || !fits(OPPOSITE[side], box, size, gap) ? side : OPPOSITE[side];
  const [left, top] = position(chosen, align, box, size, gap);
  moveTo(
    floating,
    clamp(left, MARGIN, Math.max(MARGIN, window.innerWidth - size.width - MARGIN)),
    clamp(top, MARGIN, Math.max(MARGIN, window.innerHeight - size.height - MARGIN)),
  );
}

/** Room between the anchor and the edge of the window on a side, for lists that limit their height. */
export function roomFor(anchor: Element, side: 'top' | 'bottom', gap = 6): number {
  const box = anchor.getBoundingClientRect();
  return (side === 'bottom' ? window.innerHeight - box.bottom : box.top) - gap - MARGIN;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function fits(side: Side, box: DOMRect, size: Size, gap: number): boolean {
  if (side === 'top') return box.top - gap - size.height >= MARGIN;
  if (side === 'bottom') return box.bottom + gap + size.height <= window.innerHeight - MARGIN;
  if (side === 'left') return box.left - gap - size.width >= MARGIN;
  return box.right + gap + size.width <= window.innerWidth - MARGIN;
}

function position(side: Side, align: string, box: DOMRect, size: Size, gap: number): [number, number] {
  const share = align === 'start' ? 0 : align === 'end' ? 1 : 0.5;
  const along = (start: number, length: number, own: number): number => start + (length - own) * share;
  if (side === 'top') return [along(box.left, box.width, size.width), box.top - gap - size.height];
  if (side === 'bottom') return [along(box.left, box.width, size.width), box.bottom + gap];
  const top = along(box.top, box.height, size.height);
  return side === 'left' ? [box.left - gap - size.width, top] : [box.right + gap, top];
}

/** A host with a transform or containment makes `fixed` relative to itself: measure where zero is, then correct. */
function moveTo(floating: HTMLElement, left: number, top: number): void {
  floating.style.left = '0px';
  floating.style.top = '0px';
  const zero = floating.getBoundingClientRect();
  floating.style.left = `${Math.round(left - zero.left)}px`;
  floating.style.top = `${Math.round(top - zero.top)}px`;
}
