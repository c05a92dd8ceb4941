import type { DirectoryStatus } from '@doorstep/shared/directory';
import { type SQL, sql } from 'drizzle-orm';
import type { IdentityKey } from '../domain/identity.ts';
import type { Store } from './store.ts';

/** What the directory says of this identity; null when it is not its tenant's, or unknown there. */
export async function findDirectoryStatus(store: Store, { tenantId, objectId }: IdentityKey): Promise<DirectoryStatus | null> {
  const [known] = await store.db.all<{ status: DirectoryStatus }>(sql`
    SELECT u.status FROM directory_users AS u WHERE u.object_id = ${objectId} AND ${tenantId} = (SELECT tenant_id FROM directory)`);
  return known?.status ?? null;
}

/** SQL: the directory says that this identity is disabled or gone. Whom it does not know is not. */
export const isLost = (tenantId: SQL, objectId: SQL): SQL => sql`EXISTS (SELECT 1 FROM directory_users AS u
  WHERE u.object_id = ${objectId} AND u.status <> 'enabled' AND ${tenantId} = (SELECT tenant_id FROM directory WHERE id = 1))`;
