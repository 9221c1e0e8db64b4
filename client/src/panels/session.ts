import { t } from '../base/i18n';
import { sanitize } from '../core/sanitize';
import type { StatePatch } from '../core/state';
import type { Viewer } from '../core/viewer';
import { baseName } from './hdus';
import { saveText } from './save';
import { readTheme } from './theme';

const FORMAT = 'visiomatic-session';

/** Everything that is seen, as a small file: image, place, channels, colours, overlays that an address can bring back. */
export function saveSession(viewer: Viewer): void {
  const session = { format: FORMAT, state: { ...viewer.state.toJSON(), theme: readTheme(viewer.element) } };
  saveText(
    `${JSON.stringify(session, null, 1)}\n`,
    `${baseName(viewer.image?.id ?? 'visiomatic')}.session.json`,
    'application/json',
  );
}

/** Shows what was seen, of this image or of another one. */
export async function showState(viewer: Viewer, state: StatePatch): Promise<void> {
  if (state.image && state.image !== viewer.image?.id) await viewer.open(state.image);
  viewer.state.restore(state);
}

/** Opens what `saveSession` wrote; what this version does not know is passed over. */
export async function openSession(viewer: Viewer, file: File): Promise<void> {
  try {
    const session = JSON.parse(await file.text()) as { format?: unknown; state?: unknown };
    const state = sanitize(session.state);
    if (session.format !== FORMAT || state.image === undefined) throw new Error(t('it is not a session of VisiOmatic'));
    await showState(viewer, state);
  } catch (error) {
    const reason =
      error instanceof SyntaxError
        ? t('it is not a session of VisiOmatic')
        : error instanceof Error
          ? error.message
          : String(error);
    viewer.notify(t('{name} cannot be opened: {reason}', { name: file.name, reason }), { kind: 'error' });
  }
}
