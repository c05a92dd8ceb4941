import type { Millis } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import type { Ends } from '../domain/expiry.ts';
import { endsNamed } from './expiry.ts';
import type { CounterName } from './schema.ts';
import type { Store } from './store.ts';

export type Counted = {
  openAccessRequests: number;
  pendingInvitations: number;
  members: number;
  invitationRequired: number;
  oldestOpenRequestAt: Millis | null;
  decisionTime: Millis | null;
  /** What of it needs somebody is for the reader to see, who knows the time: nothing is remembered that the clock changes. */
  ends: Ends;
  /** It is connected, was synced, or people are provisioned. */
  hasDirectory: boolean;
  lastSyncAt: Millis | null;
  /** Changes exactly when one of the others does, but for `ends`. */
  etag: string;
};

type End = 'environment_secret' | 'secret' | 'certificate' | 'provisioning_token';
type Named = CounterName | 'oldest' | 'decision_time' | 'last_sync' | 'has_directory' | End;

/** From memory, else from the counter rows: nothing is ever counted on request (DESIGN.md, database rule 4). */
export const findSummary = (store: Store): Promise<Counted> =>
  store.memory.recall('summary', async () => {
    const rows = await store.db.all<{ name: Named; value: number | null }>(sql`
      SELECT name, value FROM counters
      UNION ALL SELECT 'oldest', min(asked_at) FROM access_requests INDEXED BY requests_open_asked WHERE state = 'open'
      UNION ALL SELECT 'decision_time', decision_time FROM workspace
      UNION ALL SELECT 'last_sync', last_sync_at FROM directory
      UNION ALL SELECT 'has_directory', connected_at IS NOT NULL OR last_sync_at IS NOT NULL
        OR EXISTS (SELECT 1 FROM directory_users WHERE scim_state IN ('active', 'inactive')) FROM directory
      UNION ALL ${endsNamed}`);
    const value = (name: Named) => rows.find((row) => row.name === name)?.value ?? null;
    const counted = {
      openAccessRequests: value('open_access_requests') ?? 0,
      pendingInvitations: value('pending_invitations') ?? 0,
      members: value('members') ?? 0,
      invitationRequired: value('invitation_required') ?? 0,
      oldestOpenRequestAt: value('oldest'),
      decisionTime: value('decision_time'),
      ends: {
        environmentSecret: value('environment_secret'),
        secret: value('secret'),
        certificate: value('certificate'),
        provisioningToken: value('provisioning_token'),
      },
      hasDirectory: value('has_directory') === 1,
      lastSyncAt: value('last_sync'),
    };
    const { ends: _, ...rest } = counted;
    return { ...counted, etag: `"${Object.values(rest).join('-')}"` };
  });

export const rememberedSummary = (store: Store): Counted | undefined => store.memory.peek('summary');
