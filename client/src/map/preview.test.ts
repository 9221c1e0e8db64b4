import { expect, test, vi } from 'vitest';
import type { Camera } from './camera';
import { TileGrid } from './grid';
import { PreviewStream, previewRequest } from './preview';

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

const grid1 = new TileGrid(100, 100, 256, 1);
const wholeView = { x: 50, y: 50, zoom: 0, width: 100, height: 100, ratio: 1 };

test('the next picture is asked for while one is decoded, and a late one never replaces a newer', async () => {
  const asked: number[] = [];
  const decoded: ((bitmap: ImageBitmap) => void)[] = [];
  const closed: number[] = [];
  const bitmap = (id: number) => ({ id, close: () => closed.push(id) }) as unknown as ImageBitmap;
  const stream = new PreviewStream(
    async ({ generation }) => {
      asked.push(generation);
      return new Blob();
    },
    () => undefined,
    () => new Promise((resolve) => decoded.push(resolve)),
  );
  const settle = () => new Promise((resolve) => setTimeout(resolve));
  stream.request(wholeView, grid1, 1);
  await settle();
  stream.request(wholeView, grid1, 2);
  await settle();
  expect(asked).toEqual([1, 2]);
  decoded[1]?.(bitmap(2));
  await settle();
  expect(stream.current?.generation).toBe(2);
  decoded[0]?.(bitmap(1));
  await settle();
  expect(stream.current?.generation).toBe(2);
  expect(closed).toEqual([1]);
  expect(stream.isBusy).toBe(false);
  stream.request(wholeView, grid1, 3);
  await settle();
  stream.drop();
  decoded[2]?.(bitmap(3));
  await settle();
  expect(stream.current).toBeNull();
  expect(closed).toEqual([1, 2, 3]);
});

test('previews get coarser while they come too slowly, and finer again', async () => {
  const sizes: number[] = [];
  let clock = 0;
  let took = 200;
  const now = vi.spyOn(performance, 'now').mockImplementation(() => clock);
  const stream = new PreviewStream(
    async ({ size }) => {
      sizes.push(size[0]);
      clock += took;
      return new Blob();
    },
    () => undefined,
    async () => ({ close: () => undefined }) as ImageBitmap,
  );
  const ask = async () => {
    stream.request(wholeView, grid1, 0);
    await new Promise((resolve) => setTimeout(resolve));
  };
  for (let i = 0; i < 4; i++) await ask();
  expect(sizes).toEqual([100, 50, 25, 25]);
  took = 5;
  for (let i = 0; i < 30; i++) await ask();
  expect(sizes.slice(-1)).toEqual([100]);
  now.mockRestore();
});
