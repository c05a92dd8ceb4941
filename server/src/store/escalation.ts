import type { Millis } from '@doorstep/shared/time';
import { type SQL, sql } from 'drizzle-orm';
import { policy } from '../domain/policy.ts';
import { hasDigestAhead } from './knock-mails.ts';
import { activeAdministrator } from './member.ts';
import { changedRows, type Store } from './store.ts';

const { within, most } = policy.requestMails;
/** Requests that are looked at in one statement. */
export const MOST_ESCALATED = 100;

export type Late = { id: string; askedAt: Millis };

/** SQL: `audit_events` says that the administrators were told of the request `r`. */
const isEscalated = sql.raw(`EXISTS (SELECT 1 FROM audit_events AS e WHERE e.id = 'aud_' || r.id || '_escalated')`);

/** The newest open one that was told of; all before it were as well, for they are told in the order of asking. When nothing is due, one look. */
export async function findLastTold(store: Store, askedBy: Millis): Promise<Late | null> {
  const [told] = await store.db.all<Late>(sql`
    SELECT r.id, r.asked_at AS askedAt FROM access_requests AS r WHERE r.state = 'open' AND r.asked_at <= ${askedBy} AND ${isEscalated}
    ORDER BY r.asked_at DESC, r.id DESC LIMIT 1`);
  return told ?? null;
}

/** Open requests that were asked at `askedBy` or before, those waiting longest first, at most `MOST_ESCALATED` after the one named. */
export const findLate = (store: Store, askedBy: Millis, now: Millis, after: Late | null): Promise<Late[]> =>
  store.db.all<Late>(sql`
    SELECT r.id, r.asked_at AS askedAt FROM access_requests AS r
    WHERE r.state = 'open' AND r.asked_at <= ${askedBy} AND r.expires_at > ${now}
      AND (r.asked_at, r.id) > (${after?.askedAt ?? 0}, ${after?.id ?? ''})
    ORDER BY r.asked_at, r.id LIMIT ${MOST_ESCALATED}`);

/**
 * Tells the administrators, those who want no mail of requests left out, of what nobody has answered: once a request. Of a crowd, more than
 * `most` who knocked within an hour or are late at once, there is one digest an hour instead (MAIL-12). How many requests were told of.
 */
export async function escalate(store: Store, ids: readonly string[], now: Millis): Promise<number> {
  const list = JSON.stringify(ids);
  const isRead = sql`m.role = 'administrator' AND ${activeAdministrator(sql`${now}`)} AND m.address IS NOT NULL AND m.request_mails <> 'never'`;
  const results = await store.write([
    store.db.run(sql`
      WITH late AS MATERIALIZED (${lateOf(list, now)})
      INSERT INTO outbox_messages (id, kind, state, request_id, member_id, due_at, created_at)
      SELECT 'out_' || late.request || '_' || m.id || '_unanswered', 'request-unanswered', 'queued', late.request, m.id, ${now}, ${now}
      FROM late CROSS JOIN members AS m WHERE late.place <= ${most} AND late.crowd <= ${most} AND ${isRead} ON CONFLICT DO NOTHING`),
    store.db.run(sql`
      WITH late AS MATERIALIZED (${lateOf(list, now)})
      INSERT INTO outbox_messages (id, kind, state, member_id, due_at, created_at)
      SELECT 'out_' || min(late.request) || '_late_' || m.id, 'requests-digest', 'queued', m.id, max(${now}, coalesce(${lastDigest} + ${within}, 0)), ${now}
      FROM late CROSS JOIN members AS m
      WHERE (late.place > ${most} OR late.crowd > ${most}) AND ${isRead} AND NOT ${hasDigestAhead(sql`m.id`)} GROUP BY m.id ON CONFLICT DO NOTHING`),
    store.db.run(sql`
      INSERT INTO audit_events (id, at, what, result, about)
      SELECT 'aud_' || r.id || '_escalated', ${now}, 'request.escalated', 'done', r.id FROM json_each(${list}) AS a JOIN access_requests AS r ON r.id = a.value
      WHERE +r.state = 'open' AND r.expires_at > ${now} ON CONFLICT DO NOTHING`),
  ]);
  return changedRows(results[2]);
}

/** SQL: those of the list that are still open and not told of; `crowd`: how many of the open ones were asked in the hour up to this one. */
const lateOf = (list: string, now: Millis): SQL => sql`
  SELECT r.id AS request, row_number() OVER (ORDER BY r.asked_at, r.id) AS place, (SELECT count(*) FROM (SELECT 1 FROM access_requests AS o
      WHERE o.state = 'open' AND o.asked_at > r.asked_at - ${within} AND o.asked_at <= r.asked_at LIMIT ${most + 1})) AS crowd
  FROM json_each(${list}) AS a CROSS JOIN access_requests AS r ON r.id = a.value
  WHERE +r.state = 'open' AND r.expires_at > ${now} AND NOT ${isEscalated}`;

/** SQL: when the newest digest to `m` was due. */
const lastDigest = sql.raw(`(SELECT max(o.due_at) FROM outbox_messages AS o
  WHERE o.member_id = m.id AND o.kind IN ('access-request', 'requests-digest') AND +o.kind = 'requests-digest')`);
