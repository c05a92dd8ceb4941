import { sql } from 'drizzle-orm';
import { migrate } from './migrate.ts';
import { openFileStore } from './open-file.ts';
import type { Store } from './store.ts';

/** A real, migrated database of the test's own. In memory it is made from what the migrations leave, which take ten times as long. */
export async function openTestStore(now: () => number = Date.now, url = ':memory:'): Promise<Store> {
  const store = await openFileStore(url, now);
  if (url === ':memory:') {
    left ??= whatMigrationsLeave();
    const [first, ...others] = (await left).map((statement) => store.db.run(sql.raw(statement)));
    await store.batch([first!, ...others]);
  } else {
    await migrate(store);
  }
  return store;
}

/** Made once a process. */
let left: Promise<string[]> | undefined;

type Made = { type: string; name: string; sql: string; hasRows: number | null };

/** Statements that make an empty database the same: tables with their rows, then indexes and triggers. */
async function whatMigrationsLeave(): Promise<string[]> {
  const store = await openFileStore(':memory:', Date.now);
  await migrate(store);
  // a table of the full-text search makes its shadow tables itself
  const made = await store.db.all<Made>(sql`
    SELECT m.type, m.name, m.sql, l.type = 'table' AS hasRows FROM sqlite_master AS m LEFT JOIN pragma_table_list AS l ON l.name = m.name
    WHERE m.sql IS NOT NULL AND m.name NOT LIKE 'sqlite_%' AND l.type IS NOT 'shadow' ORDER BY m.type = 'table' DESC, m.rowid`);
  const tables = made.filter(({ type }) => type === 'table');
  const rows = await Promise.all(tables.map(({ name, hasRows }) => (hasRows === 1 ? rowsOfTable(store, name) : [])));
  await store.close();
  return [...tables.map((table) => table.sql), ...rows.flat(), ...made.slice(tables.length).map((rest) => rest.sql)];
}

async function rowsOfTable(store: Store, name: string): Promise<string[]> {
  const columns = await store.db.all<{ quoted: string }>(
    sql`SELECT '"' || name || '"' AS quoted FROM pragma_table_info(${name})`,
  );
  const list = columns.map(({ quoted }) => quoted);
  const rows = await store.db.all<{ list: string }>(
    sql.raw(`SELECT ${list.map((column) => `quote(${column})`).join(` || ',' || `)} AS list FROM "${name}"`),
  );
  return rows.map((row) => `INSERT INTO "${name}" (${list}) VALUES (${row.list})`);
}
