/** From one source or region in view to the next, for those who have no pointer. */
import { t } from '../base/i18n';
import type { Box } from '../core/api';
import type { Point, Viewer } from '../core/viewer';
import type { Drawing, Told } from './overlay-drawing';

/** Something that is drawn, and what of it. */
export interface Place<T> {
  readonly of: T;
  readonly item: number;
}

/** Rows that are read aloud at each step: names and magnitudes come first. The pop-up has them all. */
const SPOKEN = 6;

/** How much panels and cards cover of a side of the viewer, CSS px. */
export const insetOf = (element: Element, side: 'left' | 'right' | 'top' | 'bottom'): number =>
  Number.parseFloat(getComputedStyle(element).getPropertyValue(`--vm-inset-${side}`)) || 0;

/** What can be seen: the map without what the panels cover. FITS pixels. */
export function visibleBox({ element, map }: Viewer): Box {
  const [x1, y1, x2, y2] = map.view.box;
  const inset = (side: 'left' | 'right' | 'top' | 'bottom'): number => insetOf(element, side) / map.view.scale;
  return [x1 + inset('left'), y1 + inset('bottom'), x2 - inset('right'), y2 - inset('top')];
}

/** What floats over the map and hides a part of it: the read-out, the title, the buttons. FITS pixels. */
export function coveredBoxes({ element, map }: Viewer): Box[] {
  const { left, top } = map.container.getBoundingClientRect();
  const cards = [...(element.shadowRoot?.querySelectorAll('.at > [part]') ?? [])];
  return cards.map((card): Box => {
    const box = card.getBoundingClientRect();
    const low = map.view.fromScreen(box.left - left, box.bottom - top);
    const high = map.view.fromScreen(box.right - left, box.top - top);
    return [low.x, low.y, high.x, high.y];
  });
}

/** All that is in a box and not covered, overlay by overlay from the topmost, each in the order of its rows. */
export function placesIn<T extends { shown: boolean; drawing: Drawing | null }>(
  all: readonly T[],
  box: Box,
  covered: readonly Box[] = [],
): Place<T>[] {
  const isFree = ({ x, y }: Point): boolean =>
    !covered.some(([x1, y1, x2, y2]) => x > x1 && x < x2 && y > y1 && y < y2);
  return [...all]
    .reverse()
    .filter(({ shown }) => shown)
    .flatMap((of) => {
      const layer = of.drawing?.layer;
      const seen = layer?.itemsIn(box).filter((item) => isFree(layer.anchor(item) ?? { x: 0, y: 0 })) ?? [];
      return seen.map((item) => ({ of, item }));
    });
}

/** Index of the one after (or before) `from`, round the ends; the first (last) where `from` is out of view. */
export function stepFrom<T>(places: readonly Place<T>[], from: Place<T> | null, by: 1 | -1): number {
  const at = places.findIndex(({ of, item }) => of === from?.of && item === from.item);
  if (at < 0) return by > 0 ? 0 : places.length - 1;
  return (at + by + places.length) % places.length;
}

/** "star 4. 2MASS, 5 of 40. Kmag (mag) 8.41, …" */
export function spoken({ title, rows }: Told, overlay: string, index: number, count: number): string {
  const facts = rows.slice(0, SPOKEN).map(([name, value]) => `${name} ${value}`);
  return t('{title}. {overlay}, {number} of {count}. {facts}', {
    title,
    overlay,
    number: index + 1,
    count,
    facts: facts.join(', '),
  });
}
