import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Api } from './api';
import { Connection } from './connection';

const api = new Api('https://images/api/v1/', new Connection());
const URL_ = 'https://cds/x?M 51';
const PROXY = 'https://images/api/v1/outside?url=https://cds/x%3FM%2051';

let askOutside: typeof import('./outside').askOutside;

beforeEach(async () => {
  vi.resetModules();
  ({ askOutside } = await import('./outside'));
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** Each address with what it answers; none: it cannot be reached; a promise: it answers when that does. */
function world(answers: Record<string, Response | Promise<Response>>) {
  const fetched = vi.fn(async (url: string) => {
    const answer = await answers[url];
    if (!answer) throw new TypeError('Failed to fetch');
    return answer.clone();
  });
  vi.stubGlobal('fetch', fetched);
  return () => fetched.mock.calls.map(([url]) => url);
}

test('a service that answers is asked directly and alone', async () => {
  const asked = world({ [URL_]: new Response('direct'), [PROXY]: new Response('proxied') });
  expect(await askOutside(api, URL_)).toBe('direct');
  expect(asked()).toEqual([URL_]);
});

test('one that cannot be reached is asked through the server, from then on at once', async () => {
  const asked = world({ [PROXY]: new Response('proxied') });
  expect(await askOutside(api, URL_)).toBe('proxied');
  expect(await askOutside(api, URL_)).toBe('proxied');
  expect(asked()).toEqual([URL_, PROXY, PROXY]);
});

test('what the service itself refuses is not asked again', async () => {
  const asked = world({ [URL_]: new Response('', { status: 500 }), [PROXY]: new Response('proxied') });
  await expect(askOutside(api, URL_)).rejects.toMatchObject({ problem: 'status', status: 500 });
  expect(asked()).toEqual([URL_]);
});

test('a firewall that swallows the question delays the answer, no more', async () => {
  vi.useFakeTimers();
  world({ [URL_]: new Promise(() => {}), [PROXY]: new Response('proxied') });
  const answer = askOutside(api, URL_);
  await vi.advanceTimersByTimeAsync(7000);
  expect(await answer).toBe('proxied');
});

test('a slow service still answers directly where the server may not ask it', async () => {
  vi.useFakeTimers();
  const slow = new Promise<Response>((resolve) => setTimeout(resolve, 9000, new Response('direct')));
  world({ [URL_]: slow, [PROXY]: new Response('', { status: 403 }) });
  const answer = askOutside(api, URL_);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await answer).toBe('direct');
});

test('being offline, a refusal of the server, silence and an end are told apart', async () => {
  world({});
  await expect(askOutside(api, URL_)).rejects.toMatchObject({ problem: 'offline' });
  const refusal = { error: { code: 'outside_error', message: 'cds cannot be reached from the server' } };
  world({ [PROXY]: new Response(JSON.stringify(refusal), { status: 502 }) });
  await expect(askOutside(api, URL_)).rejects.toThrow('cds cannot be reached from the server');
  const hang = (_: string, { signal }: RequestInit) =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new DOMException('Aborted', 'AbortError')));
    });
  vi.stubGlobal('fetch', hang);
  await expect(askOutside(api, URL_, { patience: 1 })).rejects.toMatchObject({ problem: 'slow' });
  const controller = new AbortController();
  const answer = askOutside(api, URL_, { signal: controller.signal });
  controller.abort();
  await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
});
