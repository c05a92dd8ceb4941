import type { Millis } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { auditWinners } from './audit.ts';
import { actsForWorkspace } from './office.ts';
import { workspace } from './schema.ts';
import type { SignOnBy } from './sign-on-config.ts';
import { changedRows, type Store } from './store.ts';

/** When the secret in DOORSTEP_OIDC_CLIENT_SECRET expires, as far as administrators have noted it. */
export async function environmentSecretExpiresAt(store: Store): Promise<Millis | null> {
  const [row] = await store.db.select({ at: workspace.environmentSecretExpiresAt }).from(workspace);
  return row?.at ?? null;
}

/** null: it is not known any more. False when who asks has no office. */
export async function noteEnvironmentSecret(
  store: Store,
  { expiresAt, by, auditId, now, trace }: SignOnBy & { expiresAt: Millis | null },
): Promise<boolean> {
  const mayAct = actsForWorkspace(by, now);
  const list = JSON.stringify([{ auditId, now, ...trace }]);
  const [, noted] = await store.write([
    auditWinners(
      store,
      'sign-on.expiry-noted',
      sql`json_each(${list}) AS a WHERE ${mayAct}`,
      sql`NULL`,
      sql`${by}`,
      sql`json_object('expiresAt', ${expiresAt})`,
    ),
    store.db.run(sql`UPDATE workspace SET environment_secret_expires_at = ${expiresAt} WHERE id = 1 AND ${mayAct}`),
  ]);
  return changedRows(noted) > 0;
}
