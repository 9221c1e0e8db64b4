/** Views that somebody keeps in this browser, to come back to them: the bookmarks of the viewer. */
import { t } from '../base/i18n';
import { sanitize } from '../core/sanitize';
import type { StatePatch } from '../core/state';
import type { Viewer } from '../core/viewer';
import { placeText } from './place';

export interface KeptView {
  readonly name: string;
  readonly state: StatePatch;
}

const KEY = 'visiomatic.views';
/** What the viewer's element is told when the list is another one. */
export const CHANGED = 'vm-views';
/** The oldest make room. */
const MOST = 100;

/** Those of this server, the newest first; none where the browser keeps nothing. */
export function keptViews(viewer: Viewer): KeptView[] {
  try {
    const saved: unknown = JSON.parse(localStorage.getItem(KEY + viewer.api.base) ?? '[]');
    if (!Array.isArray(saved)) return [];
    return saved.flatMap(({ name, state }: { name?: unknown; state?: unknown }) => {
      const clean = sanitize(state);
      return typeof name === 'string' && clean.image ? [{ name, state: clean }] : [];
    });
  } catch {
    return [];
  }
}

/** Keeps what is seen now; says so. */
export function keepView(viewer: Viewer): void {
  if (!viewer.image) return;
  const { panel: _, ...state } = viewer.state.toJSON();
  const view = { name: nameOf(viewer), state };
  if (write(viewer, [view, ...keptViews(viewer)].slice(0, MOST))) {
    viewer.notify(t('View kept: {name}', { name: view.name }), {
      action: { label: t('All views'), run: () => viewer.openPanel('snapshot') },
    });
  } else
    viewer.notify(t('This browser does not let the page keep anything; copy the link instead'), { kind: 'warning' });
}

export const forgetView = (viewer: Viewer, index: number): boolean =>
  write(
    viewer,
    keptViews(viewer).filter((_, k) => k !== index),
  );

function write(viewer: Viewer, views: readonly KeptView[]): boolean {
  try {
    localStorage.setItem(KEY + viewer.api.base, JSON.stringify(views));
    viewer.element.dispatchEvent(new CustomEvent(CHANGED));
    return true;
  } catch {
    return false;
  }
}

/** The image, and the place in its middle where it is not seen whole. */
function nameOf(viewer: Viewer): string {
  return [viewer.image?.name ?? '', placeText(viewer)].filter(Boolean).join(' · ');
}
