import { type SQL, sql } from 'drizzle-orm';
import type { Store } from './store.ts';

/** `isProvisioned`: people are here whom SCIM wrote. */
export type DirectoryOverview = { users: number; groups: number; isProvisioned: boolean };

/** From the counters: costs the same whatever the size of the directory. */
export async function findDirectoryOverview(store: Store): Promise<DirectoryOverview> {
  const [row] = await store.db.all<{ users: number; groups: number; isProvisioned: number }>(sql`
    SELECT coalesce(${counter('directory_users')}, 0) AS users, coalesce(${counter('directory_groups')}, 0) AS groups,
      EXISTS (SELECT 1 FROM directory_users WHERE scim_state IN ('active', 'inactive')) AS isProvisioned`);
  return { users: row!.users, groups: row!.groups, isProvisioned: row!.isProvisioned === 1 };
}

const counter = (name: 'directory_users' | 'directory_groups'): SQL => sql`(SELECT value FROM counters WHERE name = ${name})`;
