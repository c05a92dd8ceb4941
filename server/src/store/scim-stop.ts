import type { Millis } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { auditWinners, type Trace } from './audit.ts';
import { followStatements, MOST_FOLLOWED } from './directory-leaving.ts';
import { activeAdministrator } from './member.ts';
import { changedRows, type Statements, type Store } from './store.ts';

export type ProvisioningStop = { by: string; auditId: string; now: Millis; trace: Trace };

/** False while a token is live, or when who asks is no administrator in office any more. */
export async function recordStop(store: Store, { by, auditId, now, trace }: ProvisioningStop): Promise<boolean> {
  const list = JSON.stringify([{ auditId, now, ...trace }]);
  const [recorded] = await store.write([
    auditWinners(
      store,
      'provisioning.stopped',
      sql`json_each(${list}) AS a JOIN members AS m ON m.id = ${by} AND m.role = 'administrator' AND ${activeAdministrator(sql`${now}`)}
        WHERE NOT EXISTS (SELECT 1 FROM scim_tokens AS t WHERE t.ended_at IS NULL AND t.expires_at > ${now})`,
      sql`NULL`,
      sql`m.id`,
    ),
  ]);
  return changedRows(recorded) > 0;
}

/** By `seq`, so many are looked at in one query: some milliseconds. */
const LOOKED_AT_ONCE = 5000;

/**
 * Of people whom Graph knows too, what SCIM said is forgotten, with all that follows: of the first `MOST_FOLLOWED` such with a `seq` above
 * `after`. Where to go on, null when nobody is left.
 */
export async function forgetPeople(store: Store, after: number, now: Millis, trace: Trace): Promise<number | null> {
  const end = after + LOOKED_AT_ONCE;
  const rows = await store.db.all<{ seq: number; objectId: string }>(sql`
    SELECT u.seq, u.object_id AS objectId FROM directory_users AS u NOT INDEXED
    WHERE u.seq > ${after} AND u.seq <= ${end} AND u.scim_state IS NOT NULL AND u.graph_state IS NOT NULL ORDER BY u.seq LIMIT ${MOST_FOLLOWED}`);
  if (rows.length > 0) await forgetThese(store, JSON.stringify(rows.map(({ objectId }) => objectId)), now, trace);
  if (rows.length === MOST_FOLLOWED) return rows.at(-1)!.seq;
  const [left] = await store.db.all<{ isAny: number }>(
    sql`SELECT EXISTS (SELECT 1 FROM directory_users WHERE seq > ${end}) AS isAny`,
  );
  return left?.isAny ? end : null;
}

async function forgetThese(store: Store, list: string, now: Millis, trace: Trace): Promise<void> {
  const them = sql`(SELECT value FROM json_each(${list}))`;
  await store.write([
    store.db.run(
      sql`UPDATE directory_users SET scim_state = NULL, scim_document = NULL, changed_at = ${now} WHERE object_id IN ${them}`,
    ),
    store.db.run(sql`DELETE FROM directory_addresses WHERE object_id IN ${them} AND source = 'scim'`),
    store.db.run(sql`
      INSERT INTO directory_changes (object_id) SELECT a.value FROM directory AS d CROSS JOIN json_each(${list}) AS a
      WHERE d.follows ON CONFLICT DO NOTHING`),
    ...followStatements(store, JSON.parse(list) as string[], now, trace).statements,
  ] as unknown as Statements);
}

const GROUPS_AT_ONCE = 100;
const MEMBERSHIPS_AT_ONCE = 250;

/** The same of groups, so many at once: their memberships first, then the groups themselves. False when nothing was left. */
export async function forgetGroups(store: Store): Promise<boolean> {
  const groups = await store.db.all<{ objectId: string }>(sql`
    SELECT object_id AS objectId FROM directory_groups WHERE scim_state IS NOT NULL AND graph_state IS NOT NULL ORDER BY seq LIMIT ${GROUPS_AT_ONCE}`);
  if (groups.length === 0) return false;
  const list = JSON.stringify(groups.map(({ objectId }) => objectId));
  const rows = await store.db.all<{ rowid: number; memberId: string }>(sql`
    SELECT e.rowid AS rowid, e.member_id AS memberId FROM json_each(${list}) AS g
    CROSS JOIN directory_group_members AS e ON e.group_id = g.value AND e.is_from_scim LIMIT ${MEMBERSHIPS_AT_ONCE}`);
  const them = sql`(SELECT value FROM json_each(${JSON.stringify(rows.map(({ rowid }) => rowid))}))`;
  const members = JSON.stringify(rows.map(({ memberId }) => memberId));
  await store.write([
    store.db.run(sql`DELETE FROM directory_group_members WHERE rowid IN ${them} AND graph_mark IS NULL`),
    store.db.run(sql`UPDATE directory_group_members SET is_from_scim = 0 WHERE rowid IN ${them}`),
    store.db.run(sql`
      INSERT INTO directory_changes (object_id) SELECT a.value FROM directory AS d CROSS JOIN json_each(${members}) AS a
      WHERE d.follows ON CONFLICT DO NOTHING`),
    store.db.run(sql`
      UPDATE directory_groups SET scim_state = NULL, scim_document = NULL
      WHERE ${rows.length < MEMBERSHIPS_AT_ONCE} AND object_id IN (SELECT value FROM json_each(${list}))`),
  ]);
  return true;
}

/** Whether the provider has written anybody who is not forgotten. */
export async function hasProvisioned(store: Store): Promise<boolean> {
  const [row] = await store.db.all<{ hasAny: number }>(
    sql`SELECT EXISTS (SELECT 1 FROM directory_users WHERE scim_state IS NOT NULL) AS hasAny`,
  );
  return row?.hasAny === 1;
}
