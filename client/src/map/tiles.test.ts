import { beforeEach, expect, test } from 'vitest';
import { Scheduler } from '../core/scheduler';
import { TileGrid } from './grid';
import { newest, TileSet, tilesFor } from './tiles';

interface Asked {
  key: string;
  look: number;
  signal: AbortSignal;
  answer: () => Promise<void>;
  refuse: (error: unknown) => Promise<void>;
}

const grid = new TileGrid(512, 256, 256, 1);
const [left, right] = [
  { level: 0, x: 0, y: 0 },
  { level: 0, x: 1, y: 0 },
];
const turn = () => new Promise((resolve) => setTimeout(resolve));

let asked: Asked[];
let closed: string[];
let now: number;
let tiles: TileSet;
let scheduler: Scheduler;
let failures: unknown[];

function bitmap(name: string): ImageBitmap {
  return { width: 256, height: 256, name, close: () => closed.push(name) } as unknown as ImageBitmap;
}

beforeEach(() => {
  asked = [];
  closed = [];
  failures = [];
  now = 0;
  scheduler = new Scheduler(4);
  tiles = new TileSet({
    load: (tile, look, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
        const key = `${tile.x}`;
        asked.push({
          key,
          look,
          signal,
          answer: () => {
            resolve(bitmap(`${key}@${look}`));
            return turn() as Promise<void>;
          },
          refuse: (error) => {
            reject(error);
            return turn() as Promise<void>;
          },
        });
      }),
    changed: () => undefined,
    failed: (error) => failures.push(error),
    wake: () => scheduler.wake(),
    now: () => now,
  });
  scheduler.add(tiles);
});

const shown = () => tiles.visible.map((tile) => (tile.shown?.bitmap as { name?: string } | undefined)?.name ?? null);

async function fill(): Promise<void> {
  tiles.want([left, right]);
  scheduler.wake();
  for (const request of asked) await request.answer();
  asked = [];
}

test('a newer answer is never overwritten by an older one that comes late', async () => {
  await fill();
  tiles.advance();
  scheduler.wake();
  const old = asked.slice();
  tiles.advance();
  for (const tile of tiles.visible) tile.flight = null;
  scheduler.wake();
  const fresh = asked.slice(old.length);
  expect(fresh.map(({ look }) => look)).toEqual([2, 2]);
  for (const request of fresh) await request.answer();
  for (const request of old) await request.answer();
  tiles.commit();
  expect(shown()).toEqual(['0@2', '1@2']);
});

test('a visible tile in flight is not aborted by a new look, and only the newest look is asked afterwards', async () => {
  await fill();
  tiles.advance();
  scheduler.wake();
  tiles.advance();
  tiles.advance();
  expect(asked.every(({ signal }) => !signal.aborted)).toBe(true);
  await asked[0]?.answer();
  await asked[1]?.answer();
  expect(asked.map(({ look }) => look)).toEqual([1, 1, 3, 3]);
});

test('tiles keep their picture until all have the new look, then all change at once', async () => {
  await fill();
  tiles.advance();
  scheduler.wake();
  await asked[0]?.answer();
  expect(shown()).toEqual(['0@0', '1@0']);
  expect(tiles.complete).toBe(false);
  await asked[1]?.answer();
  expect(tiles.complete).toBe(true);
  tiles.commit();
  expect(shown()).toEqual(['0@1', '1@1']);
  expect(closed).toEqual(['0@0', '1@0']);
});

test('only tiles that leave the view are cancelled', async () => {
  tiles.want([left, right]);
  scheduler.wake();
  tiles.want([right]);
  expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  await turn();
  expect(scheduler.inFlight).toBe(1);
});

test('while a slider moves nothing is fetched for tiles that have a picture', async () => {
  await fill();
  tiles.hold = true;
  tiles.advance();
  scheduler.wake();
  expect(asked).toEqual([]);
  tiles.hold = false;
  scheduler.wake();
  expect(asked).toHaveLength(2);
});

test('a glitch is tried again after a pause, a refusal is not and is told once', async () => {
  tiles.want([left, right]);
  scheduler.wake();
  await asked[0]?.refuse(Object.assign(new Error('gone'), { isTransient: true }));
  await asked[1]?.refuse(Object.assign(new Error('bad'), { isTransient: false }));
  scheduler.wake();
  expect(asked).toHaveLength(2);
  now = 500;
  scheduler.wake();
  expect(asked.slice(2).map(({ key }) => key)).toEqual(['0']);
  expect(failures).toHaveLength(1);
  tiles.advance();
  scheduler.wake();
  expect(asked.slice(3).map(({ key }) => key)).toEqual(['1']);
});

test('nearest to the middle first, and the ring around only when the view is complete', async () => {
  const wide = new TileGrid(5 * 256, 256, 256, 1);
  const [visible, ring] = tilesFor(wide, 0, [256, 0, 4 * 256, 256]);
  expect(visible.map(({ x }) => x)).toEqual([2, 1, 3]);
  expect(ring.map(({ x }) => x).sort()).toEqual([0, 4]);
  tiles.want(visible, ring);
  scheduler.wake();
  expect(asked.map(({ key }) => key)).toEqual(['2', '1', '3']);
  for (const request of asked.slice()) await request.answer();
  expect(
    asked
      .map(({ key }) => key)
      .slice(3)
      .sort(),
  ).toEqual(['0', '4']);
  expect(tiles.visible.map(newest)).toEqual([0, 0, 0]);
  expect(grid.levels).toBe(1);
});
