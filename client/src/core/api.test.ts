import { afterEach, expect, test, vi } from 'vitest';
import { Api, ApiError, queryText } from './api';
import { Connection } from './connection';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

test('an image id travels as one encoded segment', async () => {
  const fetched = vi.fn(async (_url: string) => json({}));
  vi.stubGlobal('fetch', fetched);
  const api = new Api('https://host/prefix/api/v1/', new Connection());
  await api.values('a b/c%.fits[SCI,2]', [[1.5, 2]], [1, 3]);
  expect(fetched.mock.calls[0]?.[0]).toBe(
    'https://host/prefix/api/v1/images/a%20b%2Fc%25.fits%5BSCI%2C2%5D/values?at=1.5,2&channel=1&channel=3',
  );
});

test("a refusal becomes a typed error with the server's own words, at once", async () => {
  const fetched = vi.fn(async () =>
    json({ error: { code: 'bad_parameter', message: 'cuts?', parameter: 'cuts' } }, 422),
  );
  vi.stubGlobal('fetch', fetched);
  const api = new Api('/', new Connection());
  const error = await api.info('x').catch((e: unknown) => e);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({
    status: 422,
    code: 'bad_parameter',
    message: 'cuts?',
    parameter: 'cuts',
    isTransient: false,
  });
  expect(fetched).toHaveBeenCalledTimes(1);
});

test('glitches are repeated with growing pauses and the connection hears of them', async () => {
  vi.useFakeTimers();
  let calls = 0;
  vi.stubGlobal('fetch', async () => {
    calls++;
    if (calls === 1) throw new TypeError('network');
    return calls === 2 ? new Response('', { status: 503 }) : json({ name: 'x' });
  });
  const connection = new Connection();
  const online: boolean[] = [];
  connection.onChange((state) => online.push(state.online));
  const answer = new Api('/', connection).info('x');
  await vi.advanceTimersByTimeAsync(2000);
  expect(await answer).toEqual({ name: 'x' });
  expect(calls).toBe(3);
  expect(online).toEqual([true, false, true]);
});

test('while the line is down it is probed until it answers', async () => {
  vi.useFakeTimers();
  const connection = new Connection();
  let probes = 0;
  connection.probeWith(async () => {
    probes++;
    if (probes < 3) connection.failed();
    else connection.succeeded();
  });
  connection.failed();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(probes).toBe(3);
  expect(connection.state).toEqual({ online: true, failures: 0 });
});

test('empty parameters are left out of a query', () => {
  expect(queryText({ a: undefined, b: null, c: '', d: 0, e: ['x y', 'z'] })).toBe('d=0&e=x%20y&e=z');
});
