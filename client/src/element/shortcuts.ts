/** Keys of the map while the viewer has the focus; the panels have their own in the rail. */
import { mark } from '../base/i18n';
import type { Shortcut } from '../core/viewer';
import { isTyping } from '../ui/focus';
import type { ViewerCore } from './viewer';

interface Command extends Shortcut {
  run(viewer: ViewerCore, event: KeyboardEvent): void;
}

/** CSS pixels that an arrow moves the view. */
const STEP = 80;

const page = (viewer: ViewerCore) => ({ x: viewer.map.view.width * 0.9, y: viewer.map.view.height * 0.9 });

function arrow(keys: string[], title: string, dx: number, dy: number): Command {
  return { keys, title, run: (viewer) => viewer.map.panBy(dx * STEP, dy * STEP) };
}

function screen(keys: string[], title: string, dx: number, dy: number): Command {
  return { keys, title, run: (viewer) => viewer.map.panBy(dx * page(viewer).x, dy * page(viewer).y) };
}

function pixel(keys: string[], title: string, dx: number, dy: number): Command {
  const run = (viewer: ViewerCore) => viewer.map.panBy(dx * viewer.map.view.scale, dy * viewer.map.view.scale);
  return { keys, title, run };
}

function toggle(keys: string[], title: string, name: 'reticle' | 'graticule' | 'minimap' | 'magnifier'): Command {
  const run = ({ state }: ViewerCore) => state.set({ show: { [name]: !state.value.show[name] } });
  return { keys, title, run };
}

const commands: readonly Command[] = [
  arrow(['ArrowLeft', 'h'], mark('Move left'), -1, 0),
  arrow(['ArrowRight', 'l'], mark('Move right'), 1, 0),
  arrow(['ArrowUp', 'k'], mark('Move up'), 0, -1),
  arrow(['ArrowDown', 'j'], mark('Move down'), 0, 1),
  screen(['Shift+ArrowLeft', 'Shift+H'], mark('One screen to the left'), -1, 0),
  screen(['Shift+ArrowRight', 'Shift+L'], mark('One screen to the right'), 1, 0),
  screen(['Shift+ArrowUp', 'Shift+K'], mark('One screen up'), 0, -1),
  screen(['Shift+ArrowDown', 'Shift+J'], mark('One screen down'), 0, 1),
  pixel(['Alt+ArrowLeft'], mark('One image pixel to the left'), -1, 0),
  pixel(['Alt+ArrowRight'], mark('One image pixel to the right'), 1, 0),
  pixel(['Alt+ArrowUp'], mark('One image pixel up'), 0, -1),
  pixel(['Alt+ArrowDown'], mark('One image pixel down'), 0, 1),
  { keys: ['+', '=', 'z'], title: mark('Zoom in'), run: (viewer) => viewer.map.zoomBy(1) },
  { keys: ['-', '_', 'Shift+Z'], title: mark('Zoom out'), run: (viewer) => viewer.map.zoomBy(-1) },
  { keys: ['0'], title: mark('The whole image'), run: (viewer) => viewer.map.fit() },
  {
    keys: ['1'],
    title: mark('One image pixel to one screen pixel'),
    run: (viewer) => viewer.map.zoomTo(-Math.log2(devicePixelRatio)),
  },
  toggle(['x'], mark('Reticle'), 'reticle'),
  toggle(['g'], mark('Coordinate grid'), 'graticule'),
  toggle(['n'], mark('Overview map'), 'minimap'),
  toggle(['Shift+M'], mark('Magnifier'), 'magnifier'),
  { keys: ['f'], title: mark('Hold the read-out'), run: (viewer) => viewer.lockReadout(!viewer.readout?.locked) },
  {
    keys: ['c'],
    title: mark('Copy position and value'),
    run: (viewer) => viewer.perform('copy'),
  },
  {
    keys: ['/'],
    title: mark('Go to a position or an object'),
    run: (viewer) => viewer.perform('search'),
  },
  { keys: ['b'], title: mark('The next of the images that blink'), run: (viewer) => viewer.perform('blink') },
  {
    keys: ['F11', 'Shift+F'],
    title: mark('Full screen'),
    run: (viewer) => viewer.perform('fullScreen'),
  },
];

export const shortcuts: readonly Shortcut[] = commands;

const table = new Map(commands.flatMap((command) => command.keys.map((key) => [key, command] as const)));

/** Letters and signs carry Shift in themselves; only named keys and capitals say it. */
function nameOf(event: KeyboardEvent): string {
  const shifted = event.shiftKey && (event.key.length > 1 || /[A-Z]/.test(event.key));
  return `${event.altKey ? 'Alt+' : ''}${shifted ? 'Shift+' : ''}${event.key}`;
}

/** Run what a key means; returns false when it means nothing here. */
export function runShortcut(viewer: ViewerCore, event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || isTyping(event) || isSteering(event)) return false;
  const command = table.get(nameOf(event));
  if (!command) return false;
  event.preventDefault();
  command.run(viewer, event);
  return true;
}

/** True where arrows belong to a control: sliders, lists and tool bars. */
function isSteering(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  if (!event.key.startsWith('Arrow') || !(target instanceof HTMLElement)) return false;
  return (
    target instanceof HTMLInputElement || /^(slider|option|tab|listbox|radio)$/.test(target.getAttribute('role') ?? '')
  );
}
