import { panels } from './index';

export interface Shortcut {
  readonly keys: readonly string[];
  readonly action: string;
}

export interface ShortcutGroup {
  readonly title: string;
  readonly shortcuts: readonly Shortcut[];
}

/** All keys, as the help lists them. */
export const shortcuts: readonly ShortcutGroup[] = [
  {
    title: 'View',
    shortcuts: [
      { keys: ['+', 'z'], action: 'Zoom in' },
      { keys: ['−', 'Z'], action: 'Zoom out' },
      { keys: ['0'], action: 'Whole image' },
      { keys: ['1'], action: 'One screen pixel for one image pixel' },
      { keys: ['←', '→', '↑', '↓', 'h j k l'], action: 'Pan; with Shift by a whole screen' },
      { keys: ['/'], action: 'Go to a position or an object' },
      { keys: ['F11'], action: 'Full screen' },
    ],
  },
  {
    title: 'Read-out',
    shortcuts: [
      { keys: ['c'], action: 'Copy position and values' },
      { keys: ['f'], action: 'Hold the read-out, and let it go' },
      { keys: ['x'], action: 'Reticle' },
      { keys: ['g'], action: 'Coordinate grid' },
    ],
  },
  {
    title: 'Channels and images',
    shortcuts: [
      { keys: ['['], action: 'Previous channel' },
      { keys: [']'], action: 'Next channel' },
      { keys: ['<'], action: 'Previous image' },
      { keys: ['>'], action: 'Next image' },
      { keys: ['b'], action: 'Blink' },
    ],
  },
  {
    title: 'Panels',
    shortcuts: [
      ...panels.map(({ key, title }) => ({ keys: [key], action: title })),
      { keys: ['Esc'], action: 'Close' },
    ],
  },
];

/** What the pointer does. */
export const gestures: readonly Shortcut[] = [
  { keys: ['Drag'], action: 'Pan' },
  { keys: ['Wheel', 'Pinch'], action: 'Zoom about the pointer' },
  { keys: ['Right drag'], action: 'Contrast (up, down) and bias (left, right), as in DS9' },
  { keys: ['Shift drag'], action: 'Zoom to a box' },
  { keys: ['Double click'], action: 'Zoom in there' },
  { keys: ['Long press'], action: 'Read-out under the finger' },
];
