import { type SQL, sql } from 'drizzle-orm';
import { groupsInside } from './directory-group.ts';
import { othersTurn } from './others-turn.ts';
import type { Store } from './store.ts';
import { findSummary } from './summary.ts';

/** Memberships, or members, read at once: about ten milliseconds. */
const SLICE = 1000;

/**
 * Ids of the active members inside a directory group, nested groups included, newest first. Nobody in a group that the directory does not have,
 * and nobody whom it does not know as enabled (DIR-10). Costs a look at each person of the group or at each member, whichever are fewer, in
 * slices between which others have their turn.
 */
export async function membersInside(store: Store, objectId: string): Promise<string[]> {
  const groups = (await store.db.all<{ id: string }>(groupsInside(sql`${objectId}`))).map(({ id }) => id);
  const { members } = await findSummary(store);
  const found = (await throughGroups(store, groups, Math.max(members, SLICE))) ?? (await throughMembers(store, groups));
  return [...found].sort().reverse();
}

/** SQL: member `m` and directory user `u` are one person who is in, here and there. */
const isIn: SQL = sql`u.status = 'enabled' AND m.object_id = u.object_id AND m.tenant_id = (SELECT tenant_id FROM directory)
  AND m.state = 'active' AND m.ended_at IS NULL`;

/** Group by group; null when these are more than `most` memberships. */
async function throughGroups(store: Store, groups: string[], most: number): Promise<Set<string> | null> {
  const found = new Set<string>();
  let left = most;
  for (const groupId of groups) {
    for (let after: string | null = ''; after !== null; ) {
      const slice = await readSlice(
        store,
        sql`SELECT e.member_id AS id, e.is_group FROM directory_group_members AS e WHERE e.group_id = ${groupId} AND e.member_id > ${after}
          ORDER BY e.member_id LIMIT ${SLICE}`,
        sql`CROSS JOIN directory_users AS u ON u.object_id = slice.id AND u.is_member CROSS JOIN members AS m ON ${isIn} WHERE NOT slice.is_group`,
      );
      for (const id of slice.ids) found.add(id);
      left -= slice.size;
      if (left < 0) return null;
      after = await next(slice);
    }
  }
  return found;
}

async function throughMembers(store: Store, groups: string[]): Promise<Set<string>> {
  const found = new Set<string>();
  const named = JSON.stringify(groups);
  for (let after: string | null = ''; after !== null; ) {
    const slice = await readSlice(
      store,
      sql`SELECT id FROM members WHERE id > ${after} ORDER BY id LIMIT ${SLICE}`,
      sql`CROSS JOIN members AS m ON m.id = slice.id CROSS JOIN directory_users AS u ON u.object_id = m.object_id
        WHERE ${isIn} AND EXISTS (SELECT 1 FROM directory_group_members AS e WHERE e.member_id = u.object_id AND NOT e.is_group
          AND e.group_id IN (SELECT value FROM json_each(${named})))`,
    );
    for (const id of slice.ids) found.add(id);
    after = await next(slice);
  }
  return found;
}

type Slice = { size: number; last: string | null; ids: string[] };

/** `from` gives the rows of the slice by `id`, `joined` leads from them to members `m`. */
async function readSlice(store: Store, from: SQL, joined: SQL): Promise<Slice> {
  const [row] = await store.db.all<{ size: number; last: string | null; ids: string }>(sql`
    WITH slice AS MATERIALIZED (${from})
    SELECT count(*) AS size, max(id) AS last, (SELECT json_group_array(m.id) FROM slice ${joined}) AS ids FROM slice`);
  return { size: row!.size, last: row!.last, ids: JSON.parse(row!.ids) as string[] };
}

/** Where the next slice begins, after others have had their turn; null when there is none. */
async function next({ size, last }: Slice): Promise<string | null> {
  if (size < SLICE) return null;
  await othersTurn();
  return last;
}
