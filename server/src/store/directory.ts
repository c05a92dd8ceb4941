import { sql } from 'drizzle-orm';
import { directory } from './directory-schema.ts';
import type { Statement, Store } from './store.ts';

export type DirectoryRow = typeof directory.$inferSelect;

/** How the directory is connected and what is known of it as a whole; read at every look at the pages, so it is remembered. */
export const findDirectory = (store: Store): Promise<DirectoryRow> =>
  store.memory.recall('directory', async () => {
    const [row] = await store.db.select().from(directory);
    if (!row) throw new Error('the row of the directory is made by the migration');
    return row;
  });

/** A statement for every batch that writes people of the directory: whose directory it is stands fast with the first of them. */
export const ofTenant = (store: Store, tenantId: string): Statement =>
  store.db.run(sql`UPDATE directory SET tenant_id = ${tenantId} WHERE id = 1 AND tenant_id IS NULL`);
