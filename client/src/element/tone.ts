/** What images that are compared share of their display: the tone always, cuts where their values can be compared. */
import { equal } from '../base/equal';
import type { DisplayState } from '../core/state';
import type { Viewer } from '../core/viewer';

const TONE = [
  'stretch',
  'stretchParameter',
  'defaultCuts',
  'contrast',
  'bias',
  'gamma',
  'invert',
  'colormap',
  'nan',
  'quality',
  'saturation',
  'lupton',
] as const satisfies readonly (keyof DisplayState)[];

/** What of `display` differs from `before` and is shared by all. */
export function toneChange(display: DisplayState, before: DisplayState): Partial<DisplayState> {
  const changed = [...TONE, 'cuts' as const].filter((key) => !equal(display[key], before[key]));
  return Object.fromEntries(changed.map((key) => [key, display[key]]));
}

/** `change` of one viewer as another one takes it: cuts in numbers only where channels and unit are the same. */
export function fittingTone(change: Partial<DisplayState>, from: Viewer, to: Viewer): Partial<DisplayState> {
  const [a, b] = [from.image?.channels ?? [], to.image?.channels ?? []];
  const alike = a.length === b.length && a.every(({ unit }, k) => unit === b[k]?.unit);
  if (alike) return change;
  const { cuts: _, defaultCuts, ...tone } = change;
  return defaultCuts === undefined || defaultCuts.includes(',') ? tone : { ...tone, defaultCuts };
}
