import { createClient } from '@libsql/client/web';
import { drizzle } from 'drizzle-orm/libsql/web';
import * as schema from './schema.ts';
import { createStore, type Store, type StoreOptions } from './store.ts';

/** A libSQL server over HTTP: on the edge, and wherever several servers share one database. */
export function openRemoteStore(url: string, authToken: string | undefined, options: Omit<StoreOptions, 'kind'>): Store {
  const client = createClient({ url, authToken });
  return createStore(drizzle({ client, schema }), client, { ...options, kind: 'remote' });
}
