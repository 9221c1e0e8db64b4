import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Api, ImageInfo } from '../core/api';
import { Freshness } from './freshness';

class Stream extends EventTarget {
  closed = false;
  close(): void {
    this.closed = true;
  }
  say(type: string, data: object): void {
    this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data) }));
  }
}

let streams: Stream[];
let version: string;
let notice: string;
let freshness: Freshness;
const events = { told: vi.fn(), notice: vi.fn(), finished: vi.fn(), changed: vi.fn() };

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  streams = [];
  version = 'one';
  notice = '';
  const api = {
    events: () => {
      const stream = new Stream();
      streams.push(stream);
      return stream;
    },
    info: async () => ({ version, notice }),
  } as unknown as Api;
  freshness = new Freshness(api, { id: 'a', version } as ImageInfo, events);
});

afterEach(() => {
  freshness.stop();
  vi.useRealTimers();
});

test('the stream is opened when an approximate picture comes, once, and closed when the overviews are there', () => {
  expect(streams).toHaveLength(0);
  freshness.watch();
  freshness.watch();
  expect(streams).toHaveLength(1);
  const half = { progress: 0.5, preview: true, notice: '' };
  streams[0]?.say('progress', half);
  expect(events.told).toHaveBeenLastCalledWith(half);
  expect(events.finished).not.toHaveBeenCalled();
  streams[0]?.say('progress', { progress: 1, preview: false });
  expect(events.finished).toHaveBeenCalledTimes(1);
  expect(streams[0]?.closed).toBe(true);
});

test('a server that never calls its pictures final is asked less and less often', () => {
  let rounds = 0;
  for (let second = 0; second < 60; second++) {
    freshness.watch();
    const stream = streams[rounds];
    if (stream) {
      rounds++;
      stream.say('progress', { progress: 1, preview: false });
    }
    vi.advanceTimersByTime(1000);
  }
  expect(rounds).toBeGreaterThan(2);
  expect(rounds).toBeLessThan(8);
});

test('another version of the file is noticed when the page is looked at again', async () => {
  document.dispatchEvent(new Event('visibilitychange'));
  await vi.advanceTimersByTimeAsync(0);
  expect(events.changed).not.toHaveBeenCalled();
  version = 'two';
  document.dispatchEvent(new Event('visibilitychange'));
  await vi.advanceTimersByTimeAsync(0);
  expect(events.changed).toHaveBeenCalledTimes(1);
});

test('what is wrong with the overviews is heard of soon after opening, without any stream', async () => {
  notice = 'The disk of the cache is full.';
  await vi.advanceTimersByTimeAsync(5000);
  expect(streams).toHaveLength(0);
  expect(events.told).toHaveBeenLastCalledWith({ version, notice });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(events.notice.mock.calls).toEqual([[notice]]);
});
