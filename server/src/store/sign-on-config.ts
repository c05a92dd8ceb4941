import type { Millis } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import type { Trace } from './audit.ts';
import { auditWinners } from './audit.ts';
import { type CredentialKind, singleSignOn } from './configuration-schema.ts';
import { actsForWorkspace } from './office.ts';
import { changedRows, type Store } from './store.ts';

export type SignOnRow = typeof singleSignOn.$inferSelect;

/** `by` is null in the set-up session, which counts only while there is no administrator. */
export type SignOnBy = { by: string | null; auditId: string; now: Millis; trace: Trace };

/** Without what is sealed in it. */
export type ListedCredential = {
  id: string;
  tenantId: string;
  clientId: string;
  kind: CredentialKind;
  expiresAt: Millis;
  createdAt: Millis;
  byName: string | null;
  testedAt: Millis | null;
  refusedAt: Millis | null;
  refusedCode: string | null;
  thumbprint: string | null;
};
/** `credentials`: of either, those that have not been ended, the newest first. */
export type SignOnConfig = { draft: SignOnRow | null; on: SignOnRow | null; credentials: ListedCredential[] };

export async function findSignOnConfig(store: Store): Promise<SignOnConfig> {
  const [rows, credentials] = await Promise.all([
    store.db.select().from(singleSignOn).where(sql`${singleSignOn.state} <> 'off'`),
    store.db.all<ListedCredential>(sql`
      SELECT c.id, c.tenant_id AS tenantId, c.client_id AS clientId, c.kind, c.expires_at AS expiresAt, c.created_at AS createdAt,
        m.name AS byName, c.tested_at AS testedAt, c.refused_at AS refusedAt, c.refused_code AS refusedCode, c.thumbprint
      FROM client_credentials AS c LEFT JOIN members AS m ON m.id = c.created_by
      WHERE c.ended_at IS NULL AND EXISTS (SELECT 1 FROM single_sign_on AS s
        WHERE s.state <> 'off' AND s.tenant_id = c.tenant_id AND s.client_id = c.client_id)
      ORDER BY c.created_at DESC, c.id DESC`),
  ]);
  const stateIs = (state: SignOnRow['state']) => rows.find((row) => row.state === state) ?? null;
  return { draft: stateIs('draft'), on: stateIs('on'), credentials };
}

type Pair = { tenantId: string; clientId: string };
export const credentialsOf = ({ credentials }: SignOnConfig, of: Pair): ListedCredential[] =>
  credentials.filter(({ tenantId, clientId }) => tenantId === of.tenantId && clientId === of.clientId);

export type DraftTyped = { issuer: string; tenantId: string; clientId: string };
export type NewDraft = SignOnBy & DraftTyped & { id: string; attemptId: string };

/**
 * Writes the draft; whatever was tested is tested again. Credentials go with it to another client ID, unless what is on uses them: whoever
 * mistyped the ID need not paste the secret again. False when who asks has no office any more.
 */
export async function writeDraft(store: Store, draft: NewDraft): Promise<boolean> {
  const { id, issuer, tenantId, clientId, attemptId, by, auditId, now, trace } = draft;
  const mayAct = actsForWorkspace(by, now);
  const list = JSON.stringify([{ auditId, now, ...trace }]);
  const [, written] = await store.write([
    store.db.run(sql`
      UPDATE client_credentials SET tenant_id = ${tenantId}, client_id = ${clientId}, tested_at = NULL
      FROM single_sign_on AS d WHERE d.state = 'draft' AND client_credentials.tenant_id = d.tenant_id
        AND client_credentials.client_id = d.client_id AND client_credentials.ended_at IS NULL AND ${mayAct}
        AND NOT EXISTS (SELECT 1 FROM single_sign_on AS o WHERE o.state = 'on' AND o.tenant_id = d.tenant_id AND o.client_id = d.client_id)
        AND NOT EXISTS (SELECT 1 FROM client_credentials AS c
          WHERE c.tenant_id = ${tenantId} AND c.client_id = ${clientId} AND c.ended_at IS NULL)`),
    store.db.run(sql`
      INSERT INTO single_sign_on (id, state, issuer, tenant_id, client_id, created_at, created_by, attempt_id)
      SELECT ${id}, 'draft', ${issuer}, ${tenantId}, ${clientId}, ${now}, ${by}, ${attemptId} WHERE ${mayAct}
      ON CONFLICT (state) WHERE state <> 'off' DO UPDATE SET issuer = excluded.issuer, tenant_id = excluded.tenant_id,
        client_id = excluded.client_id, tested_at = NULL, tested_credential_id = NULL, test = NULL, attempt_id = excluded.attempt_id`),
    auditWinners(
      store,
      'sign-on.drafted',
      sql`json_each(${list}) AS a JOIN single_sign_on AS s ON s.state = 'draft' AND s.attempt_id = ${attemptId}`,
      sql`s.id`,
      sql`${by}`,
      sql`json_object('tenantId', s.tenant_id, 'clientId', s.client_id)`,
    ),
  ]);
  return changedRows(written) > 0;
}

