import type { MemberId } from '@doorstep/shared/ids';
import type { Role } from '@doorstep/shared/member';
import { DAY, type Millis } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { policy } from '../domain/policy.ts';
import { defaultSettings } from '../domain/settings.ts';
import { auditWinners, type Trace } from './audit.ts';
import { isLost } from './directory-status.ts';
import { activeAdministrator } from './member.ts';
import { isShutOut } from './sso-is-forced.ts';
import { rowsOf, type Statement, type Store } from './store.ts';

type Verdict = Trace & { id: string; aboutRequest: string; by: MemberId; auditId: string; reason: string | null; now: Millis };

/** `reuses`: the pending invitation, of exactly that generation, that is bound and renewed; else a new one is made. */
export type ApprovalAttempt = Verdict & {
  reuses: string | null;
  reusesGeneration: number | null;
  newInvitationId: string;
  /** What the body named; null leaves the invitation's own, or `member` for a new one. */
  role: Role | null;
  namesAccessUntil: boolean;
  accessUntil: Millis | null;
  /** JSON: custom user groups; null as with `role`. */
  userGroupIds: string | null;
};
export type DenialAttempt = Verdict;
export type Decided = { attempt: string; mailed: boolean };

/** The first decision wins (REQ-06): who lost finds nothing written. */
export async function approveRequests(store: Store, attempts: ApprovalAttempt[]): Promise<Map<string, Decided>> {
  const list = JSON.stringify(attempts);
  const won = wonOf(list);
  const validity = sql`coalesce((SELECT invitation_days FROM workspace WHERE id = 1), ${defaultSettings.invitationDays}) * ${DAY}`;
  const results = await store.write([
    decide(
      store,
      list,
      'approved',
      sql`AND NOT ${isLost(sql`access_requests.tenant_id`, sql`access_requests.object_id`)} AND NOT ${isShutOut(sql`access_requests.tenant_id`)} AND (a.value->>'reuses' IS NULL OR EXISTS (SELECT 1 FROM invitations AS i WHERE i.id = a.value->>'reuses'
        AND i.generation = a.value->>'reusesGeneration' AND i.generation < ${policy.invitation.lastGeneration} AND +i.state = 'pending'
        AND (i.object_id IS NULL OR (i.tenant_id = access_requests.tenant_id AND i.object_id = access_requests.object_id))))`,
    ),
    store.db.run(sql`
      UPDATE invitations SET tenant_id = r.tenant_id, object_id = r.object_id, access_request_id = r.id, generation = invitations.generation + 1,
        sent_at = a.value->>'now', expires_at = a.value->>'now' + ${validity}, ended_at = NULL,
        role = coalesce(a.value->>'role', invitations.role),
        access_until = CASE WHEN a.value->>'namesAccessUntil' THEN a.value->>'accessUntil' ELSE invitations.access_until END,
        user_group_ids = coalesce(a.value->>'userGroupIds', invitations.user_group_ids)
      FROM ${won} WHERE invitations.id = a.value->>'reuses'`),
    store.db.run(sql`
      INSERT INTO invitations (id, person, state, address, name, tenant_id, object_id, role, access_until, user_group_ids, chunk_id, access_request_id,
        inviter_id, created_at, sent_at, generation, expires_at)
      SELECT a.value->>'newInvitationId', 'oid:' || r.tenant_id || '/' || r.object_id, 'pending', r.address, r.name, r.tenant_id, r.object_id,
        coalesce(a.value->>'role', 'member'), a.value->>'accessUntil', coalesce(a.value->>'userGroupIds', '[]'), a.value->>'id', r.id,
        a.value->>'by', a.value->>'now', a.value->>'now', 1, a.value->>'now' + ${validity}
      FROM ${won} WHERE a.value->>'reuses' IS NULL
      ON CONFLICT (person) WHERE state = 'pending' DO UPDATE SET generation = min(invitations.generation + 1, ${policy.invitation.lastGeneration}),
        role = excluded.role, access_until = excluded.access_until, user_group_ids = excluded.user_group_ids,
        access_request_id = excluded.access_request_id, chunk_id = excluded.chunk_id,
        inviter_id = excluded.inviter_id, sent_at = excluded.sent_at, expires_at = excluded.expires_at, ended_at = NULL`),
    store.db.run(sql`
      UPDATE access_requests SET invitation_id = (SELECT i.id FROM invitations AS i WHERE i.access_request_id = access_requests.id AND +i.state = 'pending')
      FROM json_each(${list}) AS a WHERE access_requests.id = a.value->>'aboutRequest' AND access_requests.attempt_id = a.value->>'id'`),
    mailDecision(store, won, 'approved'),
    auditWinners(
      store,
      'request.approved',
      won,
      sql`r.id`,
      sql`a.value->>'by'`,
      sql`json_object('invitationId', r.invitation_id)`,
    ),
    winners(store, won),
  ]);
  return byAttempt(results[6]);
}

export async function denyRequests(store: Store, attempts: DenialAttempt[]): Promise<Map<string, Decided>> {
  const list = JSON.stringify(attempts);
  const won = wonOf(list);
  const results = await store.write([
    decide(store, list, 'denied', sql``),
    mailDecision(store, won, 'denied'),
    auditWinners(store, 'request.denied', won, sql`r.id`, sql`a.value->>'by'`),
    winners(store, won),
  ]);
  return byAttempt(results[3]);
}

const wonOf = (list: string) =>
  sql`json_each(${list}) AS a JOIN access_requests AS r ON r.id = a.value->>'aboutRequest' AND r.attempt_id = a.value->>'id'`;

/** Only an administrator decides, nobody an own request, and only while it is open. */
const decide = (store: Store, list: string, state: 'approved' | 'denied', also: ReturnType<typeof sql>): Statement =>
  store.db.run(sql`
    UPDATE access_requests SET state = ${state}, decided_at = a.value->>'now', decided_by = a.value->>'by', decision_reason = a.value->>'reason',
      attempt_id = a.value->>'id'
    FROM json_each(${list}) AS a
    WHERE access_requests.id = a.value->>'aboutRequest' AND +access_requests.state = 'open' AND access_requests.expires_at > a.value->>'now'
      AND EXISTS (SELECT 1 FROM members AS m WHERE m.id = a.value->>'by' AND m.role = 'administrator' AND ${activeAdministrator(sql`a.value->>'now'`)}
        AND NOT (m.tenant_id = access_requests.tenant_id AND m.object_id = access_requests.object_id)) ${also}`);

const mailDecision = (store: Store, won: ReturnType<typeof wonOf>, kind: 'approved' | 'denied'): Statement =>
  store.db.run(sql`
    INSERT INTO outbox_messages (id, kind, state, request_id, due_at, created_at)
    SELECT 'out_' || r.id || '_' || r.state, ${kind}, 'queued', r.id, a.value->>'now', a.value->>'now' FROM ${won} WHERE r.address IS NOT NULL`);

const winners = (store: Store, won: ReturnType<typeof wonOf>): Statement =>
  store.db.all(sql`SELECT a.value->>'id' AS attempt, r.address IS NOT NULL AS mailed FROM ${won}`);

const byAttempt = (result: unknown): Map<string, Decided> =>
  new Map(
    rowsOf<{ attempt: string; mailed: number }>(result).map((row) => [
      row.attempt,
      { attempt: row.attempt, mailed: row.mailed === 1 },
    ]),
  );
