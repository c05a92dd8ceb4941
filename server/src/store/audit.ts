import type { AuditId } from '@doorstep/shared/ids';
import type { Millis } from '@doorstep/shared/time';
import { and, desc, eq, lt, or, type SQL, sql } from 'drizzle-orm';
import { auditEvents, members } from './schema.ts';
import type { Statement, Store } from './store.ts';

/** Where a command came from: goes into its audit row. */
export type Trace = { requestId: string | null; clientAddress: string | null };
export const noTrace: Trace = { requestId: null, clientAddress: null };

/** Ids and facts only, never a name, address, key or token (DESIGN.md, database rule 6). */
export type AuditEvent = {
  id: AuditId;
  at: Millis;
  what: string;
  result: 'done' | 'refused';
  by: string | null;
  about: string | null;
  facts?: Record<string, unknown>;
  trace: Trace;
};

export const auditRow = (store: Store, event: AuditEvent): Statement =>
  store.db.insert(auditEvents).values({
    id: event.id,
    at: event.at,
    what: event.what,
    result: event.result,
    byMemberId: event.by,
    about: event.about,
    facts: event.facts ? JSON.stringify(event.facts) : null,
    requestId: event.trace.requestId,
    clientAddress: event.trace.clientAddress,
  });

/** An audit row per attempt that won: `from` names the rows, `a` being the attempt with `auditId`, `now`, `requestId`, `clientAddress`. */
export const auditWinners = (store: Store, what: string, from: SQL, about: SQL, by: SQL, facts: SQL = sql`NULL`): Statement =>
  store.db.run(sql`
    INSERT INTO audit_events (id, at, what, result, by_member_id, about, facts, request_id, client_address)
    SELECT a.value->>'auditId', a.value->>'now', ${what}, 'done', ${by}, ${about}, ${facts}, a.value->>'requestId', a.value->>'clientAddress'
    FROM ${from}`);

/** For a refusal, which changes nothing else. */
export const recordRefusal = (store: Store, event: Omit<AuditEvent, 'result'>): Promise<unknown> =>
  store.batch([auditRow(store, { ...event, result: 'refused' })]);

export type AuditRow = typeof auditEvents.$inferSelect & { byName: string | null };

/** Newest first. `cursor` is `{at}.{id}` of the last row of the page before. */
export async function findAuditEvents(
  store: Store,
  wanted: { what?: string; about?: string; cursor?: { at: number; id: string }; limit: number },
): Promise<AuditRow[]> {
  const { cursor } = wanted;
  const rows = await store.db
    .select({ event: auditEvents, byName: members.name })
    .from(auditEvents)
    .leftJoin(members, eq(members.id, auditEvents.byMemberId))
    .where(
      and(
        wanted.what ? eq(auditEvents.what, wanted.what) : undefined,
        wanted.about ? or(eq(auditEvents.about, wanted.about), eq(auditEvents.byMemberId, wanted.about)) : undefined,
        cursor ? or(lt(auditEvents.at, cursor.at), and(eq(auditEvents.at, cursor.at), lt(auditEvents.id, cursor.id))) : undefined,
      ),
    )
    .orderBy(desc(auditEvents.at), desc(auditEvents.id))
    .limit(wanted.limit);
  return rows.map((row) => ({ ...row.event, byName: row.byName }));
}
