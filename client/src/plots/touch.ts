import type uPlot from 'uplot';

/** The wheel and two fingers zoom the x axis about the pointer, one finger reads along the curve. */
export function touchZoom(): uPlot.Plugin {
  const fingers = new Map<number, number>();
  return {
    hooks: {
      ready: [
        (plot) => {
          const { over } = plot;
          over.addEventListener('wheel', (event) => {
            event.preventDefault();
            zoomAbout(plot, 1.0015 ** event.deltaY, valueAt(plot, event.clientX));
          });
          over.addEventListener('pointerdown', (event) => {
            if (event.pointerType === 'touch') fingers.set(event.pointerId, event.clientX);
          });
          over.addEventListener('pointermove', (event) => {
            if (fingers.size === 1 && fingers.has(event.pointerId)) readAt(plot, event);
            else pinch(plot, fingers, event);
          });
          for (const end of ['pointerup', 'pointercancel'] as const) {
            over.addEventListener(end, (event) => fingers.delete(event.pointerId));
          }
        },
      ],
    },
  };
}

function readAt(plot: uPlot, { clientX, clientY }: PointerEvent): void {
  const { left, top } = plot.over.getBoundingClientRect();
  plot.setCursor({ left: clientX - left, top: clientY - top });
}

/** The positions under both fingers stay under them. */
function pinch(plot: uPlot, fingers: Map<number, number>, event: PointerEvent): void {
  const before = fingers.get(event.pointerId);
  if (before === undefined || fingers.size !== 2) return;
  const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1] ?? before;
  fingers.set(event.pointerId, event.clientX);
  const factor = Math.abs(before - other) / Math.max(1, Math.abs(event.clientX - other));
  zoomAbout(plot, Math.min(2, Math.max(0.5, factor)), valueAt(plot, other));
}

const valueAt = (plot: uPlot, clientX: number): number =>
  plot.posToVal(clientX - plot.over.getBoundingClientRect().left, 'x');

/** Zoom out by a factor about a position; what is seen never leaves the data, and never shrinks to nothing. */
export function zoomAbout(plot: uPlot, factor: number, about: number): void {
  const { min, max } = plot.scales.x ?? {};
  const [first, last] = ends(plot);
  if (min == null || max == null || first === last) return;
  const [low, high] = [about + (min - about) * factor, about + (max - about) * factor];
  if (high - low < (last - first) * 1e-6) return;
  plot.setScale('x', { min: Math.max(low, first), max: Math.min(high, last) });
}

/** Move what is seen along the axis, as far as there is data. */
export function shiftBy(plot: uPlot, distance: number): void {
  const { min, max } = plot.scales.x ?? {};
  const [first, last] = ends(plot);
  if (min == null || max == null) return;
  const step = Math.min(last - max, Math.max(first - min, distance));
  plot.setScale('x', { min: min + step, max: max + step });
}

function ends({ data: [x] }: uPlot): [number, number] {
  return [x[0] ?? 0, x[x.length - 1] ?? 0];
}
