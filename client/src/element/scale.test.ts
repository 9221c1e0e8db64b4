import { expect, test } from 'vitest';
import { angleBar, angleText, pixelBar } from './scale';

test('the bar is the longest round angle that fits', () => {
  expect(angleBar(0.2, 150)).toEqual({ pixels: 150, label: '30″' });
  expect(angleBar(0.7, 150)).toEqual({ pixels: 60 / 0.7, label: '1′' });
  expect(angleBar(1e-4, 150)).toEqual({ pixels: 100, label: '10 mas' });
  expect(angleBar(200, 150)?.label).toBe('5°');
  expect(angleBar(1e-9, 150)).toBeNull();
});

test('angles are written in the unit that suits them', () => {
  expect([0.0005, 0.25, 1, 30, 60, 90, 3600, 5400].map(angleText)).toEqual([
    '0.5 mas',
    '250 mas',
    '1″',
    '30″',
    '1′',
    '1.5′',
    '1°',
    '1.5°',
  ]);
});

test('without sky the bar counts whole pixels', () => {
  expect(pixelBar(1, 150)).toEqual({ pixels: 100, label: '100 px' });
  expect(pixelBar(30, 150)).toEqual({ pixels: 2000 / 30, label: '2,000 px' });
  expect(pixelBar(1 / 64, 150)).toEqual({ pixels: 128, label: '2 px' });
});
