import { t } from '../base/i18n';
import type { Viewer } from '../core/viewer';
import { fileOf, folderOf } from './hdus';

/** As many names of a folder as are asked for to find the next one. */
const MANY = 1000;

/** Opens the image before or after this one in its folder, at the same place on the sky where both have one. */
export async function openNeighbour(viewer: Viewer, step: 1 | -1): Promise<void> {
  if (!viewer.image) return;
  const id = fileOf(viewer.image.id);
  const directory = folderOf(id);
  try {
    const { images } = await viewer.api.images({ directory, limit: MANY });
    const at = images.findIndex((one) => one.id === id);
    const next = images[(at + step + images.length) % images.length];
    if (at < 0 || !next || next.id === id) {
      viewer.notify(t('There is no other image in this folder'));
      return;
    }
    await viewer.open(next.id, { keep: 'sky' });
  } catch (error) {
    viewer.notify(error instanceof Error ? error.message : String(error), { kind: 'error' });
  }
}
