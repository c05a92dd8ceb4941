import { DAY, type Millis } from '@doorstep/shared/time';
import { type SQL, sql } from 'drizzle-orm';
import { policy } from '../domain/policy.ts';
import type { CredentialKind } from './configuration-schema.ts';
import { activeAdministrator } from './member.ts';
import { changedRows, type Store } from './store.ts';

const STEPS = JSON.stringify(policy.expiryTold.map((days, at) => ({ days, next: policy.expiryTold[at + 1] ?? 0 })));

/**
 * One mail to every administrator in office who has an address, for the step that each thing has reached (DESIGN.md, section 4, Things that
 * expire): provisioning tokens; the credentials of single sign-on, unless another one outlives them; where the environment holds the client
 * secret, its date. What was made with less time than a step is not told of at that step. How many mails were written.
 */
export async function announceExpiry(store: Store, isSetByEnvironment: boolean, now: Millis): Promise<number> {
  const [written] = await store.batch([
    store.db.run(sql`
      INSERT INTO outbox_messages (id, kind, state, member_id, about_id, due_at, created_at)
      SELECT 'out_' || t.id || '_' || (s.value->>'days') || '_' || m.id, t.kind, 'queued', m.id, t.id, ${now}, ${now}
      FROM (${things(isSetByEnvironment)}) AS t CROSS JOIN json_each(${STEPS}) AS s CROSS JOIN members AS m
      WHERE t.expires_at > ${now}
        AND t.expires_at <= ${now} + (s.value->>'days') * ${DAY} AND t.expires_at > ${now} + (s.value->>'next') * ${DAY}
        AND t.created_at <= t.expires_at - (s.value->>'days') * ${DAY}
        AND m.role = 'administrator' AND m.address IS NOT NULL AND ${activeAdministrator(sql`${now}`)}
      ON CONFLICT DO NOTHING`),
  ]);
  return changedRows(written);
}

/** SQL: what ends, as `id`, `kind` of the mail, `expires_at`, `created_at`. */
const things = (isSetByEnvironment: boolean): SQL => sql`
  SELECT id, 'token-expires' AS kind, expires_at, created_at FROM scim_tokens WHERE ended_at IS NULL
  UNION ALL ${isSetByEnvironment ? environmentSecret : credentials}`;

/** Another date is another thing, and is told of anew. */
const environmentSecret = sql`
  SELECT 'environment_' || environment_secret_expires_at, 'credential-expires', environment_secret_expires_at, 0 FROM workspace
  WHERE environment_secret_expires_at IS NOT NULL`;

/** SQL: credential `c` is of the single sign-on `s` that is on, and used there. */
const isUsed = sql`s.state = 'on' AND c.tenant_id = s.tenant_id AND c.client_id = s.client_id AND c.tested_at IS NOT NULL AND c.ended_at IS NULL`;

/** SQL: a credential that works as well lives longer than `c`. */
const isOutlived = sql`EXISTS (SELECT 1 FROM client_credentials AS other WHERE other.tenant_id = c.tenant_id AND other.client_id = c.client_id
  AND other.tested_at IS NOT NULL AND other.ended_at IS NULL AND other.expires_at > c.expires_at)`;

const credentials = sql`
  SELECT c.id, 'credential-expires', c.expires_at, c.created_at FROM single_sign_on AS s JOIN client_credentials AS c ON ${isUsed}
  WHERE NOT ${isOutlived}`;

/** SQL: the credential that an outbox row is about has neither ended nor been given another date. */
export const isCredentialEnding = (aboutId: SQL, now: Millis): SQL => sql`(
  EXISTS (SELECT 1 FROM client_credentials AS c WHERE c.id = ${aboutId} AND c.ended_at IS NULL AND c.expires_at > ${now})
  OR EXISTS (SELECT 1 FROM workspace AS w WHERE w.id = 1 AND 'environment_' || w.environment_secret_expires_at = ${aboutId}
    AND w.environment_secret_expires_at > ${now}))`;

/** SQL: the ends as `name` and `value`, for the summary. */
export const endsNamed: SQL = sql`
  SELECT 'environment_secret' AS name, environment_secret_expires_at AS value FROM workspace
  UNION ALL SELECT 'provisioning_token', max(expires_at) FROM scim_tokens WHERE ended_at IS NULL
  UNION ALL SELECT kind, expires_at FROM (SELECT c.kind, c.expires_at FROM single_sign_on AS s JOIN client_credentials AS c ON ${isUsed}
    ORDER BY c.expires_at DESC LIMIT 1)`;

/**
 * What such a mail says. `to` is null when the administrator has no address; `hasOther`: another token works beyond that time;
 * `isSetByEnvironment`: the secret stands in a variable of the server.
 */
export type ExpiryFacts =
  | { kind: 'token-expires'; to: string | null; name: string; expiresAt: Millis; hasOther: boolean }
  | { kind: 'credential-expires'; to: string | null; what: CredentialKind; expiresAt: Millis; isSetByEnvironment: boolean };
type Told = [id: string, facts: ExpiryFacts];

/** By outbox id. */
export const expiryFacts = async (store: Store, ids: readonly string[]): Promise<Told[]> =>
  (await Promise.all([tokenFacts(store, JSON.stringify(ids)), credentialFacts(store, JSON.stringify(ids))])).flat();

async function tokenFacts(store: Store, ids: string): Promise<Told[]> {
  const rows = await store.db.all<{ id: string; to: string | null; name: string; expiresAt: Millis; hasOther: number }>(sql`
    SELECT o.id, m.address AS "to", t.name, t.expires_at AS expiresAt, EXISTS (SELECT 1 FROM scim_tokens AS other
        WHERE other.id <> t.id AND other.ended_at IS NULL AND other.expires_at > t.expires_at) AS hasOther
    FROM outbox_messages AS o JOIN members AS m ON m.id = o.member_id JOIN scim_tokens AS t ON t.id = o.about_id
    WHERE o.id IN (SELECT value FROM json_each(${ids})) AND o.kind = 'token-expires'`);
  return rows.map(({ id, hasOther, ...facts }): Told => [id, { kind: 'token-expires', ...facts, hasOther: hasOther === 1 }]);
}

async function credentialFacts(store: Store, ids: string): Promise<Told[]> {
  const rows = await store.db.all<{ id: string; to: string | null; what: CredentialKind | null; expiresAt: Millis }>(sql`
    SELECT o.id, m.address AS "to", c.kind AS what, coalesce(c.expires_at, w.environment_secret_expires_at) AS expiresAt
    FROM outbox_messages AS o JOIN members AS m ON m.id = o.member_id LEFT JOIN client_credentials AS c ON c.id = o.about_id
    LEFT JOIN workspace AS w ON 'environment_' || w.environment_secret_expires_at = o.about_id
    WHERE o.id IN (SELECT value FROM json_each(${ids})) AND o.kind = 'credential-expires' AND coalesce(c.id, w.id) IS NOT NULL`);
  return rows.map(
    ({ id, what, ...rest }): Told => [
      id,
      { kind: 'credential-expires', ...rest, what: what ?? 'secret', isSetByEnvironment: what === null },
    ],
  );
}
