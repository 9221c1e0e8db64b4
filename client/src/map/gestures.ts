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

/** The map shows that it has the focus only when the keyboard brought it there: a page may give it the focus at its start. */
export function markFocus(element: HTMLElement): void {
  element.addEventListener('keyup', ({ key }) => key === 'Tab' && element.classList.add('tabbed'));
  element.addEventListener('blur', () => element.classList.remove('tabbed'));
}
