import type { MemberId } from '@doorstep/shared/ids';
import type { Millis } from '@doorstep/shared/time';
import { type SQL, sql } from 'drizzle-orm';
import { isAnsweredFor, isFresh, rulesCovering } from './admission-match.ts';
import { auditWinners, type Trace } from './audit.ts';
import { directory } from './directory-schema.ts';
import { activeAdministrator } from './member.ts';
import { changedRows, rowsOf, type Statement, type Store } from './store.ts';

export type Suggests = 'everybody' | 'groups';

/** Who is suggested: everybody in the directory, or only people of a rule that is on. False when `by` holds no office, or it is so already. */
export async function setScope(
  store: Store,
  change: { by: MemberId; suggests: Suggests; auditId: string; now: Millis; trace: Trace },
): Promise<boolean> {
  const list = JSON.stringify([{ auditId: change.auditId, now: change.now, ...change.trace }]);
  const results = await store.write([
    auditWinners(
      store,
      'directory.scope-changed',
      sql`json_each(${list}) AS a JOIN directory AS d ON d.suggests <> ${change.suggests}
        AND EXISTS (SELECT 1 FROM members AS m WHERE m.id = ${change.by} AND m.role = 'administrator' AND ${activeAdministrator(sql`${change.now}`)})`,
      sql`NULL`,
      sql`${change.by}`,
      sql`json_object('suggests', ${change.suggests})`,
    ),
    store.db.run(sql`
      UPDATE directory SET suggests = ${change.suggests}, follow_after = 0,
        follows = ${change.suggests} = 'groups' OR EXISTS (SELECT 1 FROM admission_rules AS r WHERE r.is_on)
      WHERE EXISTS (SELECT 1 FROM audit_events AS e WHERE e.id = ${change.auditId})`),
  ]);
  return changedRows(results[0]) > 0;
}

/** `isBusy`: everybody is being looked at after a change of the scope or of a rule. */
export async function findScope(store: Store): Promise<{ suggests: Suggests; isBusy: boolean }> {
  const [row] = await store.db.select().from(directory);
  return { suggests: row!.suggests, isBusy: row!.followAfter !== null };
}

/** The tenant's own domains, which a rule can be about. */
export async function findDomains(store: Store): Promise<string[]> {
  const rows = await store.db.all<{ domain: string }>(sql`SELECT domain FROM directory_domains ORDER BY domain LIMIT 500`);
  return rows.map((row) => row.domain);
}

/** What is still to be worked out: everybody above `after`, or what stands in the queue of changes. null: nothing. */
export type FollowWork = { after: number } | { changes: { objectId: string; isGroup: boolean }[] };

/** The oldest changes first. A group stands before its own users, who were queued in its place. */
export async function findFollowWork(store: Store, limit: number): Promise<FollowWork | null> {
  const [state] = await store.db.all<{ after: number | null; isQueued: number }>(
    sql`SELECT follow_after AS after, EXISTS (SELECT 1 FROM directory_changes) AS isQueued FROM directory`,
  );
  if (state && state.after !== null) return { after: state.after };
  if (!state?.isQueued) return null;
  const changes = await store.db.all<{ objectId: string; isGroup: number }>(sql`
    SELECT c.object_id AS objectId, NOT EXISTS (SELECT 1 FROM directory_users AS u WHERE u.object_id = c.object_id) AS isGroup
    FROM directory_changes AS c ORDER BY c.rowid LIMIT ${limit}`);
  return { changes: changes.map((change) => ({ objectId: change.objectId, isGroup: change.isGroup === 1 })) };
}

/** Somebody whom a rule that is on invites, by the rule made first. */
export type DueInvitation = { objectId: string; ruleId: string };

/** The users after `after`, up to `limit`; `last` is null when these were the last. */
export async function findNextUsers(
  store: Store,
  after: number,
  limit: number,
): Promise<{ objectIds: string[]; last: number | null }> {
  const users = await store.db.all<{ seq: number; objectId: string }>(sql`
    SELECT u.seq, u.object_id AS objectId FROM directory_users AS u WHERE u.seq > ${after} ORDER BY u.seq LIMIT ${limit}`);
  return { objectIds: users.map((user) => user.objectId), last: users.length < limit ? null : users.at(-1)!.seq };
}

/** One slice of people: `leftOut` are those whom no invitation could be written for in this run. */
export type Slice = { objectIds: readonly string[]; leftOut: readonly string[]; now: Millis };

/**
 * Works out who of the slice is in scope, and moves on past it only when nobody of it is due an invitation: whatever is answered is to be
 * invited, then the same slice comes again. So a crash loses nothing, and a change in between is seen.
 */
export const followEverybody = (
  store: Store,
  slice: Slice,
  from: { after: number; last: number | null },
): Promise<DueInvitation[]> =>
  followSlice(
    store,
    slice,
    store.db.run(sql`
      UPDATE directory SET follow_after = ${from.last} WHERE follow_after = ${from.after}
        AND NOT EXISTS (SELECT 1 FROM ${dueOf(slice)})`),
  );