/** The draft goes, and its credentials end, unless what is on uses them. */
export async function discardDraft(store: Store, { by, auditId, now, trace }: SignOnBy): Promise<boolean> {
  const mayAct = actsForWorkspace(by, now);
  const list = JSON.stringify([{ auditId, now, ...trace }]);
  const [, , discarded] = await store.write([
    auditWinners(
      store,
      'sign-on.discarded',
      sql`json_each(${list}) AS a JOIN single_sign_on AS s ON s.state = 'draft' AND ${mayAct}`,
      sql`s.id`,
      sql`${by}`,
    ),
    store.db.run(sql`
      UPDATE client_credentials SET ended_at = ${now} FROM single_sign_on AS d
      WHERE d.state = 'draft' AND client_credentials.tenant_id = d.tenant_id AND client_credentials.client_id = d.client_id
        AND client_credentials.ended_at IS NULL AND ${mayAct}
        AND NOT EXISTS (SELECT 1 FROM single_sign_on AS o WHERE o.state = 'on' AND o.tenant_id = d.tenant_id AND o.client_id = d.client_id)`),
    store.db.run(sql`DELETE FROM single_sign_on WHERE state = 'draft' AND ${mayAct}`),
  ]);
  return changedRows(discarded) > 0;
}

/**
 * `attemptId` is that of the configuration when the test began: one that was changed meanwhile stays untested, and so does what somebody tested
 * who has lost the office on the way to Microsoft and back.
 */
export type TestOutcome = SignOnBy & { signOnId: string; attemptId: string; credentialId: string; isGood: boolean; test: string };

export async function recordTest(store: Store, outcome: TestOutcome): Promise<boolean> {
  const { signOnId, attemptId, credentialId, isGood, test, by, auditId, now, trace } = outcome;
  const list = JSON.stringify([{ auditId, now, ...trace }]);
  const same = sql`s.id = ${signOnId} AND s.attempt_id = ${attemptId} AND s.state <> 'off' AND ${actsForWorkspace(by, now)}`;
  const [recorded] = await store.write([
    store.db.run(
      sql`UPDATE single_sign_on AS s SET tested_at = ${now}, tested_credential_id = ${credentialId}, test = ${test} WHERE ${same}`,
    ),
    store.db.run(sql`
      UPDATE client_credentials SET tested_at = ${now}, refused_at = NULL, refused_code = NULL
      FROM single_sign_on AS s WHERE ${same} AND client_credentials.id = ${credentialId} AND ${isGood ? 1 : 0}
        AND client_credentials.tenant_id = s.tenant_id AND client_credentials.client_id = s.client_id`),
    auditWinners(
      store,
      'sign-on.tested',
      sql`json_each(${list}) AS a JOIN single_sign_on AS s ON ${same}`,
      sql`s.id`,
      sql`${by}`,
      sql`json_object('isGood', json(${isGood ? 'true' : 'false'}), 'credentialId', ${credentialId})`,
    ),
  ]);
  return changedRows(recorded) > 0;
}

/** Only a draft that was tested well as it is, with a credential that counts still. The configuration that was on is off then. */
export async function switchOnDraft(store: Store, id: string, { by, auditId, now, trace }: SignOnBy): Promise<boolean> {
  const list = JSON.stringify([{ auditId, now, ...trace }]);
  const ready = (draft: string) => sql`${sql.raw(draft)}.id = ${id} AND ${sql.raw(draft)}.state = 'draft'
    AND ${sql.raw(draft)}.test->>'outcome' = 'good' AND ${actsForWorkspace(by, now)}
    AND EXISTS (SELECT 1 FROM client_credentials AS c WHERE c.id = ${sql.raw(draft)}.tested_credential_id AND c.tested_at IS NOT NULL
      AND c.ended_at IS NULL AND c.expires_at > ${now})`;
  const [, , switched] = await store.write([
    auditWinners(
      store,
      'sign-on.switched-on',
      sql`json_each(${list}) AS a JOIN single_sign_on AS d ON ${ready('d')}`,
      sql`d.id`,
      sql`${by}`,
      sql`json_object('tenantId', d.tenant_id, 'clientId', d.client_id)`,
    ),
    store.db.run(
      sql`UPDATE single_sign_on SET state = 'off' WHERE state = 'on' AND EXISTS (SELECT 1 FROM single_sign_on AS d WHERE ${ready('d')})`,
    ),
    store.db.run(sql`UPDATE single_sign_on AS s SET state = 'on', switched_on_at = ${now} WHERE ${ready('s')}`),
  ]);
  return changedRows(switched) > 0;
}

/** Members of other tenants, who would be strangers if this one were switched on. Guests belong to none. */
export async function countStrangers(store: Store, tenantId: string): Promise<number> {
  const [row] = await store.db.all<{ count: number }>(
    sql`SELECT count(*) AS count FROM members WHERE state <> 'removed' AND tenant_id NOT IN (${tenantId}, 'guest')`,
  );
  return row?.count ?? 0;
}
