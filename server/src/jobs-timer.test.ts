import { expect, it } from 'vitest';
import { startJobsTimer } from './jobs-timer.ts';

const LONG = 60_000;

it('runs by itself, again and again', async () => {
  const runs = watched();
  const timer = startJobsTimer(runs.run, () => undefined, 5);
  await runs.reached(3);
  await timer.stop();
});

it('runs at once when nudged, and once more when nudged during a run', async () => {
  const runs = watched();
  const timer = startJobsTimer(
    async () => {
      if (runs.count() === 0) for (let times = 0; times < 5; times += 1) timer.nudge();
      await runs.run();
    },
    () => undefined,
    LONG,
  );
  timer.nudge();
  await runs.reached(2);
  await timer.stop();
  expect(runs.count()).toBe(2);
  expect(runs.mostAtOnce()).toBe(1);
});

it('logs a run that fails and goes on', async () => {
  const runs = watched();
  const logged: string[] = [];
  const timer = startJobsTimer(
    async () => {
      await runs.run();
      if (runs.count() === 1) throw new Error('first');
    },
    (_level, event) => logged.push(event),
    5,
  );
  await runs.reached(2);
  await timer.stop();
  expect(logged).toEqual(['jobs failed']);
});

it('OUT-14: stop waits for the run under way, tells it, and begins no other', async () => {
  let tellStarted = () => {};
  const started = new Promise<void>((resolve) => {
    tellStarted = resolve;
  });
  let ended = 0;
  const timer = startJobsTimer(
    async (isStopping) => {
      tellStarted();
      while (!isStopping()) await new Promise((resolve) => setImmediate(resolve));
      ended += 1;
    },
    () => undefined,
    1,
  );
  await started;
  await timer.stop();
  timer.nudge();
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(ended).toBe(1);
});

/** A run that counts, and notices when two go on at once. */
function watched() {
  let count = 0;
  let atOnce = 0;
  let mostAtOnce = 0;
  let tell = () => {};
  return {
    count: () => count,
    mostAtOnce: () => mostAtOnce,
    async run() {
      atOnce += 1;
      mostAtOnce = Math.max(mostAtOnce, atOnce);
      await new Promise((resolve) => setImmediate(resolve));
      atOnce -= 1;
      count += 1;
      tell();
    },
    reached: (wanted: number) =>
      new Promise<void>((resolve) => {
        tell = () => count >= wanted && resolve();
        tell();
      }),
  };
}
