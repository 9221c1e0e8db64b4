/** Elements that stay at a position of the image while the map moves: pop-ups, labels. */
import type { AnchorHandle, Point, ViewTransform } from '../core/viewer';

export class Anchors {
  readonly pane = document.createElement('div');
  private readonly anchors = new Set<{ element: HTMLElement; at: Point }>();

  constructor(private readonly view: () => ViewTransform) {
    this.pane.className = 'anchors';
  }

  add(element: HTMLElement, x: number, y: number): AnchorHandle {
    const anchor = { element, at: { x, y } };
    element.classList.add('anchored');
    this.anchors.add(anchor);
    this.pane.append(element);
    this.place();
    return {
      moveTo: (newX, newY) => {
        anchor.at = { x: newX, y: newY };
        this.place();
      },
      remove: () => {
        this.anchors.delete(anchor);
        element.remove();
      },
    };
  }

  /** The map moved. */
  place(): void {
    if (!this.anchors.size) return;
    const view = this.view();
    for (const { element, at } of this.anchors) {
      const { x, y } = view.toScreen(at.x, at.y);
      element.style.transform = `translate(${x}px, ${y}px)`;
    }
  }
}
