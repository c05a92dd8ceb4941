import type { Millis } from '@doorstep/shared/time';
import { type SQL, sql } from 'drizzle-orm';
import { GUESTS } from '../domain/guest.ts';
import { auditWinners } from './audit.ts';
import { activeAdministrator, changeable, changeMember, type MemberChange } from './member.ts';
import { secondIsNeeded, tellOfProposals, withoutProposal } from './open-proposal.ts';
import { rowsOf, type Store } from './store.ts';

/** SQL: that member is an administrator in office. */
const isInOffice = (member: SQL, now: Millis): SQL =>
  sql`EXISTS (SELECT 1 FROM members AS m WHERE m.id = ${member} AND m.role = 'administrator' AND ${activeAdministrator(sql`${now}`)})`;

export type Promotion = 'promoted' | 'proposed';

/**
 * Makes an administrator, or, where new ones need two approvals, a proposal that another administrator confirms. Who was proposed by another
 * one in office has both voices with this. Null: nothing was changed, because it may not be, or the same administrator had proposed it.
 */
export async function makeAdministrator(store: Store, change: MemberChange): Promise<Promotion | null> {
  const { id, about, by, now, auditId, trace } = change;
  const hasOther = sql`coalesce(members.proposed_by <> ${by} AND ${isInOffice(sql`members.proposed_by`, now)}, 0)`;
  const waits = sql`(${secondIsNeeded(sql`${now}`)} AND NOT ${hasOther})`;
  const won = sql`json_each(${JSON.stringify([{ auditId, now, ...trace }])}) AS a JOIN members AS m ON m.id = ${about} AND m.attempt_id = ${id}`;
  const may = sql`members.state <> 'removed' AND members.role <> 'administrator' AND members.tenant_id <> ${GUESTS}
    AND NOT (members.proposed_by IS ${by} AND ${waits})`;
  const results = await store.write([
    store.db.run(sql`
      UPDATE members SET role = CASE WHEN ${waits} THEN role ELSE 'administrator' END, proposed_by = CASE WHEN ${waits} THEN ${by} END,
        proposed_at = CASE WHEN ${waits} THEN ${now} END, suspended_by = NULL, attempt_id = ${id}
      WHERE ${changeable(change, may, false)}`),
    tellOfProposals(store, sql`(SELECT m.* FROM ${won}) AS m`, sql`${now}`),
    auditWinners(store, 'member.role-changed', sql`${won} AND m.role = 'administrator'`, sql`m.id`, sql`${by}`, asAdministrator),
    auditWinners(store, 'administrator.proposed', sql`${won} AND m.role <> 'administrator'`, sql`m.id`, sql`${by}`),
    store.db.all(sql`SELECT m.role FROM ${won}`),
  ]);
  const [row] = rowsOf<{ role: string }>(results[4]);
  return row ? (row.role === 'administrator' ? 'promoted' : 'proposed') : null;
}

const asAdministrator = sql`json_object('role', 'administrator')`;

/** The second voice: another administrator in office than the one who proposed, who has to be in office still. False: that was not so. */
export const confirmAdministrator = (store: Store, change: MemberChange): Promise<boolean> =>
  changeMember(
    store,
    change,
    'administrator.confirmed',
    sql`role = 'administrator', ${withoutProposal}`,
    changeable(
      change,
      sql`members.proposed_by <> ${change.by} AND members.state <> 'removed' AND members.role <> 'administrator'
        AND members.tenant_id <> ${GUESTS} AND ${isInOffice(sql`members.proposed_by`, change.now)}`,
      false,
    ),
    () => [],
    asAdministrator,
  );

/** Turned down by another administrator, or taken back by who proposed. The person stays what they are. */
export const declineAdministrator = (store: Store, change: MemberChange): Promise<boolean> =>
  changeMember(
    store,
    change,
    'administrator.declined',
    withoutProposal,
    changeable(change, sql`members.proposed_by IS NOT NULL`, false),
    () => [],
  );

export type Proposal = { by: { memberId: string; name: string | null }; at: Millis };

/** Who proposed this member as administrator; null when nobody did, or has left the office since. */
export async function findProposal(store: Store, memberId: string, now: Millis): Promise<Proposal | null> {
  const [row] = await store.db.all<{ id: string; name: string | null; at: Millis }>(sql`
    SELECT m.id, coalesce(m.name, m.address) AS name, p.proposed_at AS at FROM members AS p JOIN members AS m ON m.id = p.proposed_by
    WHERE p.id = ${memberId} AND p.proposed_at IS NOT NULL AND m.role = 'administrator' AND ${activeAdministrator(sql`${now}`)}`);
  return row ? { by: { memberId: row.id, name: row.name }, at: row.at } : null;
}

/** How many wait for a second approval: by the index of proposals alone. */
export async function countProposals(store: Store): Promise<number> {
  const [row] = await store.db.all<{ n: number }>(sql`SELECT count(*) AS n FROM members WHERE proposed_at IS NOT NULL`);
  return row?.n ?? 0;
}
