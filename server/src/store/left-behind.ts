import type { MemberState, Role } from '@doorstep/shared/member';
import type { Millis } from '@doorstep/shared/time';
import { type SQL, sql } from 'drizzle-orm';
import type { Trace } from './audit.ts';
import { activeAdministrator } from './member.ts';
import { othersTurn } from './others-turn.ts';
import { SLICE } from './slices.ts';
import { changedRows, type Store } from './store.ts';

// Whoever administers no more (suspended, removed, ended, demoted, gone from the directory) leaves guests and open invitations without anybody
// who answers for them: a to-do of those in office.

/** `guests` and `invitations` are counts of all. */
export type Leaver = {
  memberId: string;
  name: string | null;
  address: string | null;
  state: MemberState;
  role: Role;
  accessUntil: Millis | null;
  guests: number;
  invitations: number;
};

const MOST_LEAVERS = 8;

/** SQL: member `m` administers now. */
const inOffice = (now: Millis): SQL => sql`m.role = 'administrator' AND ${activeAdministrator(sql`${now}`)}`;
const isOpenGuest = (now: Millis): SQL => sql`g.state = 'active' AND (g.access_until IS NULL OR g.access_until > ${now})`;
const isOpenInvitation = (now: Millis): SQL => sql`i.state = 'pending' AND i.expires_at > ${now}`;

/** SQL: each value of a column once, by hops along its index: as many steps as there are sponsors, however many guests they have. */
const hops = (name: SQL, column: SQL, from: SQL): SQL => sql`${name}(id) AS (SELECT min(${column}) FROM ${from}
  UNION ALL SELECT (SELECT min(${column}) FROM ${from} AND ${column} > ${name}.id) FROM ${name} WHERE ${name}.id IS NOT NULL)`;

/** Those who left something behind, in the order of their ids; with `memberId` that one alone. */
export const findLeavers = (store: Store, now: Millis, memberId: string | null = null): Promise<Leaver[]> =>
  store.db.all<Leaver>(sql`
    WITH RECURSIVE ${hops(sql`sponsors`, sql`sponsor_id`, sql`members WHERE sponsor_id IS NOT NULL`)},
      ${hops(sql`inviters`, sql`inviter_id`, sql`invitations WHERE state = 'pending'`)}
    SELECT * FROM (SELECT m.id AS memberId, m.name, m.address, m.state, m.role, m.access_until AS accessUntil,
        (SELECT count(*) FROM members AS g WHERE g.sponsor_id = m.id AND ${isOpenGuest(now)}) AS guests,
        (SELECT count(*) FROM invitations AS i WHERE i.inviter_id = m.id AND ${isOpenInvitation(now)}) AS invitations
      FROM (SELECT id FROM sponsors UNION SELECT id FROM inviters) AS who CROSS JOIN members AS m ON m.id = who.id
      WHERE NOT (${inOffice(now)}) AND (${memberId} IS NULL OR m.id = ${memberId}))
    WHERE guests + invitations > 0 ORDER BY memberId LIMIT ${MOST_LEAVERS}`);

export type LeftBehind = { guests: number; invitations: number };

/** How much is left behind, from memory: whatever changes it, the job that marks what has ended among it, forgets. */
export const countLeftBehind = (store: Store, now: Millis): Promise<LeftBehind> =>
  store.memory.recall('left-behind', async () => {
    const leavers = await findLeavers(store, now);
    const sum = (what: 'guests' | 'invitations') => leavers.reduce((all, leaver) => all + leaver[what], 0);
    return { guests: sum('guests'), invitations: sum('invitations') };
  });

export type LeftGuest = { from: string; id: string; name: string | null; address: string | null; accessUntil: Millis | null };
export type LeftInvitation = { from: string; id: string; name: string | null; address: string | null; expiresAt: Millis };

/** The first `most` guests and invitations of each of these leavers. */
export async function findWhatTheyLeft(store: Store, leavers: readonly Leaver[], most: number, now: Millis) {
  const ids = JSON.stringify(leavers.map(({ memberId }) => memberId));
  const [guests, invitations] = await Promise.all([
    store.db.all<LeftGuest>(sql`
      SELECT l.value AS "from", m.id, m.name, m.address, m.access_until AS accessUntil FROM json_each(${ids}) AS l CROSS JOIN members AS m
      ON m.id IN (SELECT g.id FROM members AS g WHERE g.sponsor_id = l.value AND ${isOpenGuest(now)} ORDER BY g.id LIMIT ${most})`),
    store.db.all<LeftInvitation>(sql`
      SELECT l.value AS "from", o.id, o.name, o.address, o.expires_at AS expiresAt FROM json_each(${ids}) AS l CROSS JOIN invitations AS o
      ON o.id IN (SELECT i.id FROM invitations AS i WHERE i.inviter_id = l.value AND ${isOpenInvitation(now)} ORDER BY i.id LIMIT ${most})`),
  ]);
  return { guests, invitations };
}

/** `only`: the id of one guest or invitation; null takes over all. */
export type TakeOver = { by: string; from: string; only: string | null; auditId: string; now: Millis; trace: Trace };

/**
 * Whoever presses answers from now on for what `from` left behind. How many were taken over: none when somebody was faster, when `from` is in
 * office again, or who presses is not any more. Slice by slice, so that nobody waits for a long list.
 */
export async function takeOver(store: Store, take: TakeOver): Promise<number> {
  let taken = 0;
  for (;;) {
    const guests = chosen(take, sql`members`, sql`sponsor_id`, sql`x.state <> 'removed'`);
    const invitations = chosen(take, sql`invitations`, sql`inviter_id`, sql`x.state = 'pending'`);
    const [, , tookGuests, tookInvitations] = await store.write([
      store.db.run(audited(take, guests)),
      store.db.run(audited(take, invitations)),
      store.db.run(sql`UPDATE members SET sponsor_id = ${take.by} WHERE id IN (${guests})`),
      store.db.run(sql`UPDATE invitations SET inviter_id = ${take.by} WHERE id IN (${invitations})`),
    ]);
    const slice = [changedRows(tookGuests), changedRows(tookInvitations)];
    taken += slice[0]! + slice[1]!;
    if (Math.max(...slice) < SLICE) return taken;
    await othersTurn();
  }
}

const chosen = ({ by, from, only, now }: TakeOver, table: SQL, column: SQL, open: SQL): SQL => sql`
  SELECT x.id FROM ${table} AS x WHERE x.${column} = ${from} AND ${open} AND (${only} IS NULL OR x.id = ${only}) AND x.id <> ${by}
    AND EXISTS (SELECT 1 FROM members AS m WHERE m.id = ${by} AND ${inOffice(now)})
    AND NOT EXISTS (SELECT 1 FROM members AS m WHERE m.id = ${from} AND ${inOffice(now)})
  ORDER BY x.id LIMIT ${SLICE}`;

/** Before the change itself, in the same batch: both see the same rows. */
const audited = ({ by, from, auditId, now, trace }: TakeOver, ids: SQL): SQL => sql`
  INSERT INTO audit_events (id, at, what, result, by_member_id, about, facts, request_id, client_address)
  SELECT ${auditId} || '_' || id, ${now}, 'sponsor.taken-over', 'done', ${by}, id, json_object('from', ${from}), ${trace.requestId},
    ${trace.clientAddress} FROM (${ids})`;
