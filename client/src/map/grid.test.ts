import { expect, test } from 'vitest';
import { meets, TileGrid } from './grid';

const grid = new TileGrid(1000, 601, 256, 3);

test('sizes of levels are rounded up and edge tiles are as large as what is there', () => {
  expect([0, 1, 2].map((level) => grid.size(level))).toEqual([
    [1000, 601],
    [500, 301],
    [250, 151],
  ]);
  expect(grid.box({ level: 0, x: 3, y: 2 })).toEqual([768, 512, 1000, 601]);
  expect(grid.box({ level: 1, x: 1, y: 1 })).toEqual([512, 512, 1000, 602]);
});

test('neighbouring tiles share their edge and cover every level once', () => {
  for (const level of [0, 1, 2]) {
    const tiles = grid.tilesIn(level, [-1e9, -1e9, 1e9, 1e9]);
    const area = tiles.reduce((sum, tile) => {
      const [x0, y0, x1, y1] = grid.box(tile);
      return sum + (x1 - x0) * (y1 - y0);
    }, 0);
    const [width, height] = grid.size(level);
    expect(area).toBe(width * height * 4 ** level);
    for (const a of tiles) for (const b of tiles) if (a !== b) expect(meets(grid.box(a), grid.box(b))).toBe(false);
  }
});

test('tiles of a box are those that it meets, edges not included', () => {
  expect(grid.tilesIn(0, [256, 0, 512, 256])).toEqual([{ level: 0, x: 1, y: 0 }]);
  expect(grid.tilesIn(0, [255.9, 256, 256.1, 300])).toHaveLength(2);
  expect(grid.tilesIn(0, [2000, 0, 3000, 10])).toEqual([]);
});

test('the level is the one whose pixels are nearest to those of the screen, within what there is', () => {
  expect([64, 1, 0.8, 0.6, 0.5, 0.25, 1e-6].map((scale) => grid.levelFor(scale))).toEqual([0, 0, 0, 1, 1, 2, 2]);
  expect([grid.z(0), grid.z(2)]).toEqual([2, 0]);
});
