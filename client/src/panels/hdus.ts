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
  if (shape.length === 0) return 'no data';
  if (kind.includes('table')) return `${counted(shape[0] ?? 0, 'row')}, ${counted(shape[1] ?? 0, 'column')}`;
  return shape.join(' × ');
}

export function hduName({ index, name, version }: HduInfo): string {
  const title = name || (index === 0 ? 'PRIMARY' : `HDU ${index}`);
  return version > 1 ? `${title}, ${version}` : title;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
