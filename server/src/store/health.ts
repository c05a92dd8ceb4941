import { sql } from 'drizzle-orm';
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
