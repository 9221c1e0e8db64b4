import { mark, t } from '../base/i18n';
import type { Shortcut } from '../core/viewer';
import { panels } from './index';

export interface ShortcutGroup {
  readonly title: string;
  readonly shortcuts: readonly Shortcut[];
}

const SIGNS: Record<string, string> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  '-': '−',
  ' ': mark('Space'),
};

/** Keys that only other names or other layouts of a key that is listed already. */
const SILENT = new Set(['=', '_']);

/** "Shift+ArrowLeft" as people read it. */
export function keyText(key: string): string {
  const at = key.length > 1 ? key.lastIndexOf('+', key.length - 2) : -1;
  const name = key.slice(at + 1);
  return (at >= 0 ? `${t(key.slice(0, at))} ` : '') + t(SIGNS[name] ?? name);
}

/** The map's keys as the help lists them: the four directions of a kind are one line. */
export function mapShortcuts(all: readonly Shortcut[]): Shortcut[] {
  const arrows = (modifier: string): boolean => all.some(({ keys }) => keys.includes(`${modifier}ArrowLeft`));
  const moves: Shortcut[] = [];
  if (arrows('')) moves.push({ keys: ['←', '→', '↑', '↓', 'h j k l'], title: t('Move the view') });
  if (arrows('Shift+')) moves.push({ keys: [`${t('Shift')} ← → ↑ ↓`], title: t('Move by a whole screen') });
  if (arrows('Alt+')) moves.push({ keys: ['Alt ← → ↑ ↓'], title: t('Move by one image pixel') });
  const others = all
    .filter(({ keys }) => !keys.some((key) => key.includes('Arrow')))
    .map(({ keys, title }) => ({ title: t(title), keys: keys.filter((key) => !SILENT.has(key)).map(keyText) }));
  return [...moves, ...others];
}

export const channelShortcuts: readonly Shortcut[] = [
  { keys: ['['], title: mark('Previous channel') },
  { keys: [']'], title: mark('Next channel') },
  { keys: [mark('Tab'), mark('Shift Tab')], title: mark('On the map: through the images that blink') },
  { keys: ['e'], title: mark('Next source or region in view (Enter goes into its pop-up)') },
  { keys: [mark('Shift E')], title: mark('Previous source or region in view') },
  { keys: ['v'], title: mark('Positions and values read aloud, or no longer') },
  { keys: ['m'], title: mark('Keep this view in the browser (listed under Save and share)') },
  { keys: ['<'], title: mark('Previous image of the folder') },
  { keys: ['>'], title: mark('Next image of the folder') },
];

const said = (shortcuts: readonly Shortcut[]): Shortcut[] =>
  shortcuts.map(({ keys, title }) => ({ keys: keys.map((key) => t(key)), title: t(title) }));

/** Everything the help lists, given the keys of the map. */
export function shortcutGroups(ofMap: readonly Shortcut[]): ShortcutGroup[] {
  return [
    { title: t('Map and read-out'), shortcuts: mapShortcuts(ofMap) },
    { title: t('Channels and images'), shortcuts: said(channelShortcuts) },
    {
      title: t('Panels'),
      shortcuts: [
        ...panels.map(({ key, title }) => ({ keys: [key], title: t(title) })),
        { keys: [t('Esc')], title: t('Close the panel') },
      ],
    },
    { title: t('In sliders and fields'), shortcuts: said(controls) },
    { title: t('Pointer and touch'), shortcuts: said(gestures) },
  ];
}

const controls: readonly Shortcut[] = [
  { keys: ['←', '→'], title: mark('One step') },
  { keys: [mark('Shift ← →')], title: mark('Ten steps') },
  { keys: [mark('Delete'), mark('Double click')], title: mark('Back to the usual value') },
];

const gestures: readonly Shortcut[] = [
  { keys: [mark('Drag')], title: mark('Move the view') },
  { keys: [mark('Wheel'), mark('Pinch')], title: mark('Zoom about the pointer') },
  { keys: [mark('Right drag')], title: mark('Contrast (up, down) and bias (left, right), as in DS9') },
  { keys: [mark('Shift drag')], title: mark('Zoom to a box') },
  { keys: [mark('Double click')], title: mark('Zoom in there') },
  { keys: [mark('Middle click')], title: mark('Centre the view there') },
  { keys: [mark('Long press')], title: mark('Read-out under the finger') },
];
