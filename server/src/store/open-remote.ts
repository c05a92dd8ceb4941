import { SECOND } from '@doorstep/shared/time';
import { createClient } from '@libsql/client/web';
import { drizzle } from 'drizzle-orm/libsql/web';
import * as schema from './schema.ts';
import { createStore, type Store, type StoreOptions } from './store.ts';

/** A libSQL server over HTTP: on the edge, and wherever several servers share one database. */
export function openRemoteStore(url: string, authToken: string | undefined, options: Omit<StoreOptions, 'kind'>): Store {
  const client = createClient({ url, authToken, fetch: reach });
  return createStore(drizzle({ client, schema }), client, { ...options, kind: 'remote' });
}

const PATIENCE = 30 * SECOND;

/** What is no answer is one error of ours, with the network's own code where there is one: each runtime words it in its own way. */
async function reach(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    return new Response(await answer.arrayBuffer(), answer);
  } catch (cause) {
    throw Object.assign(new Error('the database cannot be reached', { cause }), { code: 'DATABASE_UNREACHABLE' });
  }
}
