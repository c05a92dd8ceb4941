import type { MemberId } from '@doorstep/shared/ids';
import type { Millis } from '@doorstep/shared/time';
import { type SQL, sql } from 'drizzle-orm';
import { GUESTS } from '../domain/guest.ts';
import { policy } from '../domain/policy.ts';
import { auditWinners } from './audit.ts';
import { isLost } from './directory-status.ts';
import { secondIsNeeded, tellOfProposals } from './open-proposal.ts';
import { endPriorSession, methodOf, type NewSession, type SignInFacts } from './sign-in-attempt.ts';
import { isShutOut } from './sso-is-forced.ts';
import { rowsOf, type Statement, type Store } from './store.ts';
import { dropGroups, giveGroups } from './user-group.ts';

/** One person who redeems one invitation of one generation, with the session to begin if they win. */
export type Redemption = SignInFacts &
  NewSession & { id: string; invitationId: string; generation: number; memberId: MemberId; auditId: string; now: Millis };

/** Its queued form: waits for the shared commit and answers the member's id, or undefined when this attempt lost. */
export const redeemInvitation = (store: Store, attempt: Redemption): Promise<MemberId | undefined> =>
  store.together('redeem', (attempts: Redemption[]) => redeemInvitations(store, attempts), attempt, [
    attempt.invitationId,
    `${attempt.tenantId}/${attempt.objectId}`,
  ]);

/**
 * Who won, and as which member (who comes back keeps the old id). A lost attempt wrote nothing: somebody was faster, it ended, or was sent
 * again (INV-06, INV-10, INV-13), or no guest may redeem it any more (DIR-01). Whatever could make a dependant fail is excluded in the first statement.
 */
export async function redeemInvitations(store: Store, attempts: Redemption[]): Promise<Map<string, MemberId>> {
  const list = JSON.stringify(attempts);
  const won = sql`json_each(${list}) AS a JOIN invitations AS i ON i.id = a.value->>'invitationId' AND i.redemption_id = a.value->>'id'`;
  const wonAsMember = sql`${won} JOIN members AS m ON m.tenant_id = a.value->>'tenantId' AND m.object_id = a.value->>'objectId'`;
  const waits = waitsForSecond(list);
  const proposed = sql`members AS m CROSS JOIN json_each(${list}) AS a ON a.value->>'id' = m.attempt_id AND m.proposed_at > 0`;
  const results = await store.write([
    // "+": by primary key, not by an index on state
    store.db.run(sql`
      UPDATE invitations SET state = 'redeemed', redemption_id = a.value->>'id', redeemed_at = a.value->>'now', closed_at = a.value->>'now',
        member_id = coalesce((SELECT m.id FROM members AS m WHERE m.tenant_id = a.value->>'tenantId' AND m.object_id = a.value->>'objectId'),
          a.value->>'memberId')
      FROM json_each(${list}) AS a
      WHERE invitations.id = a.value->>'invitationId' AND invitations.generation = a.value->>'generation'
        AND +invitations.state = 'pending' AND invitations.expires_at > a.value->>'now'
        AND (invitations.object_id IS NULL
          OR (invitations.tenant_id = a.value->>'tenantId' AND invitations.object_id = a.value->>'objectId'))
        AND NOT ${isLost(sql`a.value->>'tenantId'`, sql`a.value->>'objectId'`)} AND NOT ${isShutOut(sql`a.value->>'tenantId'`)}
        AND NOT (a.value->>'tenantId' = ${GUESTS} AND invitations.role = 'administrator')
        AND NOT EXISTS (SELECT 1 FROM members AS m
          WHERE m.tenant_id = a.value->>'tenantId' AND m.object_id = a.value->>'objectId'
            AND (m.state = 'suspended' OR (m.state = 'removed' AND m.state_at >= invitations.sent_at)
              OR (m.state = 'active' AND (m.access_until IS NULL OR m.access_until > a.value->>'now'))))`),
    store.db.run(sql`
      INSERT INTO members (id, tenant_id, object_id, state, role, name, address, address_is_trusted, guest_of, joined_at, access_until,
        last_seen_at, state_at, invitation_id, sponsor_id, attempt_id, proposed_by, proposed_at)
      SELECT a.value->>'memberId', a.value->>'tenantId', a.value->>'objectId', 'active', CASE WHEN ${waits} THEN 'member' ELSE i.role END, a.value->>'name', a.value->>'address',
        a.value->>'addressIsTrusted', a.value->>'guestOf', a.value->>'now', i.access_until, a.value->>'now', a.value->>'now', i.id,
        CASE WHEN a.value->>'tenantId' = ${GUESTS} THEN i.inviter_id END, a.value->>'id',
        CASE WHEN ${waits} THEN ${proposer} END, CASE WHEN ${waits} AND ${proposer} IS NOT NULL THEN a.value->>'now' END
      FROM ${won} WHERE true
      ON CONFLICT (tenant_id, object_id) DO UPDATE SET state = 'active', role = excluded.role, name = excluded.name, address = excluded.address,
        address_is_trusted = excluded.address_is_trusted, guest_of = excluded.guest_of, joined_at = excluded.joined_at,
        access_until = excluded.access_until, last_seen_at = excluded.last_seen_at, state_at = excluded.state_at,
        invitation_id = excluded.invitation_id, sponsor_id = excluded.sponsor_id, admission_rule_id = NULL, attempt_id = excluded.attempt_id,
        proposed_by = excluded.proposed_by, proposed_at = excluded.proposed_at, ended_at = NULL`),
    store.db.run(sql`
      UPDATE access_requests SET state = 'superseded', decided_at = a.value->>'now', attempt_id = a.value->>'id'
      FROM ${won}
      WHERE access_requests.tenant_id = a.value->>'tenantId' AND access_requests.object_id = a.value->>'objectId'
        AND access_requests.state = 'open'`),
    store.db.run(sql`
      INSERT INTO sessions (token_hash, kind, member_id, tenant_id, object_id, provider_session_id, method, signed_in_at, fresh_at, last_used_at, ends_at)
      SELECT a.value->>'tokenHash', 'member', m.id, m.tenant_id, m.object_id, a.value->>'providerSessionId', ${methodOf}, a.value->>'now',
        a.value->>'freshAt', a.value->>'now', a.value->>'now' + ${sessionLength}
      FROM ${wonAsMember}`),
    endPriorSession(store, won),
    dropGroups(store, wonAsMember),
    giveGroups(store, wonAsMember),
    tellOfProposals(store, proposed, sql`m.proposed_at`),
    auditProposals(store, proposed),
    auditWinners(store, 'invitation.redeemed', wonAsMember, sql`i.id`, sql`m.id`, redeemedFacts),
    store.db.all(sql`SELECT a.value->>'id' AS attempt, m.id AS member FROM ${wonAsMember}`),
  ]);
  return new Map(rowsOf<{ attempt: string; member: MemberId }>(results.at(-1)).map((row) => [row.attempt, row.member]));
}

