import type { MemberId } from '@doorstep/shared/ids';
import type { Millis } from '@doorstep/shared/time';
import { type SQL, sql } from 'drizzle-orm';
import { GUESTS } from '../domain/guest.ts';
import { policy } from '../domain/policy.ts';
import { auditWinners } from './audit.ts';
import { isLost } from './directory-status.ts';
import { endPriorSession, methodOf, type NewSession, type SignInFacts } from './sign-in-attempt.ts';
import { rowsOf, type Store } from './store.ts';
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
 * again (INV-06, INV-10, INV-13). Whatever could make a dependant fail is excluded in the first statement.
 */
export async function redeemInvitations(store: Store, attempts: Redemption[]): Promise<Map<string, MemberId>> {
  const list = JSON.stringify(attempts);
  const won = sql`json_each(${list}) AS a JOIN invitations AS i ON i.id = a.value->>'invitationId' AND i.redemption_id = a.value->>'id'`;
  const wonAsMember = sql`${won} JOIN members AS m ON m.tenant_id = a.value->>'tenantId' AND m.object_id = a.value->>'objectId'`;
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
        AND NOT ${isLost(sql`a.value->>'tenantId'`, sql`a.value->>'objectId'`)}
        AND NOT EXISTS (SELECT 1 FROM members AS m
          WHERE m.tenant_id = a.value->>'tenantId' AND m.object_id = a.value->>'objectId'
            AND (m.state = 'suspended' OR (m.state = 'removed' AND m.state_at >= invitations.sent_at)
              OR (m.state = 'active' AND (m.access_until IS NULL OR m.access_until > a.value->>'now'))))`),
    store.db.run(sql`
      INSERT INTO members (id, tenant_id, object_id, state, role, name, address, address_is_trusted, guest_of, joined_at, access_until,
        last_seen_at, state_at, invitation_id, sponsor_id, attempt_id)
      SELECT a.value->>'memberId', a.value->>'tenantId', a.value->>'objectId', 'active', i.role, a.value->>'name', a.value->>'address',
        a.value->>'addressIsTrusted', a.value->>'guestOf', a.value->>'now', i.access_until, a.value->>'now', a.value->>'now', i.id,
        CASE WHEN a.value->>'tenantId' = ${GUESTS} THEN i.inviter_id END, a.value->>'id'
      FROM ${won} WHERE true
      ON CONFLICT (tenant_id, object_id) DO UPDATE SET state = 'active', role = excluded.role, name = excluded.name, address = excluded.address,
        address_is_trusted = excluded.address_is_trusted, guest_of = excluded.guest_of, joined_at = excluded.joined_at,
        access_until = excluded.access_until, last_seen_at = excluded.last_seen_at, state_at = excluded.state_at,
        invitation_id = excluded.invitation_id, sponsor_id = excluded.sponsor_id, admission_rule_id = NULL, attempt_id = excluded.attempt_id, ended_at = NULL`),
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
    auditWinners(store, 'invitation.redeemed', wonAsMember, sql`i.id`, sql`m.id`, sql`json_object('role', m.role)`),
    store.db.all(sql`SELECT a.value->>'id' AS attempt, m.id AS member FROM ${wonAsMember}`),
  ]);
  return new Map(rowsOf<{ attempt: string; member: MemberId }>(results[8]).map((row) => [row.attempt, row.member]));
}

const { administratorAtMost, guestAtMost, atMost } = policy.session;
/** SQL: how long the session of member `m` may last at the most, who is a guest if `guestOf` says so. */
export const sessionLengthOf = (guestOf: SQL): SQL =>
  sql`CASE WHEN m.role = 'administrator' THEN ${administratorAtMost} WHEN ${guestOf} IS NOT NULL THEN ${guestAtMost} ELSE ${atMost} END`;
export const sessionLength = sessionLengthOf(sql`m.guest_of`);
