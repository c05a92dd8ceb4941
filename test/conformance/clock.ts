import type { Millis } from '@doorstep/shared/time';

export type Clock = { now: () => Millis; advance: (by: Millis) => void; set: (to: Millis) => void };

/** The one clock of server and demo tenant: stands still until it is moved, so that a test can hit the exact millisecond. */
export function standingClock(start: Millis = Date.now()): Clock {
  let now = start;
  return {
    now: () => now,
    advance: (by) => {
      now += by;
    },
    set: (to) => {
      now = to;
    },
  };
}
