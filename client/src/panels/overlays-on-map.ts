import type { AnchorHandle, Viewer } from '../core/viewer';
import { isTyping } from '../ui/focus';
import type { Told } from './overlay-drawing';
import { insetOf } from './overlay-steps';
import { overlaysOf } from './overlays-manager';
import './popup';
import type { Popup } from './popup';

/** Room that a pop-up wants to the right and below, CSS px. */
const ROOM = { width: 290, height: 280 };
/** Width of its card, and what is kept free at the edge of a narrow map, CSS px. */
const CARD = 260;
const EDGE = 8;
/** How far its head lies above the place, where there is room. */
const RISE = 20;

/** What the overlays need although their panel is closed: files dropped on the map, what the address asks, pop-ups. */
export function startOverlays(viewer: Viewer): () => void {
  const manager = overlaysOf(viewer);
  let shown: { popup: Popup; anchor: AnchorHandle } | null = null;
  const hide = (): void => {
    // The focus goes back to where the keys that step through the sources work.
    if (shown?.popup.matches(':focus-within')) viewer.map.container.focus({ preventScroll: true });
    shown?.anchor.remove();
    shown?.popup.remove();
    shown = null;
  };
  const show = (told: Told | null): void => {
    hide();
    if (!told) return;
    const popup = document.createElement('vm-popup');
    popup.told = told;
    popup.addEventListener('vm-close', hide);
    putInside(viewer, popup, told);
    shown = { popup, anchor: viewer.map.anchor(popup, told.x, told.y) };
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    if (event.key === 'Escape' && shown) hide();
    else if (event.key === 'e' || event.key === 'E') manager.step(event.key === 'e' ? 1 : -1);
    else if (event.key === 'Enter' && shown && event.composedPath()[0] === viewer.map.container) shown.popup.focus();
    else return;
    event.preventDefault();
  };
  viewer.element.addEventListener('keydown', onKey);
  const undo = [
    manager.onPick(show),
    viewer.state.watch(
      (tree) => tree.overlays,
      (overlays, { source }) => source !== 'user' && manager.restore(overlays),
    ),
    () => viewer.element.removeEventListener('keydown', onKey),
    hide,
  ];
  if (viewer.image) manager.restore(viewer.state.value.overlays);
  return () => {
    for (const stop of undo) stop();
  };
}

/** On the side of its place where there is room, whole on the map. */
function putInside({ element, map: { view } }: Viewer, popup: Popup, place: Told): void {
  const at = view.toScreen(place.x, place.y);
  const [top, bottom] = [insetOf(element, 'top'), view.height - insetOf(element, 'bottom')];
  const above = at.y > bottom - ROOM.height && at.y - top > bottom - at.y;
  popup.toggleAttribute('left', at.x > view.width - ROOM.width);
  popup.toggleAttribute('above', above);
  const rise = above ? at.y + EDGE - view.height : EDGE - at.y;
  popup.style.setProperty('--vm-popup-rise', `${Math.max(-RISE, rise)}px`);
  if (view.width >= 2 * ROOM.width) return;
  popup.toggleAttribute('narrow', true);
  const left = Math.max(EDGE, Math.min(at.x - CARD / 2, view.width - CARD - EDGE));
  popup.style.setProperty('--vm-popup-shift', `${left - at.x}px`);
}

export async function overlayFiles(viewer: Viewer, files: readonly File[]): Promise<void> {
  for (const file of files) await overlaysOf(viewer).addFile(file);
}
