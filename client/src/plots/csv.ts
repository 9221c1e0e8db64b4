import type { PlotData } from './plot';

const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);

/**
 * The curves as CSV: one line of names with units, then a line for each position; empty where there is no value. What else
 * is known of the positions (pixel, sky) comes before the curves.
 */
export function plotCsv({ x, xLabel, xUnit, series, places = [] }: PlotData): string {
  const name = (label: string, unit: string): string => quoted(unit ? `${label} (${unit})` : label);
  const columns = [...places, ...series];
  const head = [name(xLabel, xUnit), ...columns.map(({ label, unit }) => name(label, unit))];
  const rows = x.map((at, k) => [at, ...columns.map(({ values }) => values[k] ?? '')].join(','));
  return `${[head.join(','), ...rows].join('\n')}\n`;
}
