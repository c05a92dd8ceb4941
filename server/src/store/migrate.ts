import { fileURLToPath } from 'node:url';
import { migrate as applyMigrations } from 'drizzle-orm/libsql/migrator';
import type { Store } from './store.ts';

/** `server/migrations`, seen from `src/store/` as from the bundled file in `dist/`. */
const folders = ['../migrations', '../../migrations'];

/** Forward only; a no-op when the database is up to date. */
export async function migrate(store: Store): Promise<void> {
  const { existsSync } = await import('node:fs');
  const folder = folders
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(`${path}/meta/_journal.json`));
  if (!folder) throw new Error('the migrations are missing beside the server');
  await applyMigrations(store.db, { migrationsFolder: folder });
}
