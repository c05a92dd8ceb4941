import type { Millis } from '@doorstep/shared/time';
import { and, desc, eq, lt, type SQL, sql } from 'drizzle-orm';
import { GUESTS } from '../domain/guest.ts';
import type { Trace } from './audit.ts';
import { activeAdministrator, type MemberRow } from './member.ts';
import { isGuestInvitation } from './own-domain.ts';
import { members } from './schema.ts';
import { changedRows, type Store } from './store.ts';
import { beginsAnyWord } from './word-search.ts';

/** Whom the switch concerns: guests who are in, open invitations and requests of guests, and who stays able to get in without the provider. */
export type ForceSsoReach = {
  guests: number;
  invitations: number;
  requests: number;
  /** On the break-glass list; `withPasskey`: of them, those who could come in by it now. */
  breakGlass: { listed: number; withPasskey: number };
};

/** Counted when somebody looks, and once more when it is switched: not on any page that is polled. */
export async function findForceSsoReach(store: Store, now: Millis): Promise<ForceSsoReach> {
  const [row] = await store.db.all<{
    guests: number;
    invitations: number;
    requests: number;
    listed: number;
    withPasskey: number;
  }>(sql`
    SELECT ${guestsIn(now)} AS guests, ${guestInvitations(now)} AS invitations, ${guestRequests(now)} AS requests,
      (SELECT count(*) FROM members AS m WHERE ${isListed(now)}) AS listed,
      (SELECT count(*) FROM members AS m WHERE ${isListed(now)} AND EXISTS (SELECT 1 FROM passkeys AS p WHERE p.member_id = m.id)) AS withPasskey`);
  const { listed, withPasskey, ...rest } = row!;
  return { ...rest, breakGlass: { listed, withPasskey } };
}

/** Guests who are in, newest first; `cursor` is the id of the last one of the page before. */
export const findGuestsIn = (
  store: Store,
  wanted: { q: string; cursor: string | null; limit: number },
  now: Millis,
): Promise<MemberRow[]> =>
  store.db
    .select()
    .from(members)
    .where(
      and(
        eq(members.tenantId, GUESTS),
        sql`${members.state} = 'active' AND (${members.accessUntil} IS NULL OR ${members.accessUntil} > ${now})`,
        beginsAnyWord(wanted.q, members.name, members.address),
        wanted.cursor ? lt(members.id, wanted.cursor) : undefined,
      ),
    )
    .orderBy(desc(members.id))
    .limit(wanted.limit);

/** `by` null: the command on the server itself, which only switches off. */
type Switch = { by: string | null; auditId: string; now: Millis; trace: Trace };

/**
 * On: guests' sessions of every kind end and their codes die in the same batch (DIR-02). Memberships, passkeys, invitations and requests are
 * kept for the day it is switched off. False when it was so already, or `by` is no administrator any more.
 */
export async function forceSso(store: Store, change: Switch & { by: string }): Promise<boolean> {
  const { now } = change;
  const facts = sql`json_object('guests', ${guestsIn(now)}, 'invitations', ${guestInvitations(now)},
    'requests', ${guestRequests(now)}, 'sessions', (SELECT count(*) FROM sessions AS s WHERE s.tenant_id = ${GUESTS}))`;
  const [won] = await store.write([
    switched(store, change, 'force-sso.on', 1, facts),
    store.db.run(sql`UPDATE workspace SET forces_sso = 1 WHERE ${isWon(change)}`),
    store.db.run(sql`DELETE FROM sessions WHERE tenant_id = ${GUESTS} AND ${isWon(change)}`),
    store.db.run(sql`UPDATE guest_codes SET ends_at = ${now} WHERE ends_at > ${now} AND ${isWon(change)}`),
    store.db.run(sql`
      UPDATE outbox_messages SET state = 'dropped', because = ${HELD_BACK}, settled_at = ${now}
      WHERE state = 'queued' AND id IN (${guestMails}) AND ${isWon(change)}`),
  ]);
  return changedRows(won) > 0;
}

/** Everything is as it was before: guests come in again by a code or their passkey. */
export async function unforceSso(store: Store, change: Switch): Promise<boolean> {
  const facts = sql`json_object('guests', ${guestsIn(change.now)})`;
  const [won] = await store.write([
    switched(store, change, 'force-sso.off', 0, facts),
    store.db.run(sql`UPDATE workspace SET forces_sso = 0 WHERE ${isWon(change)}`),
    store.db.run(sql`
      UPDATE outbox_messages SET state = 'queued', because = NULL, settled_at = NULL, due_at = ${change.now}
      WHERE id IN (${guestMails}) AND +state = 'dropped' AND because = ${HELD_BACK} AND ${isWon(change)}`),
  ]);
  return changedRows(won) > 0;
}

/** Mails of guests' invitations that had not left: they do when it is switched off, if the invitation is still good then. */
const HELD_BACK = 'Force SSO was switched on before this mail left.';
const guestMails = sql`SELECT 'out_' || i.id || '_' || i.generation FROM invitations AS i WHERE i.state = 'pending' AND ${isGuestInvitation(sql`i`)}`;

/** The audit row is written first: what follows depends on it, and its counts are those of the moment before. */
const switched = (store: Store, { by, auditId, now, trace }: Switch, what: string, to: 0 | 1, facts: SQL) =>
  store.db.run(sql`
    INSERT INTO audit_events (id, at, what, result, by_member_id, about, facts, request_id, client_address)
    SELECT ${auditId}, ${now}, ${what}, 'done', ${by}, NULL, ${facts}, ${trace.requestId}, ${trace.clientAddress}
    FROM workspace AS w WHERE w.forces_sso <> ${to} AND (${by} IS NULL OR EXISTS (SELECT 1 FROM members AS m
      WHERE m.id = ${by} AND m.role = 'administrator' AND ${activeAdministrator(sql`${now}`)}))`);

const isWon = ({ auditId }: Switch): SQL => sql`EXISTS (SELECT 1 FROM audit_events AS e WHERE e.id = ${auditId})`;

const guestsIn = (now: Millis): SQL => sql`(SELECT count(*) FROM members AS m WHERE m.tenant_id = ${GUESTS} AND m.state = 'active'
  AND (m.access_until IS NULL OR m.access_until > ${now}))`;

/** While no domain of ours is known, nobody can be told from a guest. */
const guestInvitations = (now: Millis): SQL => sql`(SELECT count(*) FROM invitations AS i
  WHERE +i.state = 'pending' AND i.expires_at > ${now} AND ${isGuestInvitation(sql`i`)})`;

const guestRequests = (now: Millis): SQL =>
  sql`(SELECT count(*) FROM access_requests AS r WHERE r.tenant_id = ${GUESTS} AND r.state = 'open' AND r.expires_at > ${now})`;

const isListed = (now: Millis): SQL =>
  sql`m.breaks_glass = 1 AND m.role = 'administrator' AND ${activeAdministrator(sql`${now}`)}`;
