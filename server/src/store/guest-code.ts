import type { Millis } from '@doorstep/shared/time';
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { GUESTS } from '../domain/guest.ts';
import { codesCountFor, wrongTriesCountFor } from '../domain/guest-code.ts';
import { policy } from '../domain/policy.ts';
import { auditWinners, type Trace } from './audit.ts';
import { guestCodes } from './guest-schema.ts';
import { invitations, members } from './schema.ts';
import { ssoIsForced } from './sso-is-forced.ts';
import { changedRows, type Store } from './store.ts';

const { lasts, tries, mostCodes, mostWrong } = policy.guestCode;

export type GuestCodeRow = typeof guestCodes.$inferSelect;

/** Asked for by one browser. `previousId`: the code that this browser was mailed before. */
export type NewGuestCode = {
  id: string;
  /** Folded. */
  address: string;
  objectId: string;
  invitation: { id: string; generation: number } | null;
  browserHash: string;
  previousId: string | null;
  auditId: string;
  now: Millis;
  trace: Trace;
};

/**
 * False when the address has had its share of codes or wrong tries, whoever asked, or SSO is forced. With an invitation, whose key was presented, the code is
 * mailed. Without one it is mailed only to an active guest, or to one whose request was approved: nobody else asked for anything (MAIL-09);
 * the row is written all the same, so that strangers learn nothing from the limits. Nobody remembers any of this.
 */
export async function writeGuestCode(store: Store, code: NewGuestCode): Promise<boolean> {
  const list = JSON.stringify([{ auditId: code.auditId, now: code.now, ...code.trace }]);
  const won = sql`json_each(${list}) AS a JOIN guest_codes AS g ON g.id = ${code.id}`;
  const mailId = `out_${code.id}`;
  const [written] = await store.batch([
    store.db.run(sql`
      INSERT INTO guest_codes (id, address, invitation_id, generation, browser_hash, wrong_tries, created_at, ends_at)
      SELECT ${code.id}, ${code.address}, ${code.invitation?.id ?? null}, ${code.invitation?.generation ?? null}, ${code.browserHash}, 0,
        ${code.now}, ${code.now + lasts}
      WHERE (SELECT count(*) FROM guest_codes AS o WHERE o.address = ${code.address} AND o.created_at > ${code.now - codesCountFor}) < ${mostCodes}
        AND ${wrongTriesOf(sql`${code.address}`, code.now)} < ${mostWrong} AND NOT ${ssoIsForced}`),
    store.db.run(sql`
      UPDATE guest_codes SET ends_at = ${code.now}
      WHERE id = ${code.previousId} AND browser_hash = ${code.browserHash} AND ends_at > ${code.now}
        AND EXISTS (SELECT 1 FROM guest_codes AS g WHERE g.id = ${code.id})`),
    store.db.run(sql`
      INSERT INTO outbox_messages (id, kind, state, about_id, due_at, created_at)
      SELECT ${mailId}, 'guest-code', 'queued', g.id, ${code.now}, ${code.now} FROM guest_codes AS g
      WHERE g.id = ${code.id} AND (g.invitation_id IS NOT NULL
        OR EXISTS (SELECT 1 FROM members AS m WHERE m.tenant_id = ${GUESTS} AND m.object_id = ${code.objectId} AND m.state = 'active'
          AND (m.access_until IS NULL OR m.access_until > ${code.now}))
        OR EXISTS (SELECT 1 FROM invitations AS i WHERE i.object_id = ${code.objectId} AND i.tenant_id = ${GUESTS} AND i.state = 'pending'
          AND i.expires_at > ${code.now} AND i.access_request_id IS NOT NULL))`),
    auditWinners(
      store,
      'guest-code.asked',
      won,
      sql`coalesce(g.invitation_id, (SELECT m.id FROM members AS m WHERE m.tenant_id = ${GUESTS} AND m.object_id = ${code.objectId}))`,
      sql`NULL`,
      sql`json_object('objectId', ${code.objectId}, 'isMailed', (SELECT count(*) FROM outbox_messages AS o WHERE o.id = ${mailId}))`,
    ),
  ]);
  return changedRows(written) > 0;
}

/** The code of this id, if this browser asked for it. */
export async function findGuestCode(store: Store, id: string, browserHash: string): Promise<GuestCodeRow | null> {
  const [row] = await store.db
    .select()
    .from(guestCodes)
    .where(and(eq(guestCodes.id, id), eq(guestCodes.browserHash, browserHash)));
  return row ?? null;
}

