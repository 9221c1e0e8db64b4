import type uPlot from 'uplot';

/** Wheel and two fingers zoom the x axis about the pointer; what is seen never leaves the data. */
export function touchZoom(): uPlot.Plugin {
  const fingers = new Map<number, number>();
  return {
    hooks: {
      ready: [
        (plot) => {
          const { over } = plot;
          over.addEventListener('wheel', (event) => {
            event.preventDefault();
            zoom(plot, 1.0015 ** event.deltaY, event.clientX);
          });
          over.addEventListener('pointerdown', (event) => {
            if (event.pointerType === 'touch') fingers.set(event.pointerId, event.clientX);
          });
          over.addEventListener('pointermove', (event) => pinch(plot, fingers, event));
          for (const end of ['pointerup', 'pointercancel'] as const) {
            over.addEventListener(end, (event) => fingers.delete(event.pointerId));
          }
        },
      ],
    },
  };
}

function pinch(plot: uPlot, fingers: Map<number, number>, event: PointerEvent): void {
  const before = fingers.get(event.pointerId);
  if (before === undefined || fingers.size !== 2) return;
  const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1] ?? before;
  fingers.set(event.pointerId, event.clientX);
  const factor = Math.abs(before - other) / Math.max(1, Math.abs(event.clientX - other));
  zoom(plot, Math.min(2, Math.max(0.5, factor)), (event.clientX + other) / 2);
}

function zoom(plot: uPlot, factor: number, clientX: number): void {
  const { min, max } = plot.scales.x ?? {};
  const x = plot.data[0];
  const [first, last] = [x[0], x[x.length - 1]];
  if (min == null || max == null || first == null || last == null) return;
  const about = plot.posToVal(clientX - plot.over.getBoundingClientRect().left, 'x');
  const [low, high] = [about + (min - about) * factor, about + (max - about) * factor];
  plot.setScale('x', { min: Math.max(low, first), max: Math.min(high, last) });
}
