import { sanitize } from '../core/sanitize';
import type { Viewer } from '../core/viewer';
import { baseName } from './hdus';
import { saveText } from './save';

const FORMAT = 'visiomatic-session';

/** Everything that is seen, as a small file: image, place, channels, colours, overlays that an address can bring back. */
export function saveSession(viewer: Viewer): void {
  const session = { format: FORMAT, state: viewer.state.toJSON() };
  saveText(
    `${JSON.stringify(session, null, 1)}\n`,
    `${baseName(viewer.image?.id ?? 'visiomatic')}.session.json`,
    'application/json',
  );
}

/** Opens what `saveSession` wrote; what this version does not know is passed over. */
export async function openSession(viewer: Viewer, file: File): Promise<void> {
  try {
    const session = JSON.parse(await file.text()) as { format?: unknown; state?: { image?: unknown } };
    const image = session.state?.image;
    if (session.format !== FORMAT || typeof image !== 'string') throw new Error('it is not a session of VisiOmatic');
    if (image && image !== viewer.image?.id) await viewer.open(image);
    viewer.state.restore(sanitize(session.state));
  } catch (error) {
    const reason =
      error instanceof SyntaxError
        ? 'it is not a session of VisiOmatic'
        : error instanceof Error
          ? error.message
          : String(error);
    viewer.notify(`${file.name} cannot be opened: ${reason}`, { kind: 'error' });
  }
}
