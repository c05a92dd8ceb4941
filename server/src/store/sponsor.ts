import { sql } from 'drizzle-orm';
import type { MemberRow } from './member.ts';
import type { Store } from './store.ts';

/** Names of whoever answers for these guests, by member id; null after an erasure. */
export async function findSponsorNames(
  store: Store,
  rows: readonly Pick<MemberRow, 'sponsorId'>[],
): Promise<Map<string, string | null>> {
  const ids = [...new Set(rows.map(({ sponsorId }) => sponsorId).filter((id) => id !== null))];
  if (ids.length === 0) return new Map();
  const found = await store.db.all<{ id: string; name: string | null }>(sql`
    SELECT id, name FROM members WHERE id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`);
  return new Map(found.map(({ id, name }) => [id, name]));
}
