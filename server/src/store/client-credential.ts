import type { Millis } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { auditWinners } from './audit.ts';
import { type CredentialKind, clientCredentials } from './configuration-schema.ts';
import { actsForWorkspace } from './office.ts';
import type { SignOnBy } from './sign-on-config.ts';
import { changedRows, type Store } from './store.ts';

/** Two, so that a new one can be put in place before the old one ends. */
export const MOST_CREDENTIALS = 2;

/** `sealed` as in configuration-schema.ts; `certificate` and `thumbprint` of a certificate alone. */
export type NewCredential = SignOnBy & {
  id: string;
  signOnId: string;
  kind: CredentialKind;
  sealed: string;
  certificate: string | null;
  thumbprint: string | null;
  expiresAt: Millis;
  attemptId: string;
};

/** False when two work already, the configuration has gone, or who asks has no office any more. */
export async function writeCredential(store: Store, credential: NewCredential): Promise<boolean> {
  const { id, signOnId, kind, sealed, certificate, thumbprint, expiresAt, attemptId, by, auditId, now, trace } = credential;
  const list = JSON.stringify([{ auditId, now, ...trace }]);
  const [written] = await store.write([
    store.db.run(sql`
      INSERT INTO client_credentials
        (id, tenant_id, client_id, kind, sealed, certificate, thumbprint, expires_at, created_at, created_by, attempt_id)
      SELECT ${id}, s.tenant_id, s.client_id, ${kind}, ${sealed}, ${certificate}, ${thumbprint}, ${expiresAt}, ${now}, ${by}, ${attemptId}
      FROM single_sign_on AS s WHERE s.id = ${signOnId} AND s.state <> 'off' AND ${actsForWorkspace(by, now)}
        AND (SELECT count(*) FROM client_credentials AS c WHERE c.tenant_id = s.tenant_id AND c.client_id = s.client_id
          AND c.ended_at IS NULL AND c.expires_at > ${now}) < ${MOST_CREDENTIALS}`),
    auditWinners(
      store,
      'client-credential.added',
      sql`json_each(${list}) AS a JOIN client_credentials AS c ON c.attempt_id = ${attemptId}`,
      sql`c.id`,
      sql`${by}`,
      sql`json_object('kind', c.kind, 'expiresAt', c.expires_at)`,
    ),
  ]);
  return changedRows(written) > 0;
}

/**
 * False when it has ended, is the last one that people sign in with, or who asks has no office any more. The day it expires was typed here and may
 * be wrong: it makes nothing the last one less so. One that the provider refuses replaces none that it takes.
 */
export async function endCredential(store: Store, id: string, { by, auditId, now, trace }: SignOnBy): Promise<boolean> {
  const list = JSON.stringify([{ auditId, now, ...trace }]);
  const endable = sql`c.id = ${id} AND c.ended_at IS NULL AND ${actsForWorkspace(by, now)} AND NOT (c.tested_at IS NOT NULL
    AND EXISTS (SELECT 1 FROM single_sign_on AS s WHERE s.state = 'on' AND s.tenant_id = c.tenant_id AND s.client_id = c.client_id)
    AND NOT EXISTS (SELECT 1 FROM client_credentials AS other WHERE other.id <> c.id AND other.tenant_id = c.tenant_id
      AND other.client_id = c.client_id AND other.tested_at IS NOT NULL AND other.ended_at IS NULL AND other.expires_at > ${now}
      AND (other.refused_at IS NULL OR c.refused_at IS NOT NULL)))`;
  const [, ended] = await store.write([
    auditWinners(
      store,
      'client-credential.ended',
      sql`json_each(${list}) AS a JOIN client_credentials AS c ON ${endable}`,
      sql`c.id`,
      sql`${by}`,
    ),
    store.db.run(sql`UPDATE client_credentials AS c SET ended_at = ${now} WHERE ${endable}`),
  ]);
  return changedRows(ended) > 0;
}

/** With what is sealed in it, for whoever uses it; null when it has been ended. */
export async function findCredential(store: Store, id: string): Promise<typeof clientCredentials.$inferSelect | null> {
  const [row] = await store.db
    .select()
    .from(clientCredentials)
    .where(sql`${clientCredentials.id} = ${id} AND ${clientCredentials.endedAt} IS NULL`);
  return row ?? null;
}
