import type { CanvasLayer, Point, ViewTransform } from '../core/viewer';

/** A line that was measured, or a point of a spectrum. */
export interface Mark {
  readonly key: number;
  readonly points: readonly Point[];
  readonly color: string;
  /** Beside the end, as "12.3″". */
  readonly label: string;
  readonly chosen: boolean;
}

const HANDLE = 4;

/** Lines and points of plots: few, so redrawn with every move. `spot` marks where the pointer is in the plot. */
export class MarkLayer implements CanvasLayer {
  readonly id = 'marks';
  readonly live = true;
  marks: readonly Mark[] = [];
  spot: Point | null = null;

  draw(context: CanvasRenderingContext2D, view: ViewTransform): void {
    context.lineCap = 'round';
    context.font = '12px system-ui, sans-serif';
    for (const mark of this.marks) this.drawMark(context, view, mark);
    if (this.spot) {
      const { x, y } = view.toScreen(this.spot.x, this.spot.y);
      outlined(context, '#fff', 2, () => {
        context.moveTo(x + 6, y);
        context.arc(x, y, 6, 0, 2 * Math.PI);
      });
    }
  }

  private drawMark(context: CanvasRenderingContext2D, view: ViewTransform, mark: Mark): void {
    const at = mark.points.map(({ x, y }) => view.toScreen(x, y));
    outlined(context, mark.color, mark.chosen ? 2 : 1.25, () => {
      at.forEach(({ x, y }, k) => {
        if (k > 0) context.lineTo(x, y);
        else context.moveTo(x, y);
      });
      for (const { x, y } of at) {
        context.moveTo(x + HANDLE, y);
        context.arc(x, y, HANDLE, 0, 2 * Math.PI);
      }
    });
    const end = at[at.length - 1];
    if (!end || !mark.label) return;
    context.textAlign = 'left';
    context.lineWidth = 3;
    context.strokeStyle = 'rgba(0, 0, 0, 0.75)';
    context.strokeText(mark.label, end.x + 8, end.y - 8);
    context.fillStyle = '#fff';
    context.fillText(mark.label, end.x + 8, end.y - 8);
  }

  pick(x: number, y: number, tolerance: number): { item: number; distance: number } | null {
    let best: { item: number; distance: number } | null = null;
    for (const { key, points } of this.marks) {
      const [p, q = p] = points;
      if (!p || !q) continue;
      const distance = fromSegment(p, q, x, y);
      if (distance <= tolerance && (!best || distance < best.distance)) best = { item: key, distance };
    }
    return best;
  }
}

/** Dark below, colour above: seen on any sky. */
function outlined(context: CanvasRenderingContext2D, color: string, width: number, trace: () => void): void {
  for (const [style, extra] of [['rgba(0, 0, 0, 0.7)', 2] as const, [color, 0] as const]) {
    context.strokeStyle = style;
    context.lineWidth = width + extra;
    context.beginPath();
    trace();
    context.stroke();
  }
}

function fromSegment(p: Point, q: Point, x: number, y: number): number {
  const [dx, dy] = [q.x - p.x, q.y - p.y];
  const length = dx * dx + dy * dy;
  const t = length > 0 ? Math.min(1, Math.max(0, ((x - p.x) * dx + (y - p.y) * dy) / length)) : 0;
  return Math.hypot(p.x + t * dx - x, p.y + t * dy - y);
}
