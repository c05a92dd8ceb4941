import type { Millis } from '@doorstep/shared/time';
import { and, desc, eq, sql } from 'drizzle-orm';
import { type AuditEvent, auditWinners, type Trace } from './audit.ts';
import { prepared } from './prepared.ts';
import { members, type SessionKind, type SignInMethod, sessions } from './schema.ts';
import type { SignInFacts } from './sign-in-attempt.ts';
import { isShutOut } from './sso-is-forced.ts';
import { changedRows, type Store } from './store.ts';

export type SessionRow = typeof sessions.$inferSelect;
export type Session = SessionRow & { member: typeof members.$inferSelect | null };

/** From memory, else from the database; what has ended by the clock is decided by the caller, who knows the time. */
export const findSession = (store: Store, tokenHash: string): Promise<Session | null> =>
  store.memory.recall(`session:${tokenHash}`, async () => {
    const row = await sessionByToken(store).get({ tokenHash });
    return row ? { ...row.session, member: row.member } : null;
  });

const sessionByToken = prepared((db) =>
  db
    .select({ session: sessions, member: members })
    .from(sessions)
    .leftJoin(members, eq(members.id, sessions.memberId))
    .where(eq(sessions.tokenHash, sql.placeholder('tokenHash')))
    .prepare(),
);

/** A sign-in that ended neither in a member nor in a request, or somebody whose request waits already. */
export type OtherSession = {
  tokenHash: string;
  kind: Exclude<SessionKind, 'member'>;
  requestId: string | null;
  invitationId: string | null;
  who: SignInFacts;
  inConnectWindow: boolean;
  providerSessionId: string | null;
  method?: SignInMethod;
  endsSession: string | null;
  endsAt: Millis;
  now: Millis;
};

/** False when a guest is shut out meanwhile: then nothing is written. */
export async function beginOtherSession(store: Store, session: OtherSession, audit: Omit<AuditEvent, 'at'>): Promise<boolean> {
  const { who, now } = session;
  const isBegun = sql`EXISTS (SELECT 1 FROM sessions AS s WHERE s.token_hash = ${session.tokenHash})`;
  const [begun] = await store.write([
    store.db.run(sql`
      INSERT INTO sessions (token_hash, kind, request_id, invitation_id, tenant_id, object_id, visitor, in_connect_window, provider_session_id,
        method, signed_in_at, last_used_at, ends_at)
      SELECT ${session.tokenHash}, ${session.kind}, ${session.requestId}, ${session.invitationId}, ${who.tenantId}, ${who.objectId},
        ${JSON.stringify(who)}, ${session.inConnectWindow}, ${session.providerSessionId}, ${session.method ?? 'provider'}, ${now}, ${now},
        ${session.endsAt}
      WHERE NOT ${isShutOut(sql`${who.tenantId}`)}`),
    store.db.run(sql`DELETE FROM sessions WHERE token_hash = ${session.endsSession} AND ${isBegun}`),
    store.db.run(sql`
      INSERT INTO audit_events (id, at, what, result, by_member_id, about, facts, request_id, client_address)
      SELECT ${audit.id}, ${now}, ${audit.what}, ${audit.result}, ${audit.by}, ${audit.about},
        ${audit.facts ? JSON.stringify(audit.facts) : null}, ${audit.trace.requestId}, ${audit.trace.clientAddress}
      WHERE ${isBegun}`),
  ]);
  return changedRows(begun) > 0;
}

/** Written at most every few minutes a session, and not announced to what is remembered. */
export const touchSession = (store: Store, tokenHash: string, memberId: string | null, now: Millis): Promise<unknown> =>
  store.batch([
    store.db.run(sql`UPDATE sessions SET last_used_at = ${now} WHERE token_hash = ${tokenHash} AND last_used_at < ${now}`),
    store.db.run(sql`UPDATE members SET last_seen_at = ${now} WHERE id = ${memberId} AND coalesce(last_seen_at, 0) < ${now}`),
  ]);

type End = { auditId: string; now: Millis; trace: Trace };

export const endSession = (store: Store, tokenHash: string, end: End): Promise<unknown> => {
  const list = JSON.stringify([{ auditId: end.auditId, now: end.now, ...end.trace }]);
  return store.write([
    auditWinners(
      store,
      'session.ended',
      sql`json_each(${list}) AS a JOIN sessions AS s ON s.token_hash = ${tokenHash}`,
      sql`coalesce(s.member_id, s.request_id)`,
      sql`s.member_id`,
    ),
    store.db.run(sql`DELETE FROM sessions WHERE token_hash = ${tokenHash}`),
  ]);
};

/** Front-channel sign-out at the provider names its session, nothing else; an unknown one ends nothing (ENT-84). */
export const endProviderSession = (store: Store, providerSessionId: string, end: End): Promise<unknown> => {
  const list = JSON.stringify([{ auditId: end.auditId, now: end.now, ...end.trace }]);
  return store.write([
    store.db.run(sql`
      INSERT INTO audit_events (id, at, what, result, by_member_id, about, request_id, client_address)
      SELECT a.value->>'auditId', a.value->>'now', 'session.ended', 'done', NULL, max(s.member_id), a.value->>'requestId', a.value->>'clientAddress'
      FROM json_each(${list}) AS a JOIN sessions AS s ON s.provider_session_id = ${providerSessionId} GROUP BY s.provider_session_id`),
    store.db.run(sql`DELETE FROM sessions WHERE provider_session_id = ${providerSessionId}`),
  ]);
};

export const findSessionsOf = (store: Store, memberId: string): Promise<SessionRow[]> =>
  store.db
    .select()
    .from(sessions)
    .where(and(eq(sessions.memberId, memberId), eq(sessions.kind, 'member')))
    .orderBy(desc(sessions.lastUsedAt));

/** True for the first who spends this state; a sign-in attempt that came back is worth one token request (ENT-08, OP-09). */
export async function spendAttempt(store: Store, stateHash: string, endsAt: Millis): Promise<boolean> {
  const [spent] = await store.batch([
    store.db.run(sql`INSERT INTO spent_attempts (state_hash, ends_at) VALUES (${stateHash}, ${endsAt}) ON CONFLICT DO NOTHING`),
  ]);
  return (spent as { rowsAffected: number }).rowsAffected > 0;
}
