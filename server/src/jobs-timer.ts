import { SECOND } from '@doorstep/shared/time';
import type { Log } from './actions/deps.ts';

export type JobsTimer = {
  /** Something waits: run now, or once more after the run that is under way. */
  nudge(): void;
  /** No further run begins; resolves when the one under way has ended. */
  stop(): Promise<void>;
};

/** Runs the due jobs each second and when nudged, never two runs at once. A run that fails is logged, and the next comes all the same. */
export function startJobsTimer(run: (isStopping: () => boolean) => Promise<void>, log: Log, pause = SECOND): JobsTimer {
  let isStopping = false;
  let isNudged = false;
  let underWay: Promise<void> | null = null;
  let timer = setTimeout(begin, pause);

  function begin(): void {
    clearTimeout(timer);
    isNudged = false;
    underWay = run(() => isStopping)
      .catch((error: unknown) => log('error', 'jobs failed', { error }))
      .finally(ended);
  }

  function ended(): void {
    underWay = null;
    if (!isStopping) timer = setTimeout(begin, isNudged ? 0 : pause);
  }

  return {
    nudge() {
      if (isStopping || isNudged) return;
      isNudged = true;
      if (underWay !== null) return;
      clearTimeout(timer);
      timer = setTimeout(begin, 0);
    },
    async stop() {
      isStopping = true;
      clearTimeout(timer);
      await underWay;
    },
  };
}
