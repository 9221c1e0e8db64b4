/** What of a saved tree can be used: the shape of the state, values it may have; everything else is passed over. */
import { languages } from '../base/i18n';
import { defaultDisplay, defaultState, FRAMES, STRETCHES, type StatePatch, THEMES, VALUE_MODES } from './state';

type Check = (value: unknown) => boolean;
type Tree = Record<string, unknown>;

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => typeof value === 'number';
const isColor: Check = (value) => /^#[0-9a-f]{6}$/i.test(String(value));
const oneOf =
  (words: readonly string[]): Check =>
  (value) =>
    words.includes(value as string);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const withFields =
  (fields: Record<string, Check>): Check =>
  (value) =>
    isTree(value) && Object.entries(fields).every(([name, check]) => check(value[name]));

const isCuts: Check = (value) => isText(value) || (listOf(isNumber)(value) && (value as unknown[]).length === 2);

/** Where the type of the default does not say enough. */
const CHECKS: Record<string, Check> = {
  'view.x': orNull(isNumber),
  'view.y': orNull(isNumber),
  'view.zoom': orNull(isNumber),
  'display.mode': oneOf(['single', 'color']),
  'display.color': listOf(withFields({ channel: isNumber, color: isColor })),
  'display.off': listOf(withFields({ channel: isNumber, color: isColor })),
  'display.lupton': orNull(withFields({ q: isNumber, stretch: isNumber })),
  'display.stretch': oneOf(STRETCHES),
  'display.stretchParameter': orNull(isNumber),
  'display.cuts': (value) => isTree(value) && Object.values(value).every(isCuts),
  'display.nan': (value) => value === 'transparent' || isColor(value),
  frame: oneOf(FRAMES),
  degrees: orNull((value) => typeof value === 'boolean'),
  values: oneOf(VALUE_MODES),
  overlays: listOf(
    withFields({ kind: isText, id: isText, color: isText, shown: (value) => typeof value === 'boolean' }),
  ),
  'compare.mode': oneOf(['none', 'blink', 'side']),
  'compare.images': listOf(isText),
  theme: oneOf(THEMES),
  lang: oneOf(['', ...languages]),
};

export function sanitize(saved: unknown): StatePatch {
  const clean = cleaned(saved, defaultState as unknown as Tree, '');
  delete clean.version;
  const looks = isTree(saved) && isTree(saved.compare) && saved.compare.looks;
  if (isTree(looks)) Object.assign(clean.compare as Tree, { looks: cleanLooks(looks) });
  return clean as StatePatch;
}

/** By the name of an image, which may be any. */
const cleanLooks = (looks: Tree): Tree =>
  Object.fromEntries(
    Object.entries(looks).map(([image, look]) => [image, cleaned(look, defaultDisplay as unknown as Tree, 'display.')]),
  );

function cleaned(saved: unknown, model: Tree, path: string): Tree {
  if (!isTree(saved)) return {};
  const clean: Tree = {};
  for (const [key, usual] of Object.entries(model)) {
    const value = saved[key];
    const check = CHECKS[path + key];
    if (check) {
      if (check(value)) clean[key] = value;
    } else if (isTree(usual)) {
      if (isTree(value)) clean[key] = cleaned(value, usual, `${path}${key}.`);
    } else if (typeof value === typeof usual) clean[key] = value;
  }
  return clean;
}
