import { describe, expect, it } from 'vitest';
import { displayNumber, formatBytes, formatNumber, niceStep, niceTicks, parseNumber, percentText } from './numbers';

describe('formatNumber', () => {
  it.each([
    [0, '0'],
    [1234.5678, '1234.6'],
    [-0.25, '-0.25'],
    [1.5e-7, '1.5e-7'],
    [123456, '123460'],
    [2.5e9, '2.5e9'],
    [1e-3, '0.001'],
    [Number.NaN, 'NaN'],
  ])('writes %s as %s', (value, text) => expect(formatNumber(value)).toBe(text));

  it('gives a true minus sign for reading', () => expect(displayNumber(-1e-9)).toBe('\u22121e\u22129'));
});

describe('parseNumber', () => {
  it.each([
    ['12', 12],
    [' −3,5 ', -3.5],
    ['1e-3', 1e-3],
    ['.5', 0.5],
    ['1 000', 1000],
    ['', null],
    ['abc', null],
    ['1.2.3', null],
  ])('reads %s as %s', (text, value) => expect(parseNumber(text)).toBe(value));

  it('reads back what formatNumber wrote', () => {
    for (const value of [1.5e-12, -8.25, 3.1e20, 0.001]) expect(parseNumber(formatNumber(value, 8))).toBe(value);
  });
});

describe('steps and ticks', () => {
  it('takes steps of 1, 2 or 5 times a power of ten', () => {
    expect(niceStep(100)).toBe(1);
    expect(niceStep(37, 0.1)).toBeCloseTo(5);
    expect(niceStep(0.02, 0.1)).toBeCloseTo(0.002);
  });

  it('puts round ticks inside the range', () => {
    expect(niceTicks(-3, 17, 4)).toEqual([0, 5, 10, 15]);
    expect(niceTicks(5, 5)).toEqual([]);
  });

  it('writes bytes for people', () => {
    expect(formatBytes(999)).toBe('999 B');
    expect(formatBytes(4_011_840)).toBe('4.0 MB');
    expect(formatBytes(2.4e9)).toBe('2.4 GB');
  });
});

it('a share of long work is never said to be more than it is', () => {
  expect([0, 0.0042, 0.0999, 0.1, 0.999, 1].map(percentText)).toEqual(['0.0', '0.4', '9.9', '10', '99', '100']);
});
