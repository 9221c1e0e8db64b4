import type { LitElement } from 'lit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Change } from './base';
import './choice';
import './histogram';
import './list';
import './number';
import './rail';
import './slider';

afterEach(() => document.body.replaceChildren());

async function mount<K extends keyof HTMLElementTagNameMap>(tag: K, values: object): Promise<HTMLElementTagNameMap[K]> {
  const made = document.createElement(tag);
  Object.assign(made, values);
  document.body.append(made);
  await (made as unknown as LitElement).updateComplete;
  return made;
}

/** All that an element reports. */
function heard<T>(element: HTMLElement): Change<T>[] {
  const changes: Change<T>[] = [];
  element.addEventListener('vm-change', (event) => changes.push((event as CustomEvent<Change<T>>).detail));
  return changes;
}

function inside(element: HTMLElement, selector: string): HTMLElement {
  const found = element.shadowRoot?.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`no ${selector}`);
  return found;
}

const press = (target: HTMLElement, key: string, more: KeyboardEventInit = {}): boolean =>
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true, ...more }));

describe('slider', () => {
  it('moves by its step with the arrow keys, ten times with Shift, and stops at its ends', async () => {
    const slider = await mount('vm-slider', { label: 'Bias', min: 0, max: 1, step: 0.01, value: 0.5 });
    const changes = heard<number>(slider);
    const thumb = inside(slider, '[role=slider]');
    press(thumb, 'ArrowRight');
    press(thumb, 'ArrowLeft', { shiftKey: true });
    press(thumb, 'End');
    press(thumb, 'ArrowUp');
    expect(changes.map((change) => change.value)).toEqual([0.51, 0.41, 1]);
  });

  it('returns to its initial value on a double click and on Delete', async () => {
    const slider = await mount('vm-slider', { value: 0.9, initial: 0.5 });
    const changes = heard<number>(slider);
    inside(slider, '.track').dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
    slider.value = 0.2;
    press(inside(slider, '[role=slider]'), 'Delete');
    expect(changes.map((change) => change.value)).toEqual([0.5, 0.5]);
  });

  it('steps evenly on a logarithmic track', async () => {
    const slider = await mount('vm-slider', { min: 0.1, max: 10, scale: 'log', value: 1 });
    press(inside(slider, '[role=slider]'), 'PageUp');
    expect(slider.value).toBeCloseTo(10 ** 0.2, 2);
  });

  it('says its value with the unit', async () => {
    const slider = await mount('vm-slider', { label: 'Quality', value: 90, max: 100, unit: '%' });
    expect(inside(slider, '[role=slider]').getAttribute('aria-valuetext')).toBe('90 %');
  });
});

describe('number field', () => {
  it('takes what is typed with Enter, whatever the decimal sign', async () => {
    const field = await mount('vm-number', { value: 1 });
    const changes = heard<number>(field);
    const input = inside(field, 'input') as HTMLInputElement;
    input.value = '−2,5';
    press(input, 'Enter');
    expect(changes).toEqual([{ value: -2.5, live: false }]);
  });

  it('gives the old value back on Escape and refuses what is no number', async () => {
    const field = await mount('vm-number', { value: 7 });
    const changes = heard<number>(field);
    const input = inside(field, 'input') as HTMLInputElement;
    input.value = 'seven';
    input.dispatchEvent(new Event('input'));
    expect(input.getAttribute('aria-invalid')).toBe('true');
    press(input, 'Enter');
    expect(input.value).toBe('7');
    input.value = '8';
    press(input, 'Escape');
    expect(input.value).toBe('7');
    expect(changes).toEqual([]);
  });

  it('keeps the exact value when its rounded text is left as it was', async () => {
    const field = await mount('vm-number', { value: 1.23456789, digits: 3 });
    const changes = heard<number>(field);
    inside(field, 'input').dispatchEvent(new Event('blur'));
    expect(changes).toEqual([]);
    expect(field.value).toBe(1.23456789);
  });

  it('steps within its limits', async () => {
    const field = await mount('vm-number', { value: 99, max: 100, step: 1 });
    press(inside(field, 'input'), 'ArrowUp', { shiftKey: true });
    expect(field.value).toBe(100);
  });
});

