/** From one source or region in view to the next, for those who have no pointer. */
import { t } from '../base/i18n';
import type { Box } from '../core/api';
import type { Viewer } from '../core/viewer';
import type { Drawing, Told } from './overlay-drawing';

/** Something that is drawn, and what of it. */
export interface Place<T> {
  readonly of: T;
  readonly item: number;
}

/** Rows that are read aloud at each step: names and magnitudes come first. The pop-up has them all. */
const SPOKEN = 6;

/** What can be seen: the map without what the panels cover. FITS pixels. */
export function visibleBox({ element, map }: Viewer): Box {
  const [x1, y1, x2, y2] = map.view.box;
  const inset = (side: string): number =>
    (Number.parseFloat(getComputedStyle(element).getPropertyValue(`--vm-inset-${side}`)) || 0) / map.view.scale;
  return [x1 + inset('left'), y1, x2 - inset('right'), y2];
}

/** All that is in a box, overlay by overlay from the topmost, each in the order of its rows. */
export function placesIn<T extends { shown: boolean; drawing: Drawing | null }>(
  all: readonly T[],
  box: Box,
): Place<T>[] {
  return [...all]
    .reverse()
    .filter(({ shown }) => shown)
    .flatMap((of) => of.drawing?.layer.itemsIn(box).map((item) => ({ of, item })) ?? []);
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
