/**
 * A number as text of at most `digits` significant digits, without trailing zeros; powers of ten where the plain
 * form would be long. Used in fields, so the minus sign is the one on the keyboard.
 */
export function formatNumber(value: number, digits = 5): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 10 ** Math.max(digits, 6) || size < 1e-3) {
    return value
      .toExponential(digits - 1)
      .replace(/\.?0+e/, 'e')
      .replace('e+', 'e');
  }
  return String(Number(value.toPrecision(digits)));
}

/** The same for reading only: a true minus sign. */
export function displayNumber(value: number, digits = 5): string {
  return formatNumber(value, digits).replace(/-/g, '\u2212');
}

/** Reads what people type into a number field: decimal comma, true minus, spaces, exponents. Null when it is none. */
export function parseNumber(text: string): number | null {
  const cleaned = text
    .trim()
    .replace(/[\u2212\u2013]/g, '-')
    .replace(/[\s\u00a0\u202f_]/g, '')
    .replace(/^([^.,]*),([^.,]*)$/, '$1.$2');
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cleaned)) return null;
  return Number(cleaned);
}

/** A step of 1, 2 or 5 times a power of ten, about `fraction` of the span. */
export function niceStep(span: number, fraction = 0.01): number {
  const raw = Math.abs(span) * fraction;
  if (!(raw > 0) || !Number.isFinite(raw)) return 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const lead = raw / power;
  return (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10) * power;
}

/** Bytes for people: "3.8 MB". */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toPrecision(value >= 99.5 ? 3 : 2)} ${units[unit]}`;
}

/** Round values inside [low, high], `count` or so of them. */
export function niceTicks(low: number, high: number, count = 4): number[] {
  const step = niceStep(high - low, 1 / count);
  if (!(high > low) || !(step > 0)) return [];
  const ticks: number[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9 && ticks.length < 100; k++) {
    ticks.push(Number((k * step).toPrecision(12)));
  }
  return ticks;
}

/** A share (0…1) of long work in percent: never more than is done, and moving from the start. */
export function percentText(share: number): string {
  return share < 0.1 ? (Math.floor(1000 * share) / 10).toFixed(1) : String(Math.floor(100 * share));
}
