import type { RequestState } from '@doorstep/shared/access-request';
import type { MemberId } from '@doorstep/shared/ids';
import type { Millis } from '@doorstep/shared/time';
import { type SQL, sql } from 'drizzle-orm';
import type { DirectoryPerson, IdentityKey } from '../domain/identity.ts';
import type { Denial, KnownMember, OpenRequest } from '../domain/sign-in.ts';
import { auditWinners } from './audit.ts';
import { type InvitationFacts, knownInvitation } from './invitation.ts';
import { mayHavePasskeys } from './passkey.ts';
import { sessionLengthOf } from './redemption.ts';
import { endPriorSession, methodOf, type NewSession, type SignInFacts } from './sign-in-attempt.ts';
import { isShutOut, ssoIsForced } from './sso-is-forced.ts';
import { rowsOf, type Store } from './store.ts';

type LastFacts = { state: RequestState; decidedAt: Millis | null; askedAt: Millis; decisionReason: string | null };
type Known = Record<'member' | 'bound' | 'open' | 'last' | 'person', string | null> & {
  hasAdministrator: number;
  forcesSso: number;
};

/** All that is known of an identity at this moment: one statement, for every sign-in pays for it. */
export async function findKnown(store: Store, who: IdentityKey, now: Millis) {
  const theirs = (table: string) => sql.raw(`${table}.tenant_id = w.tenant AND ${table}.object_id = w.object`);
  const [known] = await store.db.all<Known>(sql`
    WITH w AS (SELECT ${who.tenantId} AS tenant, ${who.objectId} AS object)
    SELECT
      (SELECT json_object('id', m.id, 'state', m.state, 'stateAt', m.state_at, 'role', m.role, 'accessUntil', m.access_until,
          'breaksGlass', json(iif(m.breaks_glass, 'true', 'false')))
        FROM members AS m WHERE ${theirs('m')}) AS member,
      (SELECT json_object('id', i.id, 'state', i.state, 'generation', i.generation, 'sentAt', i.sent_at, 'expiresAt', i.expires_at, 'role', i.role,
          'address', i.address, 'tenantId', i.tenant_id, 'objectId', i.object_id, 'accessRequestId', i.access_request_id, 'inviterId', i.inviter_id)
        FROM invitations AS i WHERE ${theirs('i')} AND i.object_id IS NOT NULL AND i.state = 'pending' AND i.expires_at > ${now}
        ORDER BY i.sent_at DESC LIMIT 1) AS bound,
      (SELECT json_object('id', r.id, 'why', r.why, 'invitationId', r.invitation_id)
        FROM access_requests AS r WHERE ${theirs('r')} AND r.state = 'open' AND r.expires_at > ${now}) AS open,
      (SELECT json_object('state', r.state, 'decidedAt', r.decided_at, 'askedAt', r.asked_at, 'decisionReason', r.decision_reason)
        FROM access_requests AS r WHERE ${theirs('r')} AND r.state IN ('denied', 'approved') ORDER BY r.asked_at DESC LIMIT 1) AS last,
      (SELECT json_object('status', u.status, 'name', u.name, 'address', u.address, 'isGuest', u.is_guest, 'guestOf', u.guest_of,
          'trustedAddresses', json(${trustedAddresses}))
        FROM directory_users AS u WHERE u.object_id = w.object AND w.tenant = (SELECT tenant_id FROM directory)) AS person,
      EXISTS (SELECT 1 FROM members AS m WHERE m.role = 'administrator' AND m.state <> 'removed') AS hasAdministrator,
      ${ssoIsForced} AS forcesSso
    FROM w`);
  const person = read<Omit<DirectoryPerson, 'isGuest'> & { isGuest: number }>(known!.person);
  const bound = read<InvitationFacts>(known!.bound);
  const last = read<LastFacts>(known!.last);
  return {
    member: read<KnownMember>(known!.member),
    bound: bound && knownInvitation(bound),
    openRequest: read<OpenRequest>(known!.open),
    lastDenial:
      last?.state === 'denied'
        ? ({ decidedAt: last.decidedAt ?? last.askedAt, reason: last.decisionReason } satisfies Denial)
        : null,
    hasAdministrator: known!.hasAdministrator === 1,
    /** As it is now: the settings of the request may be older. */
    forcesSso: known!.forcesSso === 1,
    person: person && ({ ...person, isGuest: person.isGuest === 1 } satisfies DirectoryPerson),
  };
}

/**
 * SQL: a JSON list of the addresses that the directory proves of its user `u`: Exchange's, the user name unless it is a guest's, what SCIM wrote,
 * and `mail` only in a domain of the tenant, for anything may stand there (DESIGN.md, section 4, trusted addresses).
 */
const trustedAddresses: SQL = sql`(SELECT json_group_array(a.address) FROM directory_addresses AS a
  WHERE a.object_id = u.object_id AND a.owner = 'user' AND instr(a.address, '#ext#') = 0
    AND (a.source IN ('proxy', 'scim') OR (a.source = 'user-name' AND NOT u.is_guest)
      OR (a.source = 'mail' AND substr(a.address, instr(a.address, '@') + 1) IN (SELECT domain FROM directory_domains))))`;

const read = <Facts>(text: string | null): Facts | null => (text === null ? null : (JSON.parse(text) as Facts));

/** A member who signs in again: a new session, their names as the provider says them now (ENT-33). */
export type MemberSignIn = SignInFacts & NewSession & { id: string; memberId: MemberId; auditId: string; now: Millis };

export const signInMember = (store: Store, attempt: MemberSignIn): Promise<true | undefined> =>
  store.together('sign-in', (attempts: MemberSignIn[]) => signInMembers(store, attempts), attempt, [
    `${attempt.tenantId}/${attempt.objectId}`,
  ]);

/**
 * Loses when the member was suspended or removed, or ended by the clock, or a passkey's went off the break-glass list, or Force SSO
 * shut the guests' door, since it was read.
 */
export async function signInMembers(store: Store, attempts: MemberSignIn[]): Promise<Map<string, true>> {
  const list = JSON.stringify(attempts);
  const won = sql`json_each(${list}) AS a JOIN sessions AS s ON s.token_hash = a.value->>'tokenHash'`;
  const results = await store.write([
    store.db.run(sql`
      INSERT INTO sessions (token_hash, kind, member_id, tenant_id, object_id, provider_session_id, method, signed_in_at, fresh_at, last_used_at, ends_at)
      SELECT a.value->>'tokenHash', 'member', m.id, m.tenant_id, m.object_id, a.value->>'providerSessionId', ${methodOf}, a.value->>'now',
        a.value->>'freshAt', a.value->>'now', a.value->>'now' + ${sessionLengthOf(sql`a.value->>'guestOf'`)}
      FROM json_each(${list}) AS a JOIN members AS m ON m.id = a.value->>'memberId'
      WHERE m.state = 'active' AND (m.access_until IS NULL OR m.access_until > a.value->>'now') AND (${methodOf} <> 'passkey' OR ${mayHavePasskeys})
        AND NOT ${isShutOut(sql`m.tenant_id`)}`),
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
