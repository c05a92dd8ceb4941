import type { UserGroupKind } from '@doorstep/shared/user-group';
import { type SQL, sql } from 'drizzle-orm';
import { groupsAround } from './directory-group.ts';
import { othersTurn } from './others-turn.ts';
import type { Statement, Store } from './store.ts';
import { membersInside } from './synced-members.ts';

/** `directoryGroupId` is the object id of the directory group that a synced one follows; `members` counts active ones. */
export type UserGroupRow = {
  id: string;
  kind: UserGroupKind;
  name: string;
  directoryGroupId: string | null;
  members: number;
  createdAt: number;
  createdBy: string | null;
};
export type UserGroupName = Pick<UserGroupRow, 'id' | 'kind' | 'name'>;

/** SQL: the name to show of `user_groups AS g`. A synced group has that of the directory group, as it is there now; rights never depend on it (ENT-66). */
const presentName: SQL = sql`CASE g.kind WHEN 'custom' THEN g.name ELSE coalesce(
  (SELECT d.name FROM directory_groups AS d WHERE d.object_id = g.directory_group_id), 'Group without a name') END`;

/** Newest first; `cursor` is the id of the last one of the page before, `q` the beginning of any word of the name. */
export function findUserGroups(
  store: Store,
  wanted: { q?: string | undefined; kind?: UserGroupKind; cursor?: string | undefined; limit: number },
): Promise<UserGroupRow[]> {
  const begins = `${(wanted.q ?? '').trim().replace(/[\\%_]/g, '\\$&')}%`;
  return read(
    store,
    sql`${begins === '%' ? sql`true` : sql`(${presentName} LIKE ${begins} ESCAPE '\\' OR ${presentName} LIKE ${`% ${begins}`} ESCAPE '\\')`}
      ${wanted.kind ? sql`AND g.kind = ${wanted.kind}` : sql``} ${wanted.cursor ? sql`AND g.id < ${wanted.cursor}` : sql``}
      ORDER BY g.id DESC LIMIT ${wanted.limit}`,
  );
}

export async function findUserGroup(store: Store, id: string): Promise<UserGroupRow | null> {
  const [row] = await read(store, sql`g.id = ${id}`);
  return row ?? null;
}

/** The custom group with this name, ASCII case folded: there is one at most. */
export async function findUserGroupNamed(store: Store, name: string): Promise<UserGroupRow | null> {
  const [row] = await read(store, sql`g.kind = 'custom' AND lower(g.name) = lower(${name})`);
  return row ?? null;
}

/** Which group follows each of these directory groups, by object id. */
export async function findFollowers(store: Store, objectIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await store.db.all<{ objectId: string; id: string }>(sql`
    SELECT g.directory_group_id AS objectId, g.id FROM user_groups AS g
    WHERE g.directory_group_id IN (SELECT value FROM json_each(${JSON.stringify(objectIds)}))`);
  return new Map(rows.map((row) => [row.objectId, row.id]));
}

async function read(store: Store, which: SQL): Promise<UserGroupRow[]> {
  const rows = await store.db.all<UserGroupRow>(sql`
    SELECT g.id, g.kind, ${presentName} AS name, g.directory_group_id AS directoryGroupId, 0 AS members, g.created_at AS createdAt,
      g.created_by AS createdBy
    FROM user_groups AS g WHERE ${which}`);
  for (const row of rows) {
    const followed = row.directoryGroupId;
    row.members = followed === null ? await countAssigned(store, row.id) : (await membersInside(store, followed)).length;
    if (rows.length > 1) await othersTurn();
  }
  return rows;
}

/** Memberships counted at once: a few milliseconds. */
const COUNTED_AT_ONCE = 5000;

async function countAssigned(store: Store, groupId: string): Promise<number> {
  let active = 0;
  for (let after = ''; ; await othersTurn()) {
    const [slice] = await store.db.all<{ looked: number; last: string; active: number }>(sql`
      SELECT count(*) AS looked, max(ug.member_id) AS last, coalesce(sum(m.state = 'active' AND m.ended_at IS NULL), 0) AS active
      FROM (SELECT member_id FROM user_group_members WHERE group_id = ${groupId} AND member_id > ${after} ORDER BY member_id LIMIT ${COUNTED_AT_ONCE})
        AS ug CROSS JOIN members AS m ON m.id = ug.member_id`);
    active += slice!.active;
    if (slice!.looked < COUNTED_AT_ONCE) return active;
    after = slice!.last;
  }
}

