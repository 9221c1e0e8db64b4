/** Maps 0…1 between the cuts to 0…1 of the colour scale. */
export type Curve = (t: number) => number;

const STOPS = 48;

/** The colour at 0…1 along a list of "#rrggbb" colours. */
export function colorAt(colors: readonly string[], t: number): string {
  if (colors.length === 0) return 'transparent';
  const at = Math.min(Math.max(t, 0), 1) * (colors.length - 1);
  const from = channels(colors[Math.floor(at)] ?? '#000000');
  const to = channels(colors[Math.ceil(at)] ?? '#000000');
  const share = at - Math.floor(at);
  return `rgb(${from.map((value, k) => Math.round(value + ((to[k] ?? 0) - value) * share)).join(', ')})`;
}

/**
 * A CSS gradient that shows what colour a value gets: `from` and `to` are where the cuts lie (0…1 of the width); below
 * and above them the end colours go on.
 */
export function rampGradient(colors: readonly string[], curve: Curve, from = 0, to = 1): string {
  const stops: string[] = [];
  for (let k = 0; k <= STOPS; k++) {
    const t = k / STOPS;
    stops.push(`${colorAt(colors, curve(t))} ${((from + (to - from) * t) * 100).toFixed(2)}%`);
  }
  return `linear-gradient(to right, ${stops.join(', ')})`;
}

export function channels(color: string): [number, number, number] {
  const value = Number.parseInt(color.slice(1, 7), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}
