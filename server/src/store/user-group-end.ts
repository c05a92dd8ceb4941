import { type SQL, sql } from 'drizzle-orm';
import { auditWinners } from './audit.ts';
import { changedRows, type Statement, type Store } from './store.ts';
import { findUserGroup } from './user-group.ts';
import { type GroupChange, inOffice, wonOf } from './user-group-change.ts';

/** Who loses the group, and what gives it and will not any more. */
export type GroupCost = { members: number; invitations: number; rules: number };

/** What deleting the group costs; null when there is no such group. */
export async function findGroupCost(store: Store, id: string): Promise<GroupCost | null> {
  const group = await findUserGroup(store, id);
  if (!group) return null;
  const [named] = await store.db.all<{ invitations: number; rules: number }>(sql`
    SELECT (SELECT count(*) FROM ${invitationsNaming(id)}) AS invitations, (SELECT count(*) FROM ${rulesNaming(id)}) AS rules`);
  return { members: group.members, ...named! };
}

const invitationsNaming = (id: string): SQL => sql`invitations WHERE state = 'pending' AND instr(user_group_ids, ${id}) > 0`;
const rulesNaming = (id: string): SQL => sql`admission_rules WHERE instr(user_group_ids, ${id}) > 0`;

/** Nobody gets the group any more by a pending invitation or a rule. False when it was gone, or the office was lost. */
export const deleteUserGroup = (store: Store, change: GroupChange): Promise<boolean> =>
  endGroup(store, change, 'user-group.deleted', sql`true`, () => [], null);

/**
 * Whoever has, or will get, group A (`change.groupId`) has, or gets, group B (`by`), and A is deleted. False when there is no A or B (any more), the
 * office was lost, or B is synced while A has members or is given by somebody: nobody is put into a synced group.
 */
export const replaceUserGroup = (store: Store, change: GroupChange, by: string): Promise<boolean> =>
  endGroup(
    store,
    change,
    'user-group.replaced',
    sql`EXISTS (SELECT 1 FROM user_groups AS b WHERE b.id = ${by} AND b.id <> ${change.groupId} AND (b.kind = 'custom'
      OR NOT (EXISTS (SELECT 1 FROM user_group_members AS ug WHERE ug.group_id = ${change.groupId})
        OR EXISTS (SELECT 1 FROM ${invitationsNaming(change.groupId)}) OR EXISTS (SELECT 1 FROM ${rulesNaming(change.groupId)}))))`,
    (isWon) => handOver(store, change.groupId, by, isWon),
    by,
  );

async function endGroup(
  store: Store,
  change: GroupChange,
  what: string,
  isPossible: SQL,
  also: (isWon: SQL) => Statement[],
  by: string | null,
): Promise<boolean> {
  const { groupId, auditId } = change;
  const isWon = sql`EXISTS (SELECT 1 FROM user_groups WHERE id = ${groupId} AND attempt_id = ${auditId})`;
  const [claimed] = await store.write([
    store.db.run(
      sql`UPDATE user_groups SET attempt_id = ${auditId} WHERE id = ${groupId} AND ${inOffice(change)} AND ${isPossible}`,
    ),
    ...also(isWon),
    swapNamed(store, sql`invitations`, sql`state = 'pending'`, groupId, by, isWon),
    swapNamed(store, sql`admission_rules`, sql`true`, groupId, by, isWon),
    auditWinners(
      store,
      what,
      wonOf(change),
      sql`g.id`,
      sql`${change.by}`,
      by === null ? sql`NULL` : sql`json_object('by', ${by})`,
    ),
    store.db.run(sql`DELETE FROM user_group_members WHERE group_id = ${groupId} AND ${isWon}`), // a remote database may not cascade
    store.db.run(sql`DELETE FROM user_groups WHERE id = ${groupId} AND attempt_id = ${auditId}`),
  ]);
  return changedRows(claimed) > 0;
}

/** People, and what batches that are still being written will give: there the id stands in JSON, where it is unmistakable. */
const handOver = (store: Store, from: string, to: string, isWon: SQL): Statement[] => [
  store.db.run(sql`
    INSERT INTO user_group_members (group_id, member_id, added_at)
    SELECT ${to}, ug.member_id, ug.added_at FROM user_group_members AS ug WHERE ug.group_id = ${from} AND ${isWon} ON CONFLICT DO NOTHING`),
  store.db.run(sql`
    UPDATE batch_chunks SET people = replace(people, ${from}, ${to})
    WHERE batch_id IN (SELECT b.id FROM invitation_batches AS b WHERE b.state = 'writing') AND instr(people, ${from}) > 0 AND ${isWon}`),
];

/** In the JSON list of every pending invitation, or rule, that names it: the other group once, or nothing. */
const swapNamed = (store: Store, table: SQL, which: SQL, from: string, to: string | null, isWon: SQL): Statement =>
  store.db.run(sql`
    UPDATE ${table} SET user_group_ids = (SELECT json_group_array(id)
      FROM (SELECT DISTINCT CASE w.value WHEN ${from} THEN ${to} ELSE w.value END AS id FROM json_each(user_group_ids) AS w) WHERE id IS NOT NULL)
    WHERE ${which} AND instr(user_group_ids, ${from}) > 0 AND ${isWon}`);
