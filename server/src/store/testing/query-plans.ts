import type { InStatement, ResultSet } from '@libsql/client';
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

async function explain(store: Store, statement: Statement): Promise<string[]> {
  const { sql, params } = (statement as unknown as Prepared).getQuery();
  const { $client } = store.db as unknown as Explains;
  const plan = await $client.execute({ sql: `EXPLAIN QUERY PLAN ${sql}`, args: params as string[] });
  return plan.rows.map((row) => String(row.detail));
}
