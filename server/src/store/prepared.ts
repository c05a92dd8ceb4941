import type { Database, Store } from './store.ts';

/** A query that runs at nearly every request, built once a database: Drizzle takes longer to build one than the database to answer it. */
export function prepared<Query>(build: (db: Database) => Query): (store: Store) => Query {
  const built = new WeakMap<Database, Query>();
  return ({ db }) => {
    const query = built.get(db) ?? build(db);
    built.set(db, query);
    return query;
  };
}
