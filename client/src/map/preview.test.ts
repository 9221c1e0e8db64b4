import { expect, test } from 'vitest';
import type { Camera } from './camera';
import { TileGrid } from './grid';
import { previewRequest } from './preview';

const grid = new TileGrid(4000, 3000, 256, 5);
const camera: Camera = { x: 2000, y: 1500, zoom: -2, width: 1400, height: 900, ratio: 2 };

test('the preview covers the image in view, one picture pixel for one CSS pixel', () => {
  expect(previewRequest(camera, grid, 7, 1)).toEqual({ box: [0, 0, 4000, 3000], size: [1000, 750], generation: 7 });
  expect(previewRequest(camera, grid, 7, 0.5)?.size).toEqual([500, 375]);
});

test('enlarged, it is asked in whole image pixels, never larger than the data', () => {
  const request = previewRequest({ ...camera, zoom: 3, x: 100.3 }, grid, 0, 1);
  expect(request?.box).toEqual([12, 1443, 188, 1557]);
  expect(request?.size).toEqual([176, 114]);
});

test('nothing is asked when the image is out of view', () => {
  expect(previewRequest({ ...camera, x: -9000 }, grid, 0, 1)).toBeNull();
});
