import { expect, test } from 'vitest';
import { valueText } from './quantities';

test('zero is a value, and what is no number is said', () => {
  expect(valueText(0)).toBe('0');
  expect(valueText(null)).toBe('–');
  expect(valueText('-Infinity')).toBe('−∞');
  expect(valueText(12, '9007199254740993')).toBe('9007199254740993');
});
