import type { InStatement, ResultSet } from '@libsql/client';
import type { SQL } from 'drizzle-orm';
import type { Statement, Statements, Store } from '../store.ts';

type Prepared = { getQuery(): { sql: string; params: unknown[] } };
type Explains = { $client: { execute(statement: InStatement): Promise<ResultSet> } };

/**
 * What SQLite would do for each statement that the command sends: the lines of `EXPLAIN QUERY PLAN`, one list per statement.
 * The last thing to do with this store: an explained write leaves its connection busy.
 */
export async function plansOf(store: Store, command: (store: Store) => Promise<unknown>): Promise<string[][]> {
  const sent: Statement[] = [];
  const listening = (statements: Statements) => {
    sent.push(...statements);
    return store.write(statements);
  };
  await command({ ...store, write: listening, batch: listening });
  await store.db.run('PRAGMA foreign_keys = OFF'); // their scans stand in every plan and run only while a violation is pending
  const plans: string[][] = [];
  for (const statement of sent) plans.push(await explain(store, statement));
  return plans;
}

/** The same for what the command reads by `db.all`, of which it gets the answers. */
export async function readPlansOf(store: Store, command: (store: Store) => Promise<unknown>): Promise<string[][]> {
  const asked: SQL[] = [];
  const all = (query: SQL) => {
    asked.push(query);
    return store.db.all(query);
  };
  const db = new Proxy(store.db, { get: (target, name) => (name === 'all' ? all : Reflect.get(target, name)) });
  await command({ ...store, db });
  const plans: string[][] = [];
  for (const query of asked) plans.push(await explain(store, store.db.run(query)));
  return plans;
}

async function explain(store: Store, statement: Statement): Promise<string[]> {
  const { sql, params } = (statement as unknown as Prepared).getQuery();
  const { $client } = store.db as unknown as Explains;
  const plan = await $client.execute({ sql: `EXPLAIN QUERY PLAN ${sql}`, args: params as string[] });
  return plan.rows.map((row) => String(row.detail));
}
