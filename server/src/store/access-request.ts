import type { RequestState, Why } from '@doorstep/shared/access-request';
import type { AccessRequestId } from '@doorstep/shared/ids';
import type { Millis } from '@doorstep/shared/time';
import { and, desc, eq, inArray, lt, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { policy } from '../domain/policy.ts';
import { auditWinners, type Trace } from './audit.ts';
import { tellAdministrators } from './knock-mails.ts';
import { accessRequests, members } from './schema.ts';
import { endPriorSession, methodOf, type NewSession, type SignInFacts } from './sign-in-attempt.ts';
import { isShutOut } from './sso-is-forced.ts';
import { changedRows, rowsOf, type Store } from './store.ts';

export type AccessRequestRow = typeof accessRequests.$inferSelect & { decidedByName: string | null };

/** One person who knocks: opens a request, tells every administrator, begins a waiting session. */
export type Knock = SignInFacts &
  NewSession & {
    id: string;
    newRequestId: AccessRequestId;
    why: Why;
    invitationId: string | null;
    visitor: string;
    inConnectWindow: boolean;
    auditId: string;
    now: Millis;
  };

/** The id of the request that was opened, or undefined when one was open already, the person came in (REQ-02), or a guest was shut out. */
export const knockOnDoor = (store: Store, attempt: Knock): Promise<AccessRequestId | undefined> =>
  store.together('knock', (attempts: Knock[]) => knock(store, attempts), attempt, [`${attempt.tenantId}/${attempt.objectId}`]);

export async function knock(store: Store, attempts: Knock[]): Promise<Map<string, AccessRequestId>> {
  const list = JSON.stringify(attempts);
  const won = sql`json_each(${list}) AS a JOIN access_requests AS r ON r.id = a.value->>'newRequestId' AND r.attempt_id = a.value->>'id'`;
  const results = await store.write([
    store.db.run(sql`
      INSERT INTO audit_events (id, at, what, result, about)
      SELECT 'aud_' || r.id || '_expired', a.value->>'now', 'request.expired', 'done', r.id
      FROM json_each(${list}) AS a JOIN access_requests AS r ON r.tenant_id = a.value->>'tenantId' AND r.object_id = a.value->>'objectId'
      WHERE r.state = 'open' AND r.expires_at <= a.value->>'now' ON CONFLICT DO NOTHING`),
    store.db.run(sql`
      UPDATE access_requests SET state = 'expired' FROM json_each(${list}) AS a
      WHERE access_requests.tenant_id = a.value->>'tenantId' AND access_requests.object_id = a.value->>'objectId'
        AND access_requests.state = 'open' AND access_requests.expires_at <= a.value->>'now'`),
    store.db.run(sql`
      INSERT INTO access_requests (id, tenant_id, object_id, state, why, invitation_id, name, address, address_is_trusted, guest_of, login_hint,
        asked_at, expires_at, attempt_id)
      SELECT a.value->>'newRequestId', a.value->>'tenantId', a.value->>'objectId', 'open', a.value->>'why', a.value->>'invitationId',
        a.value->>'name', a.value->>'address', a.value->>'addressIsTrusted', a.value->>'guestOf', a.value->>'loginHint', a.value->>'now',
        a.value->>'now' + ${policy.request.lasts}, a.value->>'id'
      FROM json_each(${list}) AS a
      WHERE NOT EXISTS (SELECT 1 FROM members AS m WHERE m.tenant_id = a.value->>'tenantId' AND m.object_id = a.value->>'objectId')
        AND NOT ${isShutOut(sql`a.value->>'tenantId'`)}
      ON CONFLICT DO NOTHING`),
    ...tellAdministrators(store, won, Math.max(...attempts.map(({ now }) => now))),
    store.db.run(sql`
      INSERT INTO sessions (token_hash, kind, request_id, tenant_id, object_id, visitor, in_connect_window, provider_session_id, method, signed_in_at,
        last_used_at, ends_at)
      SELECT a.value->>'tokenHash', 'waiting', r.id, r.tenant_id, r.object_id, a.value->>'visitor', a.value->>'inConnectWindow',
        a.value->>'providerSessionId', ${methodOf}, a.value->>'now', a.value->>'now', a.value->>'now' + ${policy.waitingSession}
      FROM ${won}`),
    endPriorSession(store, won),
    auditWinners(
      store,
      'request.opened',
      won,
      sql`r.id`,
      sql`NULL`,
      sql`json_object('why', r.why, 'invitationId', r.invitation_id)`,
    ),
    store.db.all(sql`SELECT a.value->>'id' AS attempt, r.id AS request FROM ${won}`),
  ]);
  return new Map(rowsOf<{ attempt: string; request: AccessRequestId }>(results.at(-1)).map((row) => [row.attempt, row.request]));
}

const decider = alias(members, 'decider');

export async function findAccessRequest(store: Store, id: string): Promise<AccessRequestRow | null> {
  const [row] = await selectRequests(store).where(eq(accessRequests.id, id));
  return row ? { ...row.request, decidedByName: row.decidedByName } : null;
}

/** Those there are, in no order. */
export async function findAccessRequestsById(store: Store, ids: readonly string[]): Promise<AccessRequestRow[]> {
  const rows = await selectRequests(store).where(
    inArray(accessRequests.id, sql`(SELECT value FROM json_each(${JSON.stringify(ids)}))`),
  );
  return rows.map((row) => ({ ...row.request, decidedByName: row.decidedByName }));
}

/** Newest first; `cursor` is the id of the last one of the page before. An open one that has run out counts as expired. */
export async function findAccessRequests(
  store: Store,
  wanted: { state?: RequestState | 'not-open'; cursor?: string; limit: number },
  now: Millis,
): Promise<AccessRequestRow[]> {
  const rows = await selectRequests(store)
    .where(and(inState(wanted.state, now), wanted.cursor ? lt(accessRequests.id, wanted.cursor) : undefined))
    .orderBy(desc(accessRequests.id))
    .limit(wanted.limit);
  return rows.map((row) => ({ ...row.request, decidedByName: row.decidedByName }));
}

const inState = (state: RequestState | 'not-open' | undefined, now: Millis) => {
  if (!state) return undefined;
  if (state === 'not-open') return sql`(${accessRequests.state} <> 'open' OR ${accessRequests.expiresAt} <= ${now})`;
  if (state === 'open') return sql`${accessRequests.state} = 'open' AND ${accessRequests.expiresAt} > ${now}`;
  if (state === 'expired') {
    return sql`(${accessRequests.state} = 'expired' OR (${accessRequests.state} = 'open' AND ${accessRequests.expiresAt} <= ${now}))`;
  }
  return eq(accessRequests.state, state);
};

const selectRequests = (store: Store) =>
  store.db
    .select({ request: accessRequests, decidedByName: decider.name })
    .from(accessRequests)
    .leftJoin(decider, eq(decider.id, accessRequests.decidedBy))
    .$dynamic();

type OwnChange = { requestId: string; auditId: string; now: Millis; trace: Trace };

/** An answer goes with the question as it was asked. */
export type OwnWords = { reason: string | null; question: string | null; answer: string | null };

/** What the person says about their open request. True when it was still open. */
export async function writeReason(store: Store, change: OwnChange & OwnWords): Promise<boolean> {
  const { reason, question, answer } = change;
  const words = sql`reason = ${reason}, question = ${answer === null ? null : question}, answer = ${answer}`;
  return changeOpenRequest(store, change, 'request.reason-given', words);
}

/** A presented invitation replaces what the request is about; nobody is mailed again. */
export async function replaceWhy(store: Store, change: OwnChange & { why: Why; invitationId: string }): Promise<boolean> {
  return changeOpenRequest(store, change, 'request.changed', sql`why = ${change.why}, invitation_id = ${change.invitationId}`);
}

export async function withdrawRequest(store: Store, change: OwnChange): Promise<boolean> {
  return changeOpenRequest(store, change, 'request.withdrawn', sql`state = 'withdrawn', decided_at = ${change.now}`);
}

async function changeOpenRequest(store: Store, change: OwnChange, what: string, set: ReturnType<typeof sql>): Promise<boolean> {
  const attempt = change.auditId;
  const list = JSON.stringify([{ auditId: attempt, now: change.now, ...change.trace }]);
  const [changed] = await store.write([
    store.db.run(sql`
      UPDATE access_requests SET ${set}, attempt_id = ${attempt}
      WHERE id = ${change.requestId} AND +state = 'open' AND expires_at > ${change.now}`),
    auditWinners(
      store,
      what,
      sql`json_each(${list}) AS a JOIN access_requests AS r ON r.id = ${change.requestId} AND r.attempt_id = ${attempt}`,
      sql`r.id`,
      sql`NULL`,
    ),
  ]);
  return changedRows(changed) > 0;
}
