import { expect, test } from 'vitest';
import type { ImageInfo } from '../core/api';
import { defaultDisplay } from '../core/state';
import { type Look, Looks, pictureFormat } from './pictures';

const info = (stretch: string) => ({ display: { stretch } }) as ImageInfo;

test('pictures are lossless where JPEG would show: enlarged pixels, flat colours, or when asked for', () => {
  const display = { ...defaultDisplay, quality: 90 };
  expect(pictureFormat(info('asinh'), display, 1)).toBe('jpg');
  expect(pictureFormat(info('asinh'), display, 4)).toBe('png');
  expect(pictureFormat(info('linear'), display, 1)).toBe('png');
  expect(pictureFormat(info('asinh'), { ...display, quality: 0 }, 1)).toBe('png');
});

test('a picture is asked for as the look was when its number was given', () => {
  let now: Look = { style: 'a', format: 'jpg' };
  const looks = new Looks(() => now);
  expect(looks.at(0)).toBe(now);
  expect(looks.advance(0, false)).toBe(false);
  now = { style: 'a', format: 'png' };
  expect(looks.advance(0, false)).toBe(true);
  expect([looks.at(0).format, looks.at(1).format]).toEqual(['jpg', 'png']);
  expect(looks.advance(1, false)).toBe(false);
  expect(looks.advance(1, true)).toBe(true);
});
