import { MOST_COUNTED } from '@doorstep/shared/directory';
import { type SQL, sql } from 'drizzle-orm';
import type { directoryGroups } from './directory-schema.ts';
import { othersTurn } from './others-turn.ts';
import type { Store } from './store.ts';

export type DirectoryGroupRow = Pick<typeof directoryGroups.$inferSelect, 'seq' | 'objectId' | 'name' | 'address' | 'kind'> & {
  people: number;
};

// What "inside a group" means, for invitations, counts, synced user groups and admission rules alike: step by step through groups that the
// directory has. One that it does not have (any more) neither counts nor passes on membership (DIR-10). UNION ends cycles (ENT-56). What a caller
// passes in is read inside: no alias here is one of theirs.

/** SQL: ids of the group `objectId` and of all groups nested in it. */
export const groupsInside = (objectId: SQL): SQL => sql`WITH RECURSIVE inside(id) AS (
    SELECT there.object_id FROM directory_groups AS there WHERE there.object_id = ${objectId} AND there.is_present
    UNION SELECT there.object_id FROM inside
      CROSS JOIN directory_group_members AS edge ON edge.group_id = inside.id AND edge.is_group
      CROSS JOIN directory_groups AS there ON there.object_id = edge.member_id AND there.is_present)
  SELECT id FROM inside`;

/** SQL: ids of the groups that the person `objectId` is in, directly or through others; none for whom the directory does not know. */
export const groupsAround = (objectId: SQL): SQL => sql`WITH RECURSIVE around(id) AS (
    SELECT there.object_id FROM directory_users AS known
      CROSS JOIN directory_group_members AS edge ON edge.member_id = known.object_id AND NOT edge.is_group
      CROSS JOIN directory_groups AS there ON there.object_id = edge.group_id AND there.is_present
      WHERE known.object_id = ${objectId}
    UNION SELECT there.object_id FROM around
      CROSS JOIN directory_group_members AS edge ON edge.member_id = around.id AND edge.is_group
      CROSS JOIN directory_groups AS there ON there.object_id = edge.group_id AND there.is_present)
  SELECT id FROM around`;

/** By name, in its order; `q` is the beginning of any word of the name, or of the address. `after` is the last one of the page before. */
export async function findDirectoryGroups(
  store: Store,
  wanted: { q?: string; after?: { name: string | null; seq: number } | undefined; limit: number },
): Promise<DirectoryGroupRow[]> {
  const q = (wanted.q ?? '').trim();
  const begins = `${q.replace(/[\\%_]/g, '\\$&')}%`;
  const matches =
    q === ''
      ? sql``
      : sql`AND (g.name LIKE ${begins} ESCAPE '\\' OR g.name LIKE ${`% ${begins}`} ESCAPE '\\' OR g.address LIKE ${begins} ESCAPE '\\')`;
  const after = wanted.after
    ? sql`AND (lower(coalesce(g.name, '')), g.seq) > (lower(coalesce(${wanted.after.name}, '')), ${wanted.after.seq})`
    : sql``;
  const groups = await store.db.all<Omit<DirectoryGroupRow, 'people'>>(sql`
    SELECT g.seq, g.object_id AS objectId, g.name, g.address, g.kind
    FROM directory_groups AS g WHERE g.is_present ${matches} ${after} ORDER BY lower(coalesce(g.name, '')), g.seq LIMIT ${wanted.limit}`);
  return await withPeople(store, groups);
}

/** Groups counted without a pause: large ones take about a millisecond each. */
const COUNTED_AT_ONCE = 8;

/** Afterwards, of those that are shown: in the statement that sorts them the people of every group would be counted. */
async function withPeople(store: Store, groups: Omit<DirectoryGroupRow, 'people'>[]): Promise<DirectoryGroupRow[]> {
  const rows: DirectoryGroupRow[] = [];
  for (let at = 0; at < groups.length; at += COUNTED_AT_ONCE) {
    if (at > 0) await othersTurn();
    const slice = groups.slice(at, at + COUNTED_AT_ONCE);
    const counted = await store.db.all<{ id: string; people: number }>(sql`
      SELECT a.value AS id, ${countedPeople(sql`a.value`)} AS people FROM json_each(${JSON.stringify(slice.map(({ objectId }) => objectId))}) AS a`);
    const people = new Map(counted.map((one) => [one.id, one.people]));
    rows.push(...slice.map((group) => ({ ...group, people: people.get(group.objectId)! })));
  }
  return rows;
}

export async function findDirectoryGroup(store: Store, objectId: string): Promise<DirectoryGroupRow | null> {
  const [row] = await store.db.all<DirectoryGroupRow>(sql`
    SELECT g.seq, g.object_id AS objectId, g.name, g.address, g.kind, ${countedPeople(sql`g.object_id`)} AS people
    FROM directory_groups AS g WHERE g.object_id = ${objectId} AND g.is_present`);
  return row ?? null;
}

/**
 * SQL: people of a group, each once, counted up to the number that is shown and one more. By the primary key, which is named: else SQLite makes
 * an index of all memberships for each query, which takes a hundred milliseconds at a million.
 */
const countedPeople = (
  groupId: SQL,
): SQL => sql`(SELECT count(*) FROM (SELECT DISTINCT e.member_id FROM (${groupsInside(groupId)}) AS inside
  CROSS JOIN directory_group_members AS e INDEXED BY sqlite_autoindex_directory_group_members_1 ON e.group_id = inside.id AND NOT e.is_group
  LIMIT ${MOST_COUNTED + 1}))`;
