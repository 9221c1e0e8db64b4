import type { HduInfo } from '../core/api';

/** The image id without the section or HDU at its end. */
export const fileOf = (id: string): string => id.replace(/(\[[^[\]]*\])+$/, '');

/** The file's own name, without folders. */
export const baseName = (id: string): string => fileOf(id).split('/').pop() ?? id;

/** "1000 × 1000 × 3", or rows and columns of a table. */
export function shapeText({ kind, shape }: HduInfo): string {
  if (shape.length === 0) return 'no data';
  if (kind.includes('table')) return `${shape[0] ?? 0} rows, ${shape[1] ?? 0} columns`;
  return shape.join(' × ');
}

export function hduName({ index, name, version }: HduInfo): string {
  const title = name || (index === 0 ? 'PRIMARY' : `HDU ${index}`);
  return version > 1 ? `${title}, ${version}` : title;
}
