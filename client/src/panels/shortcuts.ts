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
  ' ': 'Space',
};

/** Keys that only other names or other layouts of a key that is listed already. */
const SILENT = new Set(['=', '_']);

/** "Shift+ArrowLeft" as people read it. */
export function keyText(key: string): string {
  const at = key.length > 1 ? key.lastIndexOf('+', key.length - 2) : -1;
  const name = key.slice(at + 1);
  return (at >= 0 ? `${key.slice(0, at)} ` : '') + (SIGNS[name] ?? name);
}

/** The map's keys as the help lists them: the four directions of a kind are one line. */
export function mapShortcuts(all: readonly Shortcut[]): Shortcut[] {
  const arrows = (modifier: string): boolean => all.some(({ keys }) => keys.includes(`${modifier}ArrowLeft`));
  const moves: Shortcut[] = [];
  if (arrows('')) moves.push({ keys: ['←', '→', '↑', '↓', 'h j k l'], title: 'Move the view' });
  if (arrows('Shift+')) moves.push({ keys: ['Shift ← → ↑ ↓'], title: 'Move by a whole screen' });
  if (arrows('Alt+')) moves.push({ keys: ['Alt ← → ↑ ↓'], title: 'Move by one image pixel' });
  const others = all
    .filter(({ keys }) => !keys.some((key) => key.includes('Arrow')))
    .map(({ keys, title }) => ({ title, keys: keys.filter((key) => !SILENT.has(key)).map(keyText) }));
  return [...moves, ...others];
}

export const channelShortcuts: readonly Shortcut[] = [
  { keys: ['['], title: 'Previous channel' },
  { keys: [']'], title: 'Next channel' },
  { keys: ['Tab', 'Shift Tab'], title: 'On the map: through the images that blink' },
  { keys: ['e'], title: 'Next source or region in view (Enter goes into its pop-up)' },
  { keys: ['Shift E'], title: 'Previous source or region in view' },
  { keys: ['m'], title: 'Keep this view in the browser (listed under Save and share)' },
  { keys: ['<'], title: 'Previous image of the folder' },
  { keys: ['>'], title: 'Next image of the folder' },
];

/** Everything the help lists, given the keys of the map. */
export function shortcutGroups(ofMap: readonly Shortcut[]): ShortcutGroup[] {
  return [
    { title: 'Map and read-out', shortcuts: mapShortcuts(ofMap) },
    { title: 'Channels and images', shortcuts: channelShortcuts },
    {
      title: 'Panels',
      shortcuts: [
        ...panels.map(({ key, title }) => ({ keys: [key], title })),
        { keys: ['Esc'], title: 'Close the panel' },
      ],
    },
    { title: 'In sliders and fields', shortcuts: controls },
    { title: 'Pointer and touch', shortcuts: gestures },
  ];
}

const controls: readonly Shortcut[] = [
  { keys: ['←', '→'], title: 'One step' },
  { keys: ['Shift ← →'], title: 'Ten steps' },
  { keys: ['Delete', 'Double click'], title: 'Back to the usual value' },
];

const gestures: readonly Shortcut[] = [
  { keys: ['Drag'], title: 'Move the view' },
  { keys: ['Wheel', 'Pinch'], title: 'Zoom about the pointer' },
  { keys: ['Right drag'], title: 'Contrast (up, down) and bias (left, right), as in DS9' },
  { keys: ['Shift drag'], title: 'Zoom to a box' },
  { keys: ['Double click'], title: 'Zoom in there' },
  { keys: ['Long press'], title: 'Read-out under the finger' },
];
