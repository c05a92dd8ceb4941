import type { GroupKind } from '@doorstep/shared/directory';
import { type SQL, sql } from 'drizzle-orm';
import { ours, oursFollowed, type Turn, whileOurs, writePiece } from './directory-sync.ts';
import { type Addressed, addressesDiffer, dropAddresses, replaceAddresses } from './directory-sync-addresses.ts';
import { nextEnd } from './directory-sync-users.ts';
import type { Statement, Store } from './store.ts';

export type MemberChange = { id: string; isGroup: boolean; isRemoved: boolean };

/** What Graph said of one group; of its members only those who came or went (ENT-72). */
export type GroupChange = Addressed & {
  id: string;
  state: 'present' | 'removed';
  /** It was removed, even if it has come back since: what it had before is gone. */
  wasRemoved: boolean;
  name?: string | null | undefined;
  address?: string | null | undefined;
  kind?: GroupKind | undefined;
  members: MemberChange[];
};
/** One line of a group's members. */
export type EdgeChange = MemberChange & { groupId: string };

/** Statements for some groups, each once, without their members. Repeating it changes nothing. */
export function writeGroups(store: Store, turn: Turn, changes: readonly GroupChange[], fullMark: number): Statement[] {
  const list = JSON.stringify(changes.map(({ members, ...group }) => group));
  const given = ours(list, turn);
  return [
    upsert(store, given, fullMark, turn),
    store.db.run(sql`
      INSERT INTO directory_changes (object_id) SELECT g.object_id
      FROM ${oursFollowed(list, turn)} AS a CROSS JOIN directory_groups AS g ON g.object_id = a.value->>'id'
      WHERE g.changed_at = ${turn.now} OR ${addressesDiffer} ON CONFLICT DO NOTHING`),
    ...replaceAddresses(store, given, 'group'),
    dropAddresses(store, sql`SELECT a.value->>'id' FROM ${given} AS a WHERE a.value->>'state' = 'removed'`),
  ];
}

/** SQL: a property of `a` if it was said, else what stands in `g`. Both are names of ours. */
const said = (name: string): SQL =>
  sql.raw(`CASE WHEN json_type(a.value, '$.${name}') IS NULL THEN g.${name} ELSE a.value->>'${name}' END`);

/** A group that is gone before it was ever seen leaves no trace. */
const upsert = (store: Store, given: SQL, fullMark: number, { now }: Turn): Statement =>
  store.db.run(sql`
    INSERT INTO directory_groups (object_id, name, address, kind, graph_state, graph_mark, changed_at)
    SELECT a.value->>'id', ${said('name')}, ${said('address')}, ${said('kind')}, a.value->>'state', ${fullMark}, ${now}
    FROM ${given} AS a LEFT JOIN directory_groups AS g ON g.object_id = a.value->>'id'
    WHERE g.seq IS NOT NULL OR a.value->>'state' = 'present'
    ON CONFLICT (object_id) DO UPDATE SET name = excluded.name, address = excluded.address, kind = excluded.kind,
      graph_state = excluded.graph_state, graph_mark = excluded.graph_mark,
      changed_at = CASE WHEN (excluded.name, excluded.address, excluded.kind, excluded.graph_state) IS
          (directory_groups.name, directory_groups.address, directory_groups.kind, directory_groups.graph_state)
        THEN directory_groups.changed_at ELSE excluded.changed_at END`);

/** SQL: the stored line of the change `a`, as `e`. */
const storedEdge = sql`directory_group_members AS e ON e.group_id = a.value->>'groupId' AND e.member_id = a.value->>'id'`;

/** Statements for some lines of members, each once. SCIM's word is left alone. */
export function writeEdges(store: Store, turn: Turn, changes: readonly EdgeChange[], fullMark: number): Statement[] {
  const list = JSON.stringify(changes);
  const given = ours(list, turn);
  return [
    store.db.run(sql`
      INSERT INTO directory_changes (object_id) SELECT a.value->>'id' FROM ${oursFollowed(list, turn)} AS a
      WHERE EXISTS (SELECT 1 FROM directory_group_members AS e WHERE e.group_id = a.value->>'groupId' AND e.member_id = a.value->>'id')
        = (a.value->>'isRemoved') ON CONFLICT DO NOTHING`),
    store.db.run(sql`
      INSERT INTO directory_group_members (group_id, member_id, is_group, graph_mark)
      SELECT a.value->>'groupId', a.value->>'id', a.value->>'isGroup', ${fullMark} FROM ${given} AS a WHERE NOT a.value->>'isRemoved'
      ON CONFLICT (group_id, member_id) DO UPDATE SET graph_mark = excluded.graph_mark, is_group = excluded.is_group
        WHERE graph_mark IS NOT excluded.graph_mark OR is_group <> excluded.is_group`),
    ...forget(store, sql`SELECT e.rowid FROM ${given} AS a CROSS JOIN ${storedEdge} WHERE a.value->>'isRemoved'`),
  ];
}

