import type { Millis } from '@doorstep/shared/time';
import { type SQL, sql } from 'drizzle-orm';
import { policy } from '../domain/policy.ts';
import { activeAdministrator } from './member.ts';
import type { Statement, Store } from './store.ts';

const { within, most, requesterWithin } = policy.requestMails;

/**
 * Tells every administrator in office who wants it at once of the requests that were opened: `won` names them as `r`, the attempt as `a`.
 * A requester causes one set of mails a day: who withdraws and knocks again is only counted. Whoever gets more than `most` mails within an
 * hour gets no further ones but one digest at its end, which counts all who wait then: no request goes unmentioned (MAIL-12).
 */
export const tellAdministrators = (store: Store, won: SQL, now: Millis): Statement[] => [
  store.db.run(sql`
    WITH told AS MATERIALIZED (${mailsWanted(won, now)})
    INSERT INTO outbox_messages (id, kind, state, request_id, member_id, due_at, created_at)
    SELECT ${mailId}, 'access-request', 'queued', told.request, told.member, ${now} - told.is_inviter, ${now} FROM told WHERE told.place <= ${most}`),
  store.db.run(sql`
    WITH told AS MATERIALIZED (${mailsWanted(won, now)})
    INSERT INTO outbox_messages (id, kind, state, member_id, due_at, created_at)
    SELECT 'out_' || min(told.request) || '_digest_' || told.member, 'requests-digest', 'queued', told.member, ${now + within}, ${now} FROM told
    WHERE NOT EXISTS (SELECT 1 FROM outbox_messages AS o WHERE o.id = ${mailId}) AND NOT ${hasDigestAhead(sql`told.member`)}
    GROUP BY told.member`),
];

const mailId = sql.raw(`'out_' || told.request || '_' || told.member`);

/**
 * SQL: who is to be told of what, the inviter of the request's invitation first; `place`: the how manieth mail within the hour it would be.
 * What is dropped was overtaken and never left, nor will what waits for a request that has been withdrawn.
 */
const mailsWanted = (won: SQL, now: Millis): SQL => sql`
  SELECT r.id AS request, m.id AS member,
    m.id = coalesce((SELECT i.inviter_id FROM invitations AS i WHERE i.id = r.invitation_id), '') AS is_inviter,
    row_number() OVER (PARTITION BY m.id ORDER BY r.id) + m.already AS place
  FROM ${won} CROSS JOIN (${readers(now)}) AS m
  WHERE NOT EXISTS (
    SELECT 1 FROM access_requests AS e CROSS JOIN outbox_messages AS o ON o.id = 'out_' || e.id || '_' || m.id
    WHERE e.tenant_id = r.tenant_id AND e.object_id = r.object_id AND e.asked_at > ${now - requesterWithin} AND e.id <> r.id
      AND o.state NOT IN ('queued', 'claimed', 'dropped'))`;

/** SQL: administrators in office who want a mail at once, and how many they have `already` got within the hour. */
const readers = (now: Millis): SQL => sql`
  SELECT m.id, (SELECT count(*) FROM outbox_messages AS o WHERE o.member_id = m.id AND o.created_at > ${now - within}
      AND o.kind IN ('access-request', 'requests-digest') AND +o.kind = 'access-request' AND +o.state <> 'dropped') AS already
  FROM members AS m WHERE m.role = 'administrator' AND ${activeAdministrator(sql`${now}`)} AND m.address IS NOT NULL AND m.request_mails = 'at-once'`;

/** SQL: a digest that has not been written yet, and will count whoever waits when it is. */
export const hasDigestAhead = (member: SQL): SQL => sql`EXISTS (SELECT 1 FROM outbox_messages AS o
  WHERE o.member_id = ${member} AND o.kind IN ('access-request', 'requests-digest') AND +o.kind = 'requests-digest' AND +o.state = 'queued')`;
