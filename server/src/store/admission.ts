import type { MemberId } from '@doorstep/shared/ids';
import type { Millis } from '@doorstep/shared/time';
import { type SQL, sql } from 'drizzle-orm';
import { provenDomains } from '../domain/admission.ts';
import type { IdentityKey } from '../domain/identity.ts';
import { auditWinners } from './audit.ts';
import { groupsAround } from './directory-group.ts';
import { isLost } from './directory-status.ts';
import { sessionLength } from './redemption.ts';
import { endPriorSession, methodOf, type NewSession, type SignInFacts } from './sign-in-attempt.ts';
import { rowsOf, type Store } from './store.ts';
import { giveGroups } from './user-group.ts';

/** The rule that lets somebody in at the first sign-in, and what it gives: custom user groups only, never the role of an administrator. */
export type Admission = { ruleId: string; role: 'member' | 'reader'; userGroupIds: string[] };

/**
 * The rule that lets this identity in, the one made first where several match; null: it knocks like everybody. `trustedAddresses` are those of
 * DESIGN.md, section 4. Whatever the directory does not know, calls disabled or belongs to another tenant lets nobody in (DIR-10).
 */
export async function findAdmission(
  store: Store,
  who: IdentityKey,
  trustedAddresses: readonly string[],
): Promise<Admission | null> {
  const domains = JSON.stringify(provenDomains(trustedAddresses));
  const [rule] = await store.db.all<{ ruleId: string; role: 'member' | 'reader'; userGroupIds: string }>(sql`
    SELECT r.id AS ruleId, r.role, r.user_group_ids AS userGroupIds FROM admission_rules AS r
    WHERE ${letsIn} AND ${isOfDirectory(sql`${who.tenantId}`, sql`${who.objectId}`)}
      AND ((r.domain IN (SELECT value FROM json_each(${domains})) AND r.domain IN (SELECT domain FROM directory_domains))
        OR r.directory_group_id IN (${groupsAround(sql`${who.objectId}`)}))
    ORDER BY r.created_at, r.id LIMIT 1`);
  return rule ? { ...rule, userGroupIds: JSON.parse(rule.userGroupIds) as string[] } : null;
}

/** SQL: rule `r` is on and lets people in. */
const letsIn = sql`r.is_on AND r.effect = 'let-in'`;

/** SQL: the synced directory is that of this tenant, and does not say that the person is disabled or gone. */
const isOfDirectory = (tenantId: SQL, objectId: SQL): SQL =>
  sql`${tenantId} = (SELECT tenant_id FROM directory) AND NOT ${isLost(tenantId, objectId)}`;

/** One person whom one rule lets in, with the session to begin if they win. */
export type AdmissionAttempt = SignInFacts &
  NewSession & { id: string; memberId: MemberId; auditId: string; now: Millis; ruleId: string };

/** Its queued form: waits for the shared commit and answers the member's id, or undefined when this attempt lost. */
export const admitMember = (store: Store, attempt: AdmissionAttempt): Promise<MemberId | undefined> =>
  store.together('admit', (attempts: AdmissionAttempt[]) => admitMembers(store, attempts), attempt, [
    `${attempt.tenantId}/${attempt.objectId}`,
  ]);

/**
 * Who won, and as which member. A lost attempt wrote nothing: the rule was switched off or changed, the person left its group, or is or was a
 * member already: a rule brings nobody back whom somebody removed.
 */
export async function admitMembers(store: Store, attempts: AdmissionAttempt[]): Promise<Map<string, MemberId>> {
  const list = JSON.stringify(attempts);
  const won = sql`json_each(${list}) AS a JOIN members AS m ON m.attempt_id = a.value->>'id'`;
  const results = await store.write([
    store.db.run(sql`
      INSERT INTO members (id, tenant_id, object_id, state, role, name, address, address_is_trusted, guest_of, joined_at, last_seen_at, state_at,
        admission_rule_id, attempt_id)
      SELECT a.value->>'memberId', a.value->>'tenantId', a.value->>'objectId', 'active', r.role, a.value->>'name', a.value->>'address',
        a.value->>'addressIsTrusted', a.value->>'guestOf', a.value->>'now', a.value->>'now', a.value->>'now', r.id, a.value->>'id'
      FROM json_each(${list}) AS a JOIN admission_rules AS r ON r.id = a.value->>'ruleId'
      WHERE ${letsIn} AND ${isOfDirectory(sql`a.value->>'tenantId'`, sql`a.value->>'objectId'`)}
        AND (r.domain IN (SELECT domain FROM directory_domains) OR r.directory_group_id IN (${groupsAround(sql`a.value->>'objectId'`)}))
        AND NOT EXISTS (SELECT 1 FROM members AS m WHERE m.tenant_id = a.value->>'tenantId' AND m.object_id = a.value->>'objectId')
      ON CONFLICT DO NOTHING`),
    giveGroups(store, sql`${won} JOIN admission_rules AS r ON r.id = m.admission_rule_id`, sql`r.user_group_ids`),
    store.db.run(sql`
      UPDATE access_requests SET state = 'superseded', decided_at = a.value->>'now', attempt_id = a.value->>'id'
      FROM ${won}
      WHERE access_requests.tenant_id = m.tenant_id AND access_requests.object_id = m.object_id AND access_requests.state = 'open'`),
    store.db.run(sql`
      INSERT INTO sessions (token_hash, kind, member_id, tenant_id, object_id, provider_session_id, method, signed_in_at, fresh_at, last_used_at, ends_at)
      SELECT a.value->>'tokenHash', 'member', m.id, m.tenant_id, m.object_id, a.value->>'providerSessionId', ${methodOf}, a.value->>'now',
        a.value->>'freshAt', a.value->>'now', a.value->>'now' + ${sessionLength}
      FROM ${won}`),
    endPriorSession(store, won),
    auditWinners(
      store,
      'member.admitted',
      won,
      sql`m.id`,
      sql`m.id`,
      sql`json_object('ruleId', m.admission_rule_id, 'role', m.role)`,
    ),
    store.db.all(sql`SELECT a.value->>'id' AS attempt, m.id AS member FROM ${won}`),
  ]);
  return new Map(rowsOf<{ attempt: string; member: MemberId }>(results[6]).map((row) => [row.attempt, row.member]));
}
