import { HOUR, type Millis } from '@doorstep/shared/time';
import { escalate, findLastTold, findLate, type Late, MOST_ESCALATED } from '../store/escalation.ts';
import { othersTurn } from '../store/others-turn.ts';
import type { Deps } from './deps.ts';

/** "Nobody answered in N hours": the administrators are told once of each request. Run under the minute's lease. */
export async function escalateRequests({ store, settings, nudge }: Deps, now: Millis): Promise<void> {
  if (settings.escalateAfterHours === null) return;
  const askedBy = now - settings.escalateAfterHours * HOUR;
  for (let after = await findLastTold(store, askedBy); ; ) {
    const late: Late[] = await findLate(store, askedBy, now, after);
    const ids = late.map(({ id }) => id);
    if (ids.length > 0 && (await escalate(store, ids, now)) > 0) nudge();
    if (late.length < MOST_ESCALATED) return;
    after = late.at(-1)!;
    await othersTurn();
  }
}