/** All codes of the address that still count for its limits, whichever browser asked. */
export const findRecentCodes = (
  store: Store,
  address: string,
  now: Millis,
): Promise<Pick<GuestCodeRow, 'createdAt' | 'wrongTries'>[]> =>
  store.db
    .select({ createdAt: guestCodes.createdAt, wrongTries: guestCodes.wrongTries })
    .from(guestCodes)
    .where(sql`${guestCodes.address} = ${address} AND ${guestCodes.createdAt} > ${now - wrongTriesCountFor}`);

export type CodeTry = { id: string; browserHash: string; isRight: boolean; auditId: string; now: Millis; trace: Trace };

/**
 * One try of a code, decided in one statement: a right one spends it, a wrong one costs a try. False when the try does not count: spent
 * meanwhile, run out, tried too often, another browser, or the address has had its share of wrong tries.
 */
export async function tryGuestCode(store: Store, attempt: CodeTry): Promise<boolean> {
  const { id, now, isRight, auditId, trace } = attempt;
  const [tried] = await store.batch([
    store.db.run(sql`
      UPDATE guest_codes SET ${isRight ? sql`used_at = ${now}` : sql`wrong_tries = wrong_tries + 1`}
      WHERE id = ${id} AND browser_hash = ${attempt.browserHash} AND used_at IS NULL AND ends_at > ${now} AND wrong_tries < ${tries}
        AND ${wrongTriesOf(sql`guest_codes.address`, now)} < ${mostWrong}`),
    // changes(): of the statement before, in the same transaction; no column of a code could tell one wrong try from the next
    store.db.run(sql`
      INSERT INTO audit_events (id, at, what, result, about, facts, request_id, client_address)
      SELECT ${auditId}, ${now}, ${isRight ? 'guest-code.used' : 'guest-code.refused'}, ${isRight ? 'done' : 'refused'}, g.invitation_id,
        json_object('codeId', g.id), ${trace.requestId}, ${trace.clientAddress}
      FROM guest_codes AS g WHERE g.id = ${id} AND changes() > 0`),
  ]);
  return changedRows(tried) > 0;
}

/** SQL: wrong tries of all codes of the address that still count. By the index `guest_codes_address`. */
const wrongTriesOf = (address: SQL, now: Millis): SQL =>
  sql`(SELECT coalesce(sum(w.wrong_tries), 0) FROM guest_codes AS w WHERE w.address = ${address} AND w.created_at > ${now - wrongTriesCountFor})`;

/** What a guest is called here already, else on the invitation: a code proves an address, not a name. */
export async function findGuestName(store: Store, objectId: string, invitationId: string | null): Promise<string | null> {
  const [row] = await store.db.all<{ name: string | null }>(sql`
    SELECT coalesce((SELECT ${members.name} FROM ${members} WHERE ${members.tenantId} = ${GUESTS} AND ${members.objectId} = ${objectId}),
      (SELECT ${invitations.name} FROM ${invitations} WHERE ${invitations.id} = ${invitationId}),
      (SELECT i.name FROM invitations AS i WHERE i.object_id = ${objectId} AND i.tenant_id = ${GUESTS} ORDER BY i.sent_at DESC LIMIT 1)) AS name`);
  return row?.name ?? null;
}

/** SQL: whether a code can still be typed: neither spent nor tried out nor run out, nor overtaken by another of its browser. */
export const isCodeGood = (id: SQL, now: Millis): SQL =>
  sql`EXISTS (SELECT 1 FROM guest_codes AS g WHERE g.id = ${id} AND g.used_at IS NULL AND g.ends_at > ${now} AND g.wrong_tries < ${tries})`;

/** Codes that end no limit any more. */
export const oldGuestCodes = (store: Store, before: Millis) =>
  store.db.run(sql`DELETE FROM guest_codes WHERE ends_at <= ${before}`);

/** What the mail says; `to` is folded. By outbox id. */
export type CodeFacts = { kind: 'guest-code'; to: string | null; codeId: string; endsAt: Millis };

export async function codeFacts(store: Store, ids: readonly string[]): Promise<[id: string, facts: CodeFacts][]> {
  const rows = await store.db.all<{ mailId: string; to: string; codeId: string; endsAt: Millis }>(sql`
    SELECT o.id AS mailId, g.address AS "to", g.id AS codeId, g.ends_at AS endsAt
    FROM outbox_messages AS o JOIN guest_codes AS g ON g.id = o.about_id
    WHERE o.kind = 'guest-code' AND o.id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`);
  return rows.map(({ mailId, ...facts }) => [mailId, { kind: 'guest-code', ...facts }]);
}
