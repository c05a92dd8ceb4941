import { DAY, type Millis } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { changedRows, type Store } from './store.ts';

const LOOKED_BACK = 30 * DAY;
/** Decisions that count, and the newest requests among which they are looked for: ids rise with the time. */
const MOST_DECISIONS = 1000;
const MOST_REQUESTS = 2000;
/** So many decisions make a number that is worth telling to who waits. */
const ENOUGH = 5;

/** SQL: decisions of the last 30 days among the newest requests. Bounded, however many people knock. */
const decisions = (now: Millis) => sql`
  SELECT decided_at - asked_at AS took FROM (
    SELECT state, asked_at, decided_at FROM access_requests ORDER BY id DESC LIMIT ${MOST_REQUESTS})
  WHERE state IN ('approved', 'denied') AND decided_at > ${now - LOOKED_BACK} LIMIT ${MOST_DECISIONS}`;

/**
 * Writes the middle one of the times from knock to decision to the workspace, so that no request has to count (DESIGN.md, section 4b). True
 * when it is another than before: only then anything is written.
 */
export async function measureDecisionTime(store: Store, now: Millis): Promise<boolean> {
  const [found] = await store.db.all<{ known: Millis | null; middle: Millis | null }>(sql`
    SELECT decision_time AS known, (SELECT took FROM (${decisions(now)}) ORDER BY took
      LIMIT 1 OFFSET (SELECT max(count(*) - 1, 0) / 2 FROM (${decisions(now)}))) AS middle FROM workspace`);
  if (!found || found.known === found.middle) return false;
  const [changed] = await store.write([store.db.run(sql`UPDATE workspace SET decision_time = ${found.middle}`)]);
  return changedRows(changed) > 0;
}

/** How long it usually takes; null while too few were decided lately. */
export async function findUsualTime(store: Store, now: Millis): Promise<Millis | null> {
  const [found] = await store.db.all<{ middle: Millis | null; decided: number }>(sql`
    SELECT decision_time AS middle, (SELECT count(*) FROM (${decisions(now)})) AS decided FROM workspace`);
  return found && found.decided >= ENOUGH ? found.middle : null;
}
