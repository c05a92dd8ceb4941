import type { ScimTokenId } from '@doorstep/shared/ids';
import { DAY, type Millis } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { auditWinners, type Trace } from './audit.ts';
import { scimTokens } from './directory-schema.ts';
import { activeAdministrator } from './member.ts';
import { prepared } from './prepared.ts';
import { changedRows, type Store } from './store.ts';

export type ScimTokenRow = typeof scimTokens.$inferSelect;
/** Without the hash, with who made it. */
export type ListedToken = Pick<ScimTokenRow, 'id' | 'name' | 'createdAt' | 'expiresAt' | 'lastUsedAt'> & {
  byName: string | null;
};

/** Two, so that a new one can be put in place before the old one ends. */
export const MOST_LIVE = 2;

/** From memory, else from the database: while it has not been ended; what has expired is decided by the caller, who knows the time. */
export const findScimToken = (store: Store, tokenHash: string): Promise<ScimTokenRow | null> =>
  store.memory.recall(`scim-token:${tokenHash}`, async () => (await tokenByHash(store).get({ tokenHash })) ?? null);

const tokenByHash = prepared((db) =>
  db
    .select()
    .from(scimTokens)
    .where(sql`${scimTokens.tokenHash} = ${sql.placeholder('tokenHash')} AND ${scimTokens.endedAt} IS NULL`)
    .prepare(),
);

/** Those that work, the newest first. */
export const findLiveTokens = (store: Store, now: Millis): Promise<ListedToken[]> =>
  store.db.all<ListedToken>(sql`
    SELECT t.id, t.name, t.created_at AS createdAt, t.expires_at AS expiresAt, t.last_used_at AS lastUsedAt, m.name AS byName
    FROM scim_tokens AS t LEFT JOIN members AS m ON m.id = t.created_by
    WHERE t.ended_at IS NULL AND t.expires_at > ${now} ORDER BY t.created_at DESC, t.id DESC`);

export type NewScimToken = {
  id: ScimTokenId;
  tokenHash: string;
  name: string;
  by: string;
  expiresAt: Millis;
  attemptId: string;
  auditId: string;
  now: Millis;
  trace: Trace;
};

/** False when two are live already, or who asks is no administrator in office any more. */
export async function makeScimToken(store: Store, { now, trace, ...token }: NewScimToken): Promise<boolean> {
  const list = JSON.stringify([{ auditId: token.auditId, now, ...trace }]);
  const [made] = await store.write([
    store.db.run(sql`
      INSERT INTO scim_tokens (id, token_hash, name, created_by, created_at, expires_at, attempt_id)
      SELECT ${token.id}, ${token.tokenHash}, ${token.name}, m.id, ${now}, ${token.expiresAt}, ${token.attemptId} FROM members AS m
      WHERE m.id = ${token.by} AND m.role = 'administrator' AND ${activeAdministrator(sql`${now}`)}
        AND (SELECT count(*) FROM scim_tokens WHERE ended_at IS NULL AND expires_at > ${now}) < ${MOST_LIVE}`),
    auditWinners(
      store,
      'scim-token.made',
      sql`json_each(${list}) AS a JOIN scim_tokens AS t ON t.id = ${token.id} AND t.attempt_id = ${token.attemptId}`,
      sql`t.id`,
      sql`t.created_by`,
      sql`json_object('expiresAt', t.expires_at)`,
    ),
  ]);
  return changedRows(made) > 0;
}

export type TokenEnd = { id: string; by: string; auditId: string; now: Millis; trace: Trace };

/** False when it had ended, or who asks is no administrator in office any more. */
export async function endScimToken(store: Store, { id, by, auditId, now, trace }: TokenEnd): Promise<boolean> {
  const list = JSON.stringify([{ auditId, now, ...trace }]);
  const live = sql`t.id = ${id} AND t.ended_at IS NULL AND EXISTS (SELECT 1 FROM members AS m
    WHERE m.id = ${by} AND m.role = 'administrator' AND ${activeAdministrator(sql`${now}`)})`;
  const [, ended] = await store.write([
    auditWinners(store, 'scim-token.ended', sql`json_each(${list}) AS a JOIN scim_tokens AS t ON ${live}`, sql`t.id`, sql`${by}`),
    store.db.run(sql`UPDATE scim_tokens AS t SET ended_at = ${now} WHERE ${live}`),
  ]);
  return changedRows(ended) > 0;
}