/** The same for users from the queue: each leaves it with the work done. */
export const followChanges = (store: Store, slice: Slice): Promise<DueInvitation[]> =>
  followSlice(
    store,
    slice,
    store.db.run(sql`
      DELETE FROM directory_changes WHERE object_id IN (SELECT value FROM json_each(${JSON.stringify(slice.objectIds)}))
        AND object_id NOT IN (SELECT due.objectId FROM ${dueOf(slice)})`),
  );

async function followSlice(store: Store, slice: Slice, moveOn: Statement): Promise<DueInvitation[]> {
  const results = await store.batch([
    store.db.run(sql`
      UPDATE directory_users SET is_in_scope = NOT is_in_scope
      WHERE seq IN (SELECT u.seq FROM ${usersOf(slice.objectIds)} WHERE u.is_in_scope <> ${isSuggested})`),
    moveOn,
    store.db.all(sql`SELECT due.objectId, due.ruleId FROM ${dueOf(slice)}`),
  ]);
  if (changedRows(results[0]) > 0) store.memory.forget(); // the counters of suggestions
  return rowsOf<DueInvitation>(results[2]);
}

/** SQL: `directory_users AS u` by key. */
const usersOf = (objectIds: readonly string[]): SQL =>
  sql`json_each(${JSON.stringify(objectIds)}) AS a CROSS JOIN directory_users AS u ON u.object_id = a.value`;

/** SQL: whether directory user `u` is in scope, 0 or 1. */
const isSuggested: SQL = sql`CASE WHEN (SELECT suggests FROM directory) = 'everybody' THEN 1
  ELSE EXISTS (${rulesCovering(sql`r.is_on`)}) END`;

/** SQL, `due(objectId, ruleId)`. */
const dueOf = ({ objectIds, leftOut, now }: Slice): SQL => {
  const invites = sql`r.is_on AND r.effect = 'invite' AND ${isAnsweredFor(sql`${now}`)}`;
  return sql`
    (SELECT u.object_id AS objectId, (SELECT id FROM (${rulesCovering(invites)}) ORDER BY created_at, id LIMIT 1) AS ruleId
      FROM ${usersOf(objectIds)}
      WHERE EXISTS (SELECT 1 FROM admission_rules AS r WHERE ${invites}) AND ${isFresh}
        AND u.object_id NOT IN (SELECT value FROM json_each(${JSON.stringify(leftOut)})) AND ruleId IS NOT NULL) AS due`;
};

/**
 * Object ids of a group and all that are nested in it, in their order, whether the directory still has them or not: whom a change of the group
 * may concern, for the people of a removed one lose it.
 */
export async function findGroupsConcerned(store: Store, objectId: string): Promise<string[]> {
  const rows = await store.db.all<{ id: string }>(sql`
    WITH RECURSIVE concerned(id) AS (SELECT ${objectId}
      UNION SELECT e.member_id FROM concerned JOIN directory_group_members AS e ON e.group_id = concerned.id AND e.is_group)
    SELECT id FROM concerned ORDER BY id`);
  return rows.map((row) => row.id);
}

const GROUPS_AT_ONCE = 200;

/**
 * Users directly in any of these groups, in pages of at most `limit`, group after group; who is in several comes several times. Many small groups
 * fill one page: costs what there are people, hardly what there are groups.
 */
export async function* findDirectUsers(store: Store, groupIds: readonly string[], limit: number): AsyncGenerator<string[]> {
  let rest = groupIds;
  let after = '';
  while (rest.length > 0) {
    const groups = rest.slice(0, GROUPS_AT_ONCE);
    const rows = await store.db.all<{ groupId: string; id: string }>(sql`
      SELECT e.group_id AS groupId, e.member_id AS id FROM json_each(${JSON.stringify(groups)}) AS g CROSS JOIN directory_group_members AS e
        ON e.group_id = g.value AND e.member_id > CASE WHEN g.key = 0 THEN ${after} ELSE '' END AND NOT e.is_group LIMIT ${limit}`);
    yield rows.map((row) => row.id);
    const last = rows.length < limit ? undefined : rows.at(-1);
    rest = rest.slice(last ? rest.indexOf(last.groupId) : groups.length);
    after = last?.id ?? '';
  }
}

/** What changed about a group is to be worked out for these users. */
export const queueChanges = (store: Store, objectIds: readonly string[]): Promise<unknown> =>
  store.batch([
    store.db.run(sql`
      INSERT INTO directory_changes (object_id) SELECT value FROM json_each(${JSON.stringify(objectIds)}) WHERE true ON CONFLICT DO NOTHING`),
  ]);

/** Its users stand in the queue in its place; or, `looksAtEverybody`, the whole directory is looked at instead. */
export const leaveQueue = (store: Store, objectId: string, looksAtEverybody: boolean): Promise<unknown> =>
  store.batch([
    store.db.run(sql`UPDATE directory SET follow_after = 0 WHERE ${looksAtEverybody ? 1 : 0}`),
    store.db.run(sql`DELETE FROM directory_changes WHERE object_id = ${objectId}`),
  ]);
