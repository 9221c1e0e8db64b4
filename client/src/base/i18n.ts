/**
 * What the page says, in the language of who reads it. English text is the key: `t('Open {name}', { name })`. A catalogue
 * (`languages/fr.json`) is fetched when its language is wanted; a text that it lacks stays English, and English needs none.
 */

/** One text, or one per plural category of the language (`Intl.PluralRules`): `{ "one": …, "other": … }`. */
type Translation = string | Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>;
export type Catalogue = Readonly<Record<string, Translation>>;
type Values = Readonly<Record<string, string | number>>;

const SOURCE = 'en';
const STORE = 'visiomatic.lang';

const files = import.meta.glob<Catalogue>('./languages/*.json', { import: 'default' });
const path = (language: string): string => `./languages/${language}.json`;

/** The languages that can be chosen, as BCP 47 names them. */
export const languages: readonly string[] = [
  SOURCE,
  ...Object.keys(files).map((file) => file.replace(/^.*\/(.*)\.json$/, '$1')),
];

let current = SOURCE;
let catalogue: Catalogue = {};
let wanted = SOURCE;
const listeners = new Set<() => void>();

/** The language that is spoken now. */
export const language = (): string => current;

/** Says a text; `{name}` stands for what `values` has under that name. */
export function t(text: string, values: Values = {}): string {
  const said = catalogue[text];
  return fill(typeof said === 'string' ? said : text, values);
}

/** Says a count. The key of the catalogue is the text for many; `{count}` is the number, unless `values` writes it otherwise. */
export function tn(one: string, many: string, count: number, values: Values = {}): string {
  const said = catalogue[many];
  const forms = typeof said === 'object' ? said : undefined;
  const form = forms?.[new Intl.PluralRules(current).select(count)] ?? forms?.other ?? (count === 1 ? one : many);
  return fill(form, { count, ...values });
}

/** A whole number as it is written in the language: 10,000 or 10 000. */
export const countText = (count: number): string => count.toLocaleString(current);

/** Marks a text of a table that is made before a language is known; `t` or `translated` says it. */
export const mark = <T extends string>(text: T): T => text;

const SAID = ['label', 'hint', 'note', 'title'] as const;

/** Entries of a table whose texts were marked, as they are said. */
export function translated<T extends object>(entries: readonly T[]): T[] {
  return entries.map((entry) => {
    const said = { ...entry } as Record<string, unknown>;
    for (const key of SAID) if (typeof said[key] === 'string') said[key] = t(said[key] as string);
    return said as T;
  });
}

function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (all, name: string) => String(values[name] ?? all));
}

/** Hear of another language. Returns what undoes it. */
export function onLanguage(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Speaks a language, once its catalogue has come; English where it does not. */
export async function speak(language: string): Promise<void> {
  wanted = language;
  const read = files[path(language)];
  const next = read ? await read().catch(() => null) : null;
  if (wanted !== language) return;
  catalogue = next ?? {};
  const spoken = next ? language : SOURCE;
  if (spoken === current) return;
  current = spoken;
  for (const listener of [...listeners]) listener();
}

/** The best of our languages for tags in the order of preference: `fr-CA` is French. */
export function bestLanguage(tags: readonly (string | null | undefined)[]): string {
  for (const tag of tags) {
    const found = tag && languages.find((one) => one === tag.toLowerCase().split('-')[0]);
    if (found) return found;
  }
  return SOURCE;
}

/** The language for a viewer: its own `lang`, an earlier choice, that of the page around it, the browser's. */
export function languageFor(host: HTMLElement): string {
  const around = host.parentElement?.closest('[lang]:not([lang=""])')?.getAttribute('lang');
  return bestLanguage([host.getAttribute('lang'), storedLanguage(), around, ...navigator.languages]);
}

/** What an earlier visit chose; null where there is none, or where storage is not allowed. */
export function storedLanguage(): string | null {
  try {
    return localStorage.getItem(STORE);
  } catch {
    return null;
  }
}

/** Sets the language of a viewer, and keeps it for the next visit. */
export function writeLanguage(host: HTMLElement, language: string): void {
  host.setAttribute('lang', language);
  try {
    localStorage.setItem(STORE, language);
  } catch {
    // Storage may be forbidden inside other pages: the choice then holds for this visit.
  }
}
