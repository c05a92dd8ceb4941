import type { MemberId } from '@doorstep/shared/ids';
import type { Millis } from '@doorstep/shared/time';
import { type SQL, sql } from 'drizzle-orm';
import { auditWinners, type Trace } from './audit.ts';
import { activeAdministrator } from './member.ts';
import { changedRows, type Statement, type Store } from './store.ts';

/** One press of an administrator on one group; `groupId` is the new one's where one is made. */
export type GroupChange = { by: MemberId; groupId: string; auditId: string; now: Millis; trace: Trace };

/** Pages show all of them to choose from. */
export const MOST_GROUPS = 1000;

export async function hasRoomForGroup(store: Store): Promise<boolean> {
  const [row] = await store.db.all<{ isRoom: number }>(sql`SELECT count(*) < ${MOST_GROUPS} AS isRoom FROM user_groups`);
  return row!.isRoom === 1;
}

/** SQL: who presses is an administrator in office at this moment (SES-12). */
export const inOffice = ({ by, now }: Pick<GroupChange, 'by' | 'now'>): SQL =>
  sql`EXISTS (SELECT 1 FROM members AS m WHERE m.id = ${by} AND m.role = 'administrator' AND ${activeAdministrator(sql`${now}`)})`;

/** False when the name is taken, there are too many groups, or the office was lost meanwhile. */
export const makeUserGroup = (store: Store, change: GroupChange, name: string): Promise<boolean> =>
  changeGroup(store, change, 'user-group.made', insert(store, change, { kind: 'custom', name, followed: sql`NULL` }, sql`true`));

/**
 * A synced group. In the table it is named by the object id, which nobody else has; what is shown is the name that the directory group has then.
 * False when it is followed already, the directory does not have it, or as above.
 */
export const followDirectoryGroup = (store: Store, change: GroupChange, objectId: string): Promise<boolean> =>
  changeGroup(
    store,
    change,
    'user-group.followed',
    insert(
      store,
      change,
      { kind: 'synced', name: objectId, followed: sql`${objectId}` },
      sql`EXISTS (SELECT 1 FROM directory_groups AS d WHERE d.object_id = ${objectId} AND d.is_present)`,
    ),
  );

type Made = { kind: 'custom' | 'synced'; name: string; followed: SQL };
const insert = (store: Store, change: GroupChange, { kind, name, followed }: Made, also: SQL): Statement =>
  store.db.run(sql`
    INSERT INTO user_groups (id, kind, name, directory_group_id, created_at, created_by, attempt_id)
    SELECT ${change.groupId}, ${kind}, ${name}, ${followed}, ${change.now}, ${change.by}, ${change.auditId}
    WHERE ${inOffice(change)} AND ${also} AND (SELECT count(*) FROM user_groups) < ${MOST_GROUPS}
    ON CONFLICT DO NOTHING`);

/** Custom ones only: a synced group is called as the directory calls it. False when the name is taken, or as above. */
export const renameUserGroup = (store: Store, change: GroupChange, name: string): Promise<boolean> =>
  changeGroup(
    store,
    change,
    'user-group.renamed',
    store.db.run(sql`
      UPDATE user_groups SET name = ${name}, attempt_id = ${change.auditId}
      WHERE id = ${change.groupId} AND kind = 'custom' AND ${inOffice(change)}
        AND NOT EXISTS (SELECT 1 FROM user_groups AS o WHERE lower(o.name) = lower(${name}) AND o.id <> ${change.groupId})`),
  );

async function changeGroup(store: Store, change: GroupChange, what: string, first: Statement): Promise<boolean> {
  const [changed] = await store.write([first, auditWinners(store, what, wonOf(change), sql`g.id`, sql`${change.by}`)]);
  return changedRows(changed) > 0;
}

/** SQL: the group `g` if this press won it. */
export const wonOf = (change: GroupChange): SQL => {
  const list = JSON.stringify([{ auditId: change.auditId, now: change.now, ...change.trace }]);
  return sql`json_each(${list}) AS a JOIN user_groups AS g ON g.id = ${change.groupId} AND g.attempt_id = ${change.auditId}`;
};

/** People of one custom group; each `auditId` is that of one member's own row in the audit. */
export type MembersChange = Omit<GroupChange, 'auditId'> & { members: { memberId: string; auditId: string }[] };

/** Who is in already stays as they are. How many came in; nobody into a synced group, and no removed member. */
export const addToGroup = (store: Store, change: MembersChange): Promise<number> =>
  changeMembers(
    store,
    change,
    'user-group.member-added',
    sql`m.state <> 'removed' AND NOT EXISTS (SELECT 1 FROM user_group_members AS ug WHERE ug.group_id = g.id AND ug.member_id = m.id)`,
    (won) =>
      store.db.run(sql`
      INSERT INTO user_group_members (group_id, member_id, added_at) SELECT ${change.groupId}, e.about, ${change.now} FROM ${won} WHERE true
      ON CONFLICT DO NOTHING`),
  );

/** How many went. */
export const removeFromGroup = (store: Store, change: MembersChange): Promise<number> =>
  changeMembers(
    store,
    change,
    'user-group.member-removed',
    sql`EXISTS (SELECT 1 FROM user_group_members AS ug WHERE ug.group_id = g.id AND ug.member_id = m.id)`,
    (won) =>
      store.db.run(sql`
      DELETE FROM user_group_members WHERE group_id = ${change.groupId} AND member_id IN (SELECT e.about FROM ${won})`),
  );

/** The rows in the audit come first: they say whom the change is about. */
async function changeMembers(
  store: Store,
  change: MembersChange,
  what: string,
  isWanted: SQL,
  dependant: (won: SQL) => Statement,
): Promise<number> {
  const list = JSON.stringify(change.members.map((one) => ({ ...one, now: change.now, ...change.trace })));
  const from = sql`json_each(${list}) AS a JOIN members AS m ON m.id = a.value->>'memberId'
    JOIN user_groups AS g ON g.id = ${change.groupId} AND g.kind = 'custom' WHERE ${inOffice(change)} AND ${isWanted}`;
  const won = sql`json_each(${list}) AS a JOIN audit_events AS e ON e.id = a.value->>'auditId'`;
  const [told] = await store.write([
    auditWinners(store, what, from, sql`m.id`, sql`${change.by}`, sql`json_object('userGroupId', g.id)`),
    dependant(won),
  ]);
  return changedRows(told);
}
