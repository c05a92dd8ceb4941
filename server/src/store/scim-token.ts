import type { ScimTokenId } from '@doorstep/shared/ids';
import type { Millis } from '@doorstep/shared/time';
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
