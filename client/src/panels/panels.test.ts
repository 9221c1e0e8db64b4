import type { LitElement } from 'lit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Change as StateChange } from '../core/state';
import './display-panel';
import './header';
import './sidebar';
import type { Levels } from './levels';
import type { Mixing } from './mixing';
import { playerOf } from './player';
import { channel, type FakeViewer, fakeViewer, imageInfo } from './testing';

afterEach(() => document.body.replaceChildren());

const three = () =>
  imageInfo({ channels: [channel(1, { filter: 'g' }), channel(2, { filter: 'r' }), channel(3, { filter: 'i' })] });

/** Everything that happens after answers of the server have come. */
const rest = () => new Promise((resolve) => setTimeout(resolve, 20));

async function mount<T extends LitElement>(tag: string, viewer: FakeViewer, more: object = {}): Promise<T> {
  const made = document.createElement(tag) as T;
  Object.assign(made, { viewer, ...more });
  document.body.append(made);
  await rest();
  return made;
}

/** The first element with a tag at any depth. */
function deep(root: Element | ShadowRoot, selector: string): HTMLElement {
  const search = (node: Element | ShadowRoot): HTMLElement | null => {
    const here = node.querySelector<HTMLElement>(selector);
    if (here) return here;
    for (const child of node.querySelectorAll('*')) {
      const found = child.shadowRoot && search(child.shadowRoot);
      if (found) return found;
    }
    return null;
  };
  const found = search(root instanceof Element && root.shadowRoot ? root.shadowRoot : root);
  if (!found) throw new Error(`no ${selector}`);
  return found;
}

const change = (target: HTMLElement, value: unknown, live = false): boolean =>
  target.dispatchEvent(new CustomEvent('vm-change', { detail: { value, live } }));

describe('levels', () => {
  const show = (viewer: FakeViewer) => mount<Levels>('vm-levels', viewer, { display: viewer.state.value.display });

  it('follows the hand with live changes and ends with a final one', async () => {
    const viewer = fakeViewer(imageInfo());
    const levels = await show(viewer);
    const heard: StateChange[] = [];
    viewer.state.onChange((one) => heard.push(one));
    const plot = deep(levels, 'vm-histogram');
    change(plot, [10, 50], true);
    change(plot, [10, 60], true);
    change(plot, [10, 60], false);
    expect(heard.map(({ live }) => live)).toEqual([true, true, false]);
    expect(viewer.state.value.display.cuts).toEqual({ 1: [10, 60] });
  });

  it('takes a rule for all channels when there is one', async () => {
    const viewer = fakeViewer(imageInfo());
    const levels = await show(viewer);
    const zscale = [...(levels.shadowRoot?.querySelectorAll('vm-button') ?? [])].find(
      (one) => one.textContent === 'ZScale',
    );
    zscale?.click();
    expect(viewer.state.value.display).toMatchObject({ defaultCuts: 'zscale', cuts: {} });
  });

  it('keeps the cuts of the other channels, and shares them when asked', async () => {
    const viewer = fakeViewer(three());
    viewer.state.setDisplay({ cuts: { 2: [1, 2] } });
    const levels = await show(viewer);
    change(deep(levels, 'vm-histogram'), [10, 50]);
    expect(viewer.state.value.display.cuts).toEqual({ 1: [10, 50], 2: [1, 2] });
    change(deep(levels, 'vm-switch'), true);
    expect(viewer.state.value.display).toMatchObject({ cuts: {}, defaultCuts: '10,50' });
  });
});

describe('mixing', () => {
  const colors = [
    { channel: 1, color: '#0000ff' },
    { channel: 2, color: '#00ff00' },
  ];

  it('remembers the colour of a channel that is switched off', async () => {
    const viewer = fakeViewer(three());
    viewer.state.setDisplay({ mode: 'color', color: colors });
    const mixing = await mount<Mixing>('vm-mixing', viewer, { display: viewer.state.value.display });
    deep(mixing, 'vm-button[label], vm-button').click();
    expect(viewer.state.value.display.color).toEqual([colors[1]]);
    mixing.display = viewer.state.value.display;
    await mixing.updateComplete;
    deep(mixing, 'vm-button').click();
    expect(viewer.state.value.display.color).toEqual(colors);
  });

  it('gives automatic colours to the channels in the mix', async () => {
    const viewer = fakeViewer(three());
    viewer.state.setDisplay({ mode: 'color', color: [...colors, { channel: 3, color: '#ffffff' }] });
    const mixing = await mount<Mixing>('vm-mixing', viewer, { display: viewer.state.value.display });
    const buttons = [...(mixing.shadowRoot?.querySelectorAll('vm-button') ?? [])];
    buttons.find((one) => one.label === 'Automatic colours')?.click();
    expect(viewer.state.value.display.color.map((one) => one.color)).toEqual(['#0000ff', '#00ff00', '#ff0000']);
  });
});

