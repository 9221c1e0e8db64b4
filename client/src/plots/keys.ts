import type uPlot from 'uplot';
import { shiftBy, zoomAbout } from './touch';

const STEP = 1.25;

/** Arrows move the cursor along the curve (Shift: ten at a time), + and − zoom about it, 0 shows all. True: it was such a key. */
export function keyOnPlot(plot: uPlot, { key, shiftKey }: KeyboardEvent): boolean {
  const last = plot.data[0].length - 1;
  const at = plot.cursor.idx ?? firstSeen(plot);
  const step = shiftKey ? 10 : 1;
  if (key === 'ArrowLeft' || key === 'ArrowRight') read(plot, at + (key === 'ArrowLeft' ? -step : step), last);
  else if (key === 'Home' || key === 'End') read(plot, key === 'Home' ? 0 : last, last);
  else if (key === '+' || key === '=') zoomAbout(plot, 1 / STEP, placeOf(plot, at));
  else if (key === '-') zoomAbout(plot, STEP, placeOf(plot, at));
  else if (key === '0') plot.setData(plot.data);
  else return false;
  return true;
}

const placeOf = (plot: uPlot, index: number): number => plot.data[0][index] ?? 0;

function firstSeen(plot: uPlot): number {
  const min = plot.scales.x?.min ?? Number.NEGATIVE_INFINITY;
  return Math.max(
    0,
    plot.data[0].findIndex((value) => value >= min),
  );
}

/** Put the cursor on a position; one that is out of sight is brought into it. */
function read(plot: uPlot, index: number, last: number): void {
  const at = placeOf(plot, Math.min(last, Math.max(0, index)));
  const { min = at, max = at } = plot.scales.x ?? {};
  if (at < min) shiftBy(plot, at - min);
  if (at > max) shiftBy(plot, at - max);
  plot.setCursor({ left: plot.valToPos(at, 'x'), top: plot.over.clientHeight / 2 });
}
