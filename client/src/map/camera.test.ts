import { expect, test } from 'vitest';
import { type Camera, fitsOfWorld, snapCenter, snapZoom, toScreen, toWorld, transformOf, worldOfFits } from './camera';
import { around } from './motion';
import { deviceBox } from './paint';

const camera: Camera = { x: 300.25, y: 200.75, zoom: 1.3, width: 801, height: 600, ratio: 1.25 };

test('the centre of FITS pixel (1, height) is half a pixel from the top left corner', () => {
  expect(worldOfFits(1, 400, 400)).toEqual({ x: 0.5, y: 0.5 });
  expect(fitsOfWorld(0.5, 399.5, 400)).toEqual({ x: 1, y: 1 });
});

test('screen and image convert into each other', () => {
  const world = toWorld(camera, 123, 456);
  const screen = toScreen(camera, world.x, world.y);
  expect(screen.x).toBeCloseTo(123, 10);
  expect(screen.y).toBeCloseTo(456, 10);
  const view = transformOf(camera, 400);
  const fits = view.fromScreen(10, 20);
  const back = view.toScreen(fits.x, fits.y);
  expect(back.x).toBeCloseTo(10, 10);
  expect(back.y).toBeCloseTo(20, 10);
});

test('a padded canvas sees the same pixel farther from its corner', () => {
  const plain = transformOf(camera, 400).toScreen(50, 60);
  const padded = transformOf(camera, 400, { x: 100, y: 30 }).toScreen(50, 60);
  expect(padded.x - plain.x).toBeCloseTo(100, 9);
  expect(padded.y - plain.y).toBeCloseTo(30, 9);
});

test('zooming keeps what is under the hand under the hand', () => {
  const at = { x: 700, y: 100 };
  const world = toWorld(camera, at.x, at.y);
  const closer = around(camera, world, at, 4);
  const screen = toScreen(closer, world.x, world.y);
  expect(screen.x).toBeCloseTo(at.x, 9);
  expect(screen.y).toBeCloseTo(at.y, 9);
});

test('zooms near a whole number of device pixels become exactly that', () => {
  expect(snapZoom(0.03, 1)).toBe(0);
  expect(snapZoom(0.1, 1)).toBe(0.1);
  expect(snapZoom(-0.97, 2)).toBe(-1);
  expect(2 ** snapZoom(-0.3, 1.25) * 1.25).toBe(1);
});

test('at whole zooms image pixels meet device pixels, at others the centre stays', () => {
  for (const ratio of [1, 1.25, 2]) {
    for (const level of [0, 1, 6]) {
      const snapped = snapCenter({ ...camera, ratio, zoom: level - Math.log2(ratio) });
      const left = (0 - snapped.x) * 2 ** level + (snapped.width * ratio) / 2;
      expect(Math.abs(left - Math.round(left))).toBeLessThan(1e-6);
      expect(Math.abs(snapped.x - camera.x)).toBeLessThanOrEqual(0.5 / 2 ** level + 1e-9);
    }
  }
  expect(snapCenter(camera)).toBe(camera);
});

test('boxes that share an edge in the image share it on the screen, at any zoom and resolution', () => {
  for (const zoom of [-3.37, -1.1, -0.5, 0.2, 2.77]) {
    for (const ratio of [1, 1.25, 1.5, 2]) {
      const view = { ...camera, zoom, ratio };
      expect(deviceBox(view, [0, 0, 256, 256])[2]).toBe(deviceBox(view, [256, 0, 512, 256])[0]);
    }
  }
});