/** Written at most every hour a token, and not announced to what is remembered. */
export const touchScimToken = (store: Store, id: string, now: Millis): Promise<unknown> =>
  store.batch([store.db.run(sql`UPDATE scim_tokens SET last_used_at = ${now} WHERE id = ${id}`)]);

/** So many days before the end the administrators are told, once each (DESIGN.md, section 4, Things that expire). */
const ANNOUNCED_DAYS = [30, 14, 7, 1] as const;

/**
 * One mail to every administrator in office who has an address, for the step that each live token has reached. A token that was made with less
 * time than a step is not told of at that step. How many mails were written.
 */
export async function announceExpiringTokens(store: Store, now: Millis): Promise<number> {
  const steps = JSON.stringify(ANNOUNCED_DAYS.map((days, at) => ({ days, next: ANNOUNCED_DAYS[at + 1] ?? 0 })));
  const [written] = await store.batch([
    store.db.run(sql`
      INSERT INTO outbox_messages (id, kind, state, member_id, about_id, due_at, created_at)
      SELECT 'out_' || t.id || '_' || (s.value->>'days') || '_' || m.id, 'token-expires', 'queued', m.id, t.id, ${now}, ${now}
      FROM scim_tokens AS t CROSS JOIN json_each(${steps}) AS s CROSS JOIN members AS m
      WHERE t.ended_at IS NULL AND t.expires_at > ${now}
        AND t.expires_at <= ${now} + (s.value->>'days') * ${DAY} AND t.expires_at > ${now} + (s.value->>'next') * ${DAY}
        AND t.created_at <= t.expires_at - (s.value->>'days') * ${DAY}
        AND m.role = 'administrator' AND m.address IS NOT NULL AND ${activeAdministrator(sql`${now}`)}
      ON CONFLICT DO NOTHING`),
  ]);
  return changedRows(written);
}

/** When the last token expires, where that is within the first announced step, or was as lately; null when one works longer, or all were ended. */
export async function findTokensEnd(store: Store, now: Millis): Promise<Millis | null> {
  const [tokens] = await store.db.all<{ end: Millis | null }>(
    sql`SELECT max(expires_at) AS "end" FROM scim_tokens WHERE ended_at IS NULL AND expires_at > ${now - ANNOUNCED_DAYS[0] * DAY}`,
  );
  const end = tokens?.end ?? null;
  return end !== null && end <= now + ANNOUNCED_DAYS[0] * DAY ? end : null;
}

/** What such a mail says. `to` is null when the administrator has no address; `hasOther`: another token works beyond that time. */
export type ExpiryFacts = { kind: 'token-expires'; to: string | null; name: string; expiresAt: Millis; hasOther: boolean };

/** By outbox id. */
export async function expiryFacts(store: Store, ids: readonly string[]): Promise<[id: string, facts: ExpiryFacts][]> {
  const rows = await store.db.all<{ id: string; to: string | null; name: string; expiresAt: Millis; hasOther: number }>(sql`
    SELECT o.id, m.address AS "to", t.name, t.expires_at AS expiresAt, EXISTS (SELECT 1 FROM scim_tokens AS other
        WHERE other.id <> t.id AND other.ended_at IS NULL AND other.expires_at > t.expires_at) AS hasOther
    FROM outbox_messages AS o JOIN members AS m ON m.id = o.member_id JOIN scim_tokens AS t ON t.id = o.about_id
    WHERE o.id IN (SELECT value FROM json_each(${JSON.stringify(ids)})) AND o.kind = 'token-expires'`);
  return rows.map(({ id, hasOther, ...facts }) => [id, { kind: 'token-expires', ...facts, hasOther: hasOther === 1 }]);
}
