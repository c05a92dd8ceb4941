import type { Millis } from '@doorstep/shared/time';
import { othersTurn } from './others-turn.ts';

/** The last row that a slice has seen, in the order of time and id. */
export type Seen = { at: Millis; id: string };

/** Rows of one slice: the event loop is not held longer. */
export const SLICE = 200;

/** Goes through what a query finds, slice by slice; `work` answers the last row of its slice, null when nothing is left. */
export async function bySlices(begin: Millis, work: (after: Seen) => Promise<Seen | null>): Promise<void> {
  let seen: Seen | null = { at: begin, id: '~' };
  for (;;) {
    seen = await work(seen);
    if (seen === null) return;
    await othersTurn();
  }
}
