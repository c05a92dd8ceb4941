import type { Millis } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import type { CounterName } from './schema.ts';
import type { Store } from './store.ts';

export type Counted = {
  openAccessRequests: number;
  pendingInvitations: number;
  members: number;
  oldestOpenRequestAt: Millis | null;
  /** Changes exactly when one of the others does. */
  etag: string;
};

/** From memory, else from the counter rows: nothing is ever counted on request (DESIGN.md, database rule 4). */
export const findSummary = (store: Store): Promise<Counted> =>
  store.memory.recall('summary', async () => {
    const rows = await store.db.all<{ name: CounterName | 'oldest'; value: number | null }>(sql`
      SELECT name, value FROM counters
      UNION ALL SELECT 'oldest', min(asked_at) FROM access_requests INDEXED BY requests_open_asked WHERE state = 'open'`);
    const value = (name: CounterName | 'oldest') => rows.find((row) => row.name === name)?.value ?? null;
    const counted = {
      openAccessRequests: value('open_access_requests') ?? 0,
      pendingInvitations: value('pending_invitations') ?? 0,
      members: value('members') ?? 0,
      oldestOpenRequestAt: value('oldest'),
    };
    return { ...counted, etag: `"${Object.values(counted).join('-')}"` };
  });

export const rememberedSummary = (store: Store): Counted | undefined => store.memory.peek('summary');
