import type { AccessRequestId, InvitationId, MemberId } from '@doorstep/shared/ids';
import type { Role } from '@doorstep/shared/member';
import type { Millis } from '@doorstep/shared/time';
import { and, desc, eq, gt, inArray, ne, sql } from 'drizzle-orm';
import type { IdentityKey } from '../domain/identity.ts';
import type { Denial, KnownMember, OpenRequest } from '../domain/sign-in.ts';
import { auditWinners } from './audit.ts';
import { knownInvitation } from './invitation.ts';
import { sessionLength } from './redemption.ts';
import { accessRequests, invitations, members } from './schema.ts';
import { endPriorSession, type NewSession, type SignInFacts } from './sign-in-attempt.ts';
import { rowsOf, type Store } from './store.ts';

/** All that is known of an identity at this moment, read in one batch. */
export async function findKnown(store: Store, who: IdentityKey, now: Millis) {
  const [member, bound, open, denied, administrator] = await store.db.batch([
    store.db
      .select()
      .from(members)
      .where(and(eq(members.tenantId, who.tenantId), eq(members.objectId, who.objectId))),
    store.db
      .select()
      .from(invitations)
      .where(
        and(
          eq(invitations.tenantId, who.tenantId),
          eq(invitations.objectId, who.objectId),
          eq(invitations.state, 'pending'),
          gt(invitations.expiresAt, now),
        ),
      )
      .orderBy(desc(invitations.sentAt))
      .limit(1),
    store.db
      .select()
      .from(accessRequests)
      .where(
        and(
          eq(accessRequests.tenantId, who.tenantId),
          eq(accessRequests.objectId, who.objectId),
          eq(accessRequests.state, 'open'),
          gt(accessRequests.expiresAt, now),
        ),
      ),
    store.db
      .select()
      .from(accessRequests)
      .where(
        and(
          eq(accessRequests.tenantId, who.tenantId),
          eq(accessRequests.objectId, who.objectId),
          inArray(accessRequests.state, ['denied', 'approved']),
        ),
      )
      .orderBy(desc(accessRequests.askedAt))
      .limit(1),
    store.db
      .select({ id: members.id })
      .from(members)
      .where(and(eq(members.role, 'administrator'), ne(members.state, 'removed')))
      .limit(1),
  ]);
  const last = denied[0];
  return {
    member: member[0] ? knownMember(member[0]) : null,
    bound: bound[0] ? knownInvitation(bound[0]) : null,
    openRequest: open[0]
      ? ({
          id: open[0].id as AccessRequestId,
          why: open[0].why,
          invitationId: open[0].invitationId as InvitationId | null,
        } satisfies OpenRequest)
      : null,
    lastDenial:
      last?.state === 'denied'
        ? ({ decidedAt: last.decidedAt ?? last.askedAt, reason: last.decisionReason } satisfies Denial)
        : null,
    hasAdministrator: administrator.length > 0,
  };
}

export const knownMember = (row: typeof members.$inferSelect): KnownMember => ({
  id: row.id as MemberId,
  state: row.state,
  stateAt: row.stateAt,
  role: row.role as Role,
  accessUntil: row.accessUntil,
});

/** A member who signs in again: a new session, their names as the provider says them now (ENT-33). */
export type MemberSignIn = SignInFacts & NewSession & { id: string; memberId: MemberId; auditId: string; now: Millis };

export const signInMember = (store: Store, attempt: MemberSignIn): Promise<true | undefined> =>
  store.together('sign-in', (attempts: MemberSignIn[]) => signInMembers(store, attempts), attempt, [
    `${attempt.tenantId}/${attempt.objectId}`,
  ]);

/** Loses when the member was suspended or removed, or ended by the clock, since it was read. */
export async function signInMembers(store: Store, attempts: MemberSignIn[]): Promise<Map<string, true>> {
  const list = JSON.stringify(attempts);
  const won = sql`json_each(${list}) AS a JOIN sessions AS s ON s.token_hash = a.value->>'tokenHash'`;
  const results = await store.write([
    store.db.run(sql`
      INSERT INTO sessions (token_hash, kind, member_id, tenant_id, object_id, provider_session_id, signed_in_at, fresh_at, last_used_at, ends_at)
      SELECT a.value->>'tokenHash', 'member', m.id, m.tenant_id, m.object_id, a.value->>'providerSessionId', a.value->>'now',
        a.value->>'freshAt', a.value->>'now', a.value->>'now' + ${sessionLength}
      FROM json_each(${list}) AS a JOIN members AS m ON m.id = a.value->>'memberId'
      WHERE m.state = 'active' AND (m.access_until IS NULL OR m.access_until > a.value->>'now')`),
    store.db.run(sql`
      UPDATE members SET name = a.value->>'name', address = a.value->>'address', address_is_trusted = a.value->>'addressIsTrusted',
        guest_of = a.value->>'guestOf', last_seen_at = a.value->>'now'
      FROM ${won} WHERE members.id = a.value->>'memberId'`),
    endPriorSession(store, won),
    auditWinners(store, 'member.signed-in', won, sql`s.member_id`, sql`s.member_id`),
    store.db.all(sql`SELECT a.value->>'id' AS attempt FROM ${won}`),
  ]);
  return new Map(rowsOf<{ attempt: string }>(results[4]).map((row) => [row.attempt, true]));
}
