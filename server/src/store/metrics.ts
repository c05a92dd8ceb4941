import { sql } from 'drizzle-orm';
import type { Store } from './store.ts';

/** The newest mails among which the failed are counted: the outbox keeps all that ever left. */
export const MOST_MAILS = 10_000;

export type OutboxCounts = { queued: number; failed: number };

/** Mails that wait, by their index, and those of the newest ones that failed, bounced or may be lost. */
export async function countMails(store: Store): Promise<OutboxCounts> {
  const [counts] = await store.db.all<OutboxCounts>(sql`
    SELECT (SELECT count(*) FROM outbox_messages WHERE state = 'queued') AS queued,
      (SELECT count(*) FROM (SELECT state FROM outbox_messages ORDER BY rowid DESC LIMIT ${MOST_MAILS})
        WHERE state IN ('failed', 'bounced', 'uncertain')) AS failed`);
  return counts ?? { queued: 0, failed: 0 };
}
