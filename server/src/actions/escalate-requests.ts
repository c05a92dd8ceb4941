import { HOUR, type Millis } from '@doorstep/shared/time';
import { escalate, findLate, type Late, MOST_ESCALATED } from '../store/escalation.ts';
import { othersTurn } from '../store/others-turn.ts';
import type { Deps } from './deps.ts';

/** "Nobody answered in N hours": the administrators are told once of each request. Run under the minute's lease. */
export async function escalateRequests({ store, settings, nudge }: Deps, now: Millis): Promise<void> {
  if (settings.escalateAfterHours === null) return;
  const askedBy = now - settings.escalateAfterHours * HOUR;
  for (let after: Late | null = null; ; ) {
    const late: Late[] = await findLate(store, askedBy, now, after);
    const untold = late.filter(({ isEscalated }) => !isEscalated).map(({ id }) => id);
    if (untold.length > 0 && (await escalate(store, untold, now)) > 0) nudge();
    if (late.length < MOST_ESCALATED) return;
    after = late.at(-1)!;
    await othersTurn();
  }
}
