import { sql } from 'drizzle-orm';
import type { Store } from './store.ts';

/** What whoever set the workspace up has done since; each is told by what is there. */
export type FirstSteps = { hasInvited: boolean; hasConnectedBrowser: boolean; hasDirectory: boolean };

/** null for everybody but the one who set the workspace up. */
export async function findFirstSteps(store: Store, memberId: string): Promise<FirstSteps | null> {
  const [row] = await store.db.all<{ isFirst: number; invited: number; connected: number; directory: number }>(sql`
    SELECT EXISTS (SELECT 1 FROM audit_events WHERE about = ${memberId} AND what = 'workspace.set-up') AS isFirst,
      EXISTS (SELECT 1 FROM invitations) AS invited, EXISTS (SELECT 1 FROM connected_browsers) AS connected,
      EXISTS (SELECT 1 FROM directory_users) AS directory`);
  if (!row?.isFirst) return null;
  return { hasInvited: row.invited === 1, hasConnectedBrowser: row.connected === 1, hasDirectory: row.directory === 1 };
}
