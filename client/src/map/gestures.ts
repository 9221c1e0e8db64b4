/** Zooming by wheel and double click; any gesture ends the motion under way. */
import type { Point } from '../core/viewer';
import type { ExactMap } from './leaflet-map';
import type { Motion } from './motion';

/** `touched`: somebody moves the map. */
export function listenToZooming(map: ExactMap, element: HTMLElement, motion: Motion, touched: () => void): void {
  const screen = (event: MouseEvent): Point => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  map.on('dragstart zoomstart', touched);
  map.on('dblclick', ({ originalEvent }) => {
    touched();
    motion.zoomBy(originalEvent.shiftKey ? -1 : 1, screen(originalEvent));
  });
  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    touched();
    motion.wheel(event, screen(event));
  };
  element.addEventListener('wheel', wheel, { passive: false });
  element.addEventListener('pointerdown', () => motion.stop(), { capture: true });
}

/**
 * The map shows that it has the focus only when the keyboard brought it there: a page may give it the focus at its start.
 * After the last control of the page the focus goes round through the browser's own, and comes when the key is up again.
 * Returns what undoes it.
 */
export function markFocus(element: HTMLElement): () => void {
  let tabbing = false;
  const mark = (): void => {
    if (tabbing) element.classList.add('tabbed');
  };
  const hand = (event: Event): void => {
    tabbing = event instanceof KeyboardEvent && event.key === 'Tab';
    if (event.type === 'keyup' && event.composedPath()[0] === element) mark();
  };
  const kinds = ['keydown', 'keyup', 'pointerdown'] as const;
  for (const kind of kinds) window.addEventListener(kind, hand, true);
  element.addEventListener('focus', mark);
  element.addEventListener('blur', () => element.classList.remove('tabbed'));
  return () => {
    for (const kind of kinds) window.removeEventListener(kind, hand, true);
  };
}