/** SQL: an address that only the setting vouches for is said, since whoever may edit it in the tenant could redeem. */
const redeemedFacts = sql`CASE WHEN a.value->>'isVouchedFor' THEN json_object('role', m.role, 'vouchedFor', 'email')
  ELSE json_object('role', m.role) END`;

/** SQL: who redeems would become administrator and needs a second approval; of a whole set only as many do not as bring two into office. */
const waitsForSecond = (list: string): SQL =>
  sql`(i.role = 'administrator' AND ${secondIsNeeded(
    sql`a.value->>'now'`,
    sql`(SELECT count(*) FROM json_each(${list}) AS b JOIN invitations AS j ON j.id = b.value->>'invitationId' AND j.redemption_id = b.value->>'id'
    WHERE j.role = 'administrator' AND b.key < a.key)`,
  )})`;

/** SQL: whose voice the invitation is: whoever approved the request, else the inviter, if in office. */
const inOffice = sql.raw(
  `p.role = 'administrator' AND p.state = 'active' AND (p.access_until IS NULL OR p.access_until > a.value->>'now')`,
);
const proposer = sql`coalesce(
  (SELECT p.id FROM access_requests AS r JOIN members AS p ON p.id = r.decided_by WHERE r.id = i.access_request_id AND ${inOffice}),
  (SELECT p.id FROM members AS p WHERE p.id = i.inviter_id AND ${inOffice}))`;

const auditProposals = (store: Store, proposed: SQL): Statement =>
  store.db.run(sql`
    INSERT INTO audit_events (id, at, what, result, by_member_id, about, facts, request_id, client_address)
    SELECT a.value->>'auditId' || '_proposed', m.proposed_at, 'administrator.proposed', 'done', m.proposed_by, m.id,
      json_object('invitationId', m.invitation_id), a.value->>'requestId', a.value->>'clientAddress' FROM ${proposed}`);

const { administratorAtMost, guestAtMost, atMost } = policy.session;
/** SQL: how long the session of member `m` may last at the most, who is a guest if `guestOf` says so. */
export const sessionLengthOf = (guestOf: SQL): SQL =>
  sql`CASE WHEN m.role = 'administrator' THEN ${administratorAtMost} WHEN ${guestOf} IS NOT NULL THEN ${guestAtMost} ELSE ${atMost} END`;
export const sessionLength = sessionLengthOf(sql`m.guest_of`);
