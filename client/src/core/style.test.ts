import { expect, test } from 'vitest';
import { defaultDisplay } from './state';
import { movingStyle, shownChannels, styleQuery } from './style';

test('a neutral display asks for little', () => {
  expect(styleQuery(defaultDisplay, '#060606')).toBe('channel=1&stretch=asinh&nan=060606&quality=90');
});

test('a single channel with its own cuts asks for its numbers and its colour map', () => {
  const query = styleQuery(
    {
      ...defaultDisplay,
      channel: 3,
      cuts: { 3: [-0.5, 1e21], 4: 'zscale' },
      colormap: 'ds9:b',
      nan: '#ff0000',
      quality: 0,
    },
    '#000000',
  );
  expect(query).toBe('channel=3&colormap=ds9:b&cuts=-0.5,1e21&stretch=asinh&nan=ff0000');
});

test('colour mode names every channel with its colour and the cuts that differ', () => {
  const color = [
    { channel: 2, color: '#FF0000' },
    { channel: 5, color: '#00ff00' },
  ];
  const display = {
    ...defaultDisplay,
    mode: 'color' as const,
    color,
    cuts: { 5: [1, 2] as const, 7: 'zscale' },
    saturation: 1.2,
  };
  expect(styleQuery(display, '#000000')).toBe(
    'color=2:ff0000&color=5:00ff00&saturation=1.2&cuts=5:1,2&stretch=asinh&nan=000000&quality=90',
  );
  expect(shownChannels(display)).toEqual([2, 5]);
  expect(styleQuery({ ...display, lupton: { q: 8, stretch: 0.5 } }, '#000000')).toContain('lupton=8,0.5&nan');
});

test('lossless pictures keep holes transparent', () => {
  expect(styleQuery({ ...defaultDisplay, quality: 0 }, '#123456')).toBe('channel=1&stretch=asinh&nan=transparent');
});

test('what moves is asked for in a lower quality, unless its own is lower still', () => {
  expect(movingStyle('channel=1&quality=90')).toBe('channel=1&quality=60');
  expect(movingStyle('channel=1&quality=40&gamma=2')).toBe('channel=1&quality=40&gamma=2');
  expect(movingStyle('channel=1&nan=transparent')).toBe('channel=1&nan=transparent');
});