describe('channels', () => {
  const spectral = (value: number) => ({ value, unit: 'Hz', type: 'FREQ' });
  const planes = ['I', 'Q'].flatMap((stokes) => [1e9, 2e9].map((value) => ({ stokes, spectral: spectral(value) })));
  const channels = planes.map((plane, k) => channel(k + 1, plane));

  it('of several Stokes parameters change the parameter and keep the place on the spectral axis', async () => {
    const viewer = fakeViewer(imageInfo({ channels }));
    viewer.state.setDisplay({ channel: 2 });
    const choice = await mount('vm-channel-choice', viewer, { display: viewer.state.value.display });
    change(deep(choice, 'vm-segmented'), 'Q');
    expect(viewer.state.value.display.channel).toBe(4);
  });

  it('of one parameter offer no choice of it', async () => {
    const viewer = fakeViewer(imageInfo({ channels: channels.slice(0, 2) }));
    const choice = await mount('vm-channel-choice', viewer, { display: viewer.state.value.display });
    expect(choice.shadowRoot?.querySelector('vm-segmented')).toBeNull();
  });
});

describe('display panel', () => {
  it('never starts colour mode without colours', async () => {
    const viewer = fakeViewer(three());
    const panel = await mount('vm-display-panel', viewer);
    change(deep(panel, 'vm-segmented'), 'color');
    expect(viewer.state.value.display.mode).toBe('color');
    expect(viewer.state.value.display.color).toHaveLength(3);
  });

  it('tries a colour map live and takes it', async () => {
    const viewer = fakeViewer(imageInfo());
    const panel = await mount('vm-display-panel', viewer);
    const lives: boolean[] = [];
    viewer.state.onChange(({ live }) => lives.push(live));
    const picker = deep(panel, 'vm-picker');
    change(picker, 'viridis', true);
    change(picker, 'viridis', false);
    expect(lives).toEqual([true, false]);
    expect(viewer.state.value.display.colormap).toBe('viridis');
  });

  it('explains itself when no image is open', async () => {
    const panel = await mount('vm-display-panel', fakeViewer(null));
    expect(deep(panel, 'vm-empty').getAttribute('label')).toBe('No image is open');
  });
});

describe('player', () => {
  it('goes round the channels one by one', () => {
    const viewer = fakeViewer(three());
    const player = playerOf(viewer);
    player.step(-1);
    expect(viewer.state.value.display.channel).toBe(3);
    player.step(1);
    expect(viewer.state.value.display.channel).toBe(1);
  });

  it('shows the next channel only when the last is complete', async () => {
    vi.useFakeTimers();
    const viewer = fakeViewer(three());
    let complete = (): void => undefined;
    viewer.map.whenSettled = () =>
      new Promise<void>((resolve) => {
        complete = resolve;
      });
    const player = playerOf(viewer);
    player.toggle(1);
    await vi.advanceTimersByTimeAsync(10000);
    expect(viewer.state.value.display.channel).toBe(2);
    complete();
    await vi.advanceTimersByTimeAsync(0);
    expect(viewer.state.value.display.channel).toBe(3);
    player.toggle(1);
    expect(player.playing).toBe(0);
    vi.useRealTimers();
  });
});

describe('header panel', () => {
  it('opens another HDU of the file and says why one cannot be opened', async () => {
    const hdu = { version: 1, shape: [10, 10], dtype: 'float32', unit: '', role: 'science', kind: 'image' };
    const hdus = [
      { ...hdu, index: 0, name: 'PRIMARY', kind: 'empty', shape: [], selector: '', shown: false },
      { ...hdu, index: 1, name: 'SCI', selector: '[1]', shown: true },
      { ...hdu, index: 2, name: 'ERR', selector: '[2]', shown: false },
    ];
    const viewer = fakeViewer(imageInfo({ id: 'a/x.fits[1]', hdus }), { header: { cards: [['A', 1, '']], hdus: [] } });
    const panel = await mount('vm-header-panel', viewer);
    const buttons = [...(panel.shadowRoot?.querySelectorAll<HTMLButtonElement>('.hdu') ?? [])];
    expect(buttons.map((button) => button.disabled)).toEqual([true, false, false]);
    buttons[2]?.click();
    expect(viewer.opened).toEqual(['a/x.fits[2]']);
  });
});

describe('sidebar', () => {
  it('follows the state and toggles a panel by its key, but not while somebody types', async () => {
    const viewer = fakeViewer(imageInfo());
    document.body.append(viewer.element);
    await mount('vm-sidebar', viewer);
    const key = (target: EventTarget, name: string) =>
      target.dispatchEvent(
        new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, composed: true }),
      );
    key(viewer.element, 'd');
    expect(viewer.state.value.panel).toBe('display');
    key(viewer.element, 'd');
    expect(viewer.state.value.panel).toBe('');
    const field = document.createElement('input');
    viewer.element.append(field);
    key(field, 'd');
    expect(viewer.state.value.panel).toBe('');
  });

  it('steps through the channels with the brackets', async () => {
    const viewer = fakeViewer(three());
    document.body.append(viewer.element);
    await mount('vm-sidebar', viewer);
    viewer.element.dispatchEvent(new KeyboardEvent('keydown', { key: ']' }));
    expect(viewer.state.value.display.channel).toBe(2);
  });
});
