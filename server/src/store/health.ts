import type { SyncProblem } from '@doorstep/shared/directory';
import { desc, inArray, sql } from 'drizzle-orm';
import { directoryRuns } from './directory-schema.ts';
import { queueStops } from './schema.ts';
import type { Store } from './store.ts';

/** Whether the database answers with a workspace in it. */
export async function answers(store: Store): Promise<boolean> {
  try {
    return (await store.db.all(sql`SELECT 1 FROM workspace`)).length > 0;
  } catch {
    return false;
  }
}

/** Why mails are held back as a whole, in a sentence; null while they leave. */
export async function whyMailWaits(store: Store): Promise<string | null> {
  const [stop] = await store.db.select({ because: queueStops.because }).from(queueStops).limit(1);
  return stop?.because ?? null;
}

/** Why the last round of the directory sync that has ended failed or was stopped; null after a good one, or before the first. */
export async function whySyncFails(store: Store): Promise<SyncProblem | null> {
  const hasEnded = inArray(directoryRuns.state, ['done', 'failed', 'stopped']);
  const [run] = await store.db
    .select({ problem: directoryRuns.problem })
    .from(directoryRuns)
    .where(hasEnded)
    .orderBy(desc(directoryRuns.mark))
    .limit(1);
  return run?.problem ?? null;
}
