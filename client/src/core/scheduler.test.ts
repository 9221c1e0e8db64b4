import { expect, test } from 'vitest';
import { Latest } from './latest';
import { Scheduler } from './scheduler';

const turn = () => new Promise((resolve) => setTimeout(resolve));

function source(jobs: string[], started: string[], release: Map<string, () => void>) {
  return {
    nextJob() {
      const job = jobs.shift();
      if (!job) return null;
      started.push(job);
      return () => new Promise<void>((resolve) => release.set(job, resolve));
    },
  };
}

test('never more than the limit is in flight, and two viewers take turns', async () => {
  const scheduler = new Scheduler(4);
  const started: string[] = [];
  const release = new Map<string, () => void>();
  scheduler.add(source(['a1', 'a2', 'a3', 'a4', 'a5'], started, release));
  scheduler.add(source(['b1', 'b2', 'b3'], started, release));
  scheduler.wake();
  expect(started).toEqual(['a1', 'b1', 'a2', 'b2']);
  expect(scheduler.inFlight).toBe(4);
  release.get('a1')?.();
  await turn();
  expect(started).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
  for (const name of ['b1', 'a2', 'b2', 'a3']) release.get(name)?.();
  await turn();
  for (const name of ['b3', 'a4', 'a5']) release.get(name)?.();
  await turn();
  expect(started).toHaveLength(8);
  expect(scheduler.inFlight).toBe(0);
});

test('while a question is under way only the newest of the later ones is asked', async () => {
  const asked: number[] = [];
  const answers: number[] = [];
  const release: (() => void)[] = [];
  const latest = new Latest<number, number>(
    (question) => {
      asked.push(question);
      return new Promise((resolve) => release.push(() => resolve(question * 10)));
    },
    (answer) => answers.push(answer),
  );
  for (const question of [1, 2, 3, 4]) latest.request(question);
  expect(asked).toEqual([1]);
  release[0]?.();
  await turn();
  expect(asked).toEqual([1, 4]);
  release[1]?.();
  await turn();
  expect(answers).toEqual([10, 40]);
  expect(latest.isBusy).toBe(false);
});

test('a cancelled question gives no answer, the next one does', async () => {
  const answers: number[] = [];
  const latest = new Latest<number, number>(
    async (question) => question,
    (answer) => answers.push(answer),
  );
  latest.request(1);
  latest.cancel();
  latest.request(2);
  await turn();
  expect(answers).toEqual([2]);
});
