import { t, tn } from '../base/i18n';
import type { HduInfo } from '../core/api';

/** The image id without the section or HDU at its end. */
export const fileOf = (id: string): string => id.replace(/(\[[^[\]]*\])+$/, '');

/** The folder of an image, relative to the library; empty for those of the top and for dropped files. */
export const folderOf = (id: string): string =>
  id.startsWith('dropped:') ? '' : fileOf(id).split('/').slice(0, -1).join('/');

/** The file's own name, without folders. */
export const baseName = (id: string): string => fileOf(id).split('/').pop() ?? id;

/** "1000 × 1000 × 3", or rows and columns of a table. */
export function shapeText({ kind, shape }: HduInfo): string {
  if (shape.length === 0) return t('no data');
  if (kind.includes('table')) {
    const [rows = 0, columns = 0] = shape;
    return `${tn('{count} row', '{count} rows', rows)}, ${tn('{count} column', '{count} columns', columns)}`;
  }
  return shape.join(' × ');
}

export function hduName({ index, name, version }: HduInfo): string {
  const title = name || (index === 0 ? 'PRIMARY' : `HDU ${index}`);
  return version > 1 ? `${title}, ${version}` : title;
}
