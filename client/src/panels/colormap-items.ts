import { mark, t } from '../base/i18n';
import type { Colormap } from '../core/api';
import type { ListItem } from '../ui/list';

/** Kinds of colour maps in the order of the list; those of other kinds come last. */
const KINDS: Readonly<Record<string, string>> = {
  DS9: 'DS9',
  sequential: mark('Sequential'),
  diverging: mark('Diverging'),
  cyclic: mark('Cyclic'),
  qualitative: mark('Qualitative'),
  miscellaneous: mark('Miscellaneous'),
};

/** Colour maps as rows of a list: grey first, then kind by kind. */
export function colormapItems(maps: readonly Colormap[]): ListItem[] {
  const kinds = [...new Set(['', ...Object.keys(KINDS), ...maps.map(({ category }) => category)])];
  const items = maps.map(({ name, colors, category }) => ({ name, colors, kind: name === 'grey' ? '' : category }));
  return items
    .sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind))
    .map(({ name, colors, kind }) => ({ id: name, label: name, ramp: colors, group: t(KINDS[kind] ?? kind) }));
}