describe('choices', () => {
  it('a segmented control moves with the arrow keys past what is disabled', async () => {
    const options = [
      { value: 'a', label: 'A' },
      { value: 'b', label: 'B', disabled: true },
      { value: 'c', label: 'C' },
    ];
    const group = await mount('vm-segmented', { options, value: 'a' });
    const changes = heard<string>(group);
    press(inside(group, '[role=radiogroup]'), 'ArrowRight');
    expect(changes[0]?.value).toBe('c');
  });

  it('a switch says so', async () => {
    const toggle = await mount('vm-switch', { label: 'Grid' });
    const changes = heard<boolean>(toggle);
    inside(toggle, 'button').click();
    await toggle.updateComplete;
    expect(changes).toEqual([{ value: true, live: false }]);
    expect(inside(toggle, 'button').getAttribute('aria-checked')).toBe('true');
  });
});

describe('histogram', () => {
  const values = { counts: [1, 5, 20, 5, 1], edges: [0, 100], view: [0, 100], low: 20, high: 80 };

  it('moves a cut with the keys and never beyond the other', async () => {
    const plot = await mount('vm-histogram', values);
    const changes = heard<[number, number]>(plot);
    press(inside(plot, '.low'), 'ArrowRight', { shiftKey: true });
    expect(changes[0]?.value).toEqual([25, 80]);
    for (let k = 0; k < 20; k++) press(inside(plot, '.low'), 'PageUp');
    const last = changes[changes.length - 1];
    expect(last?.value[0]).toBeLessThan(80);
    expect(last?.value[1]).toBe(80);
  });

  it('asks for the automatic value on Delete', async () => {
    const plot = await mount('vm-histogram', values);
    let asked = 0;
    plot.addEventListener('vm-reset', () => asked++);
    press(inside(plot, '.high'), 'Delete');
    expect(asked).toBe(1);
  });

  it('draws no bar where there is no pixel', async () => {
    const plot = await mount('vm-histogram', { ...values, counts: [0, 0, 7, 0, 0] });
    expect(inside(plot, '.bars').getAttribute('d')?.match(/M/g)).toHaveLength(1);
  });
});

describe('list', () => {
  const items = Array.from({ length: 5000 }, (_, k) => ({ id: String(k), label: `Channel ${k}`, detail: `${k} MHz` }));

  it('draws only the rows that are seen', async () => {
    const list = await mount('vm-list', { items });
    expect(list.shadowRoot?.querySelectorAll('[role=option]').length).toBeLessThan(80);
  });

  it('has rows as high as a finger needs where fingers point, and knows how high all are', async () => {
    const list = await mount('vm-list', {
      items: [
        { id: 'a', label: 'A', group: 'first' },
        { id: 'b', label: 'B' },
      ],
    });
    expect([list.rowPixels, list.fullHeight]).toEqual([32, 96]);
    vi.spyOn(window, 'matchMedia').mockImplementation((query) => ({ matches: /coarse/.test(query) }) as MediaQueryList);
    const coarse = await mount('vm-list', { items: [{ id: 'a', label: 'A' }] });
    vi.restoreAllMocks();
    expect([coarse.rowPixels, coarse.fullHeight]).toEqual([44, 44]);
    expect(inside(coarse, '[role=option]').style.height).toBe('44px');
  });

  it('finds by all words and takes the row with Enter', async () => {
    const list = await mount('vm-list', { items, searchable: true });
    const changes = heard<string>(list);
    const input = inside(list, 'input') as HTMLInputElement;
    input.value = 'mhz 4321';
    input.dispatchEvent(new Event('input'));
    await list.updateComplete;
    press(input, 'Enter');
    expect(changes).toEqual([
      { value: '4321', live: true },
      { value: '4321', live: false },
    ]);
  });

  it('tries rows while the cursor moves and keeps its place when the items come anew', async () => {
    const list = await mount('vm-list', { items, value: '10' });
    const changes = heard<string>(list);
    press(inside(list, '[role=listbox]'), 'ArrowDown');
    list.items = [...items];
    await list.updateComplete;
    press(inside(list, '[role=listbox]'), 'ArrowDown');
    expect(changes).toEqual([
      { value: '11', live: true },
      { value: '12', live: true },
    ]);
  });
});

describe('rail', () => {
  const panels = [
    { id: 'a', title: 'A', icon: 'info', key: 'a' },
    { id: 'b', title: 'B', icon: 'help', key: 'b' },
  ];

  it('opens and closes with the same button and has one tab stop', async () => {
    const rail = await mount('vm-rail', { items: panels });
    const changes = heard<string>(rail);
    const buttons = rail.shadowRoot?.querySelectorAll('button') ?? [];
    expect([...buttons].map((button) => button.tabIndex)).toEqual([0, -1]);
    buttons[1]?.click();
    buttons[1]?.click();
    expect(changes.map((change) => change.value)).toEqual(['b', '']);
  });
});