/** All of them, by name: to choose from, and to say their names beside people. There are at most a thousand. */
export const findUserGroupNames = (store: Store): Promise<UserGroupName[]> =>
  store.db.all<UserGroupName>(
    sql`SELECT g.id, g.kind, ${presentName} AS name FROM user_groups AS g ORDER BY lower(${presentName}), g.id`,
  );

/** Those of `ids` that are no custom group: nobody can be given such a one. */
export async function unknownUserGroups(store: Store, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await store.db.all<{ id: string }>(sql`
    SELECT DISTINCT a.value AS id FROM json_each(${JSON.stringify(ids)}) AS a
    WHERE NOT EXISTS (SELECT 1 FROM user_groups AS g WHERE g.id = a.value AND g.kind = 'custom')`);
  return rows.map(({ id }) => id);
}

/** People looked up at once: in a dozen groups each, about ten milliseconds. */
const SLICE = 50;

/**
 * The groups of each of these members, custom and synced. Synced membership is computed from what the directory says now: it is there the moment
 * somebody signs in and ends with the sync that ends it. Who was removed is in no group; whom the directory does not know as enabled is in no
 * synced one, and a directory group that it does not have (any more) neither gives nor passes on membership (DIR-10).
 */
export async function userGroupIdsOf(store: Store, members: readonly { id: string }[]): Promise<Map<string, string[]>> {
  const groups = new Map<string, string[]>(members.map(({ id }) => [id, []]));
  for (let at = 0; at < members.length; at += SLICE) {
    if (at > 0) await othersTurn();
    for (const row of await groupsOfSlice(store, members.slice(at, at + SLICE))) groups.get(row.member)!.push(row.id);
  }
  return groups;
}

function groupsOfSlice(store: Store, members: readonly { id: string }[]): Promise<{ member: string; id: string }[]> {
  const asked = JSON.stringify(members.map(({ id }) => id));
  return store.db.all<{ member: string; id: string }>(sql`
    WITH asked(member, tenant, object) AS MATERIALIZED (
      SELECT m.id, m.tenant_id, lower(m.object_id) FROM json_each(${asked}) AS a CROSS JOIN members AS m ON m.id = a.value AND m.state <> 'removed')
    SELECT asked.member AS member, ug.group_id AS id FROM asked CROSS JOIN user_group_members AS ug ON ug.member_id = asked.member
    UNION ALL SELECT asked.member, g.id FROM asked
      CROSS JOIN directory AS t ON t.tenant_id = asked.tenant
      CROSS JOIN directory_users AS u ON u.object_id = asked.object AND u.status = 'enabled'
      CROSS JOIN user_groups AS g ON g.directory_group_id IN (${groupsAround(sql`u.object_id`)})
    ORDER BY id`);
}

/**
 * A statement for the batch that makes members: the custom groups that the JSON list `ids` names (deleted ones are passed over) for every member
 * `m` of `won`, which joins the invitation `i` where nothing else is said.
 */
export const giveGroups = (store: Store, won: SQL, ids: SQL = sql`i.user_group_ids`): Statement =>
  store.db.run(sql`
    INSERT INTO user_group_members (group_id, member_id, added_at) SELECT g.id, m.id, m.joined_at
    FROM ${won} CROSS JOIN json_each(${ids}) AS named CROSS JOIN user_groups AS g ON g.id = named.value AND g.kind = 'custom'
    WHERE true ON CONFLICT DO NOTHING`);

/** A statement before `giveGroups`: who comes back comes with the groups of the new invitation, not with those of the time before. */
export const dropGroups = (store: Store, won: SQL): Statement =>
  store.db.run(sql`DELETE FROM user_group_members WHERE member_id IN (SELECT m.id FROM ${won})`);
