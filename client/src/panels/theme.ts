import type { Viewer } from '../core/viewer';

export type ThemeName = 'auto' | 'dark' | 'light';

const KEY = 'visiomatic.theme';

const isTheme = (text: string | null): text is ThemeName => text === 'auto' || text === 'dark' || text === 'light';

/** The theme as the page or an earlier visit set it. */
export function readTheme(host: HTMLElement): ThemeName {
  const set = host.getAttribute('theme');
  if (isTheme(set)) return set;
  return storedTheme() ?? 'auto';
}

/** What an earlier visit chose; null where there is none, or where storage is not allowed. */
export function storedTheme(): ThemeName | null {
  try {
    const stored = localStorage.getItem(KEY);
    return isTheme(stored) ? stored : null;
  } catch {
    return null;
  }
}

/** Sets the attribute that the design tokens follow, for this picture only. */
function showTheme(host: HTMLElement, theme: ThemeName): void {
  if (theme === 'auto') host.removeAttribute('theme');
  else host.setAttribute('theme', theme);
}

/** Sets the attribute that the design tokens follow, and keeps it for the next visit. */
export function writeTheme(host: HTMLElement, theme: ThemeName): void {
  showTheme(host, theme);
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Storage may be forbidden inside other pages: the choice then holds for this visit.
  }
}

/** Shows the theme that an address or a session gives; without one, what it was before. */
export function followTheme({ element, state }: Viewer): void {
  let own = readTheme(element);
  state.watch(
    (tree) => tree.theme,
    (theme, { previous }) => {
      if (!previous.theme) own = readTheme(element);
      showTheme(element, theme || own);
    },
  );
}