/** Graph does not say any more that these belong together: gone, unless SCIM says so too. */
const forget = (store: Store, edges: SQL): Statement[] => [
  store.db.run(sql`UPDATE directory_group_members SET graph_mark = NULL WHERE rowid IN (${edges}) AND is_from_scim`),
  store.db.run(sql`DELETE FROM directory_group_members WHERE rowid IN (${edges}) AND NOT is_from_scim`),
];

const SWEPT_AT_ONCE = 500;

/** The members of groups that were removed, some at a time; true when there may be more. Undefined: the lease was lost. */
export async function dropEdgesOf(store: Store, turn: Turn, groupIds: readonly string[]): Promise<boolean | undefined> {
  const list = JSON.stringify(groupIds);
  const edgesOf = (given: SQL, column: SQL, most: number) => sql`
    SELECT ${column} FROM ${given} AS a CROSS JOIN directory_group_members AS e ON e.group_id = a.value WHERE e.graph_mark IS NOT NULL LIMIT ${most}`;
  if ((await store.db.all(edgesOf(sql`json_each(${list})`, sql`1`, 1))).length === 0) return false;
  const isOurs = await writePiece(store, turn, [
    store.db.run(sql`
      INSERT INTO directory_changes (object_id)
      SELECT * FROM (${edgesOf(oursFollowed(list, turn), sql`e.member_id`, 2 * SWEPT_AT_ONCE)}) WHERE true ON CONFLICT DO NOTHING`),
    ...forget(store, edgesOf(ours(list, turn), sql`e.rowid`, SWEPT_AT_ONCE)),
  ]);
  return isOurs ? true : undefined;
}

/**
 * Groups and lines of members that a full pass did not see (ENT-73). Goes on above `after`; answers where it came to, null at the end. Undefined:
 * the lease was lost.
 */
export async function sweepGroups(store: Store, turn: Turn, fullMark: number, after: number): Promise<number | null | undefined> {
  const end = after + SWEPT_AT_ONCE;
  const gone = sql`
    SELECT object_id FROM directory_groups
    WHERE seq > ${after} AND seq <= ${end} AND graph_mark < ${fullMark} AND graph_state = 'present' AND ${whileOurs(turn)}`;
  const isOurs = await writePiece(store, turn, [
    store.db.run(sql`
      INSERT INTO directory_changes (object_id) SELECT * FROM (${gone}) WHERE (SELECT follows FROM directory) ON CONFLICT DO NOTHING`),
    dropAddresses(store, gone),
    store.db.run(sql`
      UPDATE directory_groups SET graph_state = 'removed', changed_at = ${turn.now} WHERE object_id IN (${gone})`),
  ]);
  return isOurs ? await nextEnd(store, sql`SELECT max(seq) AS last FROM directory_groups`, end) : undefined;
}

export async function sweepEdges(store: Store, turn: Turn, fullMark: number, after: number): Promise<number | null | undefined> {
  const end = after + SWEPT_AT_ONCE;
  const unseen = (column: SQL) => sql`
    SELECT ${column} FROM directory_group_members WHERE rowid > ${after} AND rowid <= ${end} AND graph_mark < ${fullMark} AND ${whileOurs(turn)}`;
  const isOurs = await writePiece(store, turn, [
    store.db.run(sql`
      INSERT INTO directory_changes (object_id) SELECT * FROM (${unseen(sql`member_id`)}) WHERE (SELECT follows FROM directory)
      ON CONFLICT DO NOTHING`),
    ...forget(store, unseen(sql`rowid`)),
  ]);
  return isOurs ? await nextEnd(store, sql`SELECT max(rowid) AS last FROM directory_group_members`, end) : undefined;
}
