/** How one display differs from another: what an address writes, and what an image that is compared has of its own. */
import { equal } from '../base/equal';
import type { CutsSpec, DisplayState } from './state';

/** Parts of a display. An empty text in the cuts takes away what the channel has. */
export type DisplayChange = Partial<DisplayState>;

export function displayChange(display: DisplayState, base: DisplayState): DisplayChange {
  const keys = Object.keys(display) as (keyof DisplayState)[];
  const differs = (key: keyof DisplayState): boolean => !equal(display[key], base[key]);
  const change: Record<string, unknown> = {};
  for (const key of keys) if (differs(key)) change[key] = display[key];
  // The mix is one thing: colours of channels that are on and off.
  if (differs('color') || differs('off')) Object.assign(change, { color: display.color, off: display.off });
  if (differs('cuts')) change.cuts = cutsChange(display.cuts, base.cuts);
  return change;
}

export function changed(base: DisplayState, change: DisplayChange = {}): DisplayState {
  const cuts = Object.entries({ ...base.cuts, ...change.cuts }).filter(([, spec]) => spec !== '');
  return { ...base, ...change, cuts: Object.fromEntries(cuts) };
}

function cutsChange(cuts: DisplayState['cuts'], base: DisplayState['cuts']): DisplayState['cuts'] {
  const change: Record<number, CutsSpec> = {};
  for (const channel of Object.keys({ ...base, ...cuts }).map(Number))
    if (!equal(cuts[channel], base[channel])) change[channel] = cuts[channel] ?? '';
  return change;
}
