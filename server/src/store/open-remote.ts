import { SECOND } from '@doorstep/shared/time';
import { type Client, createClient } from '@libsql/client/web';
import { drizzle } from 'drizzle-orm/libsql/web';
import { chance } from './chance.ts';
import { isBusy } from './repairing-client.ts';
import * as schema from './schema.ts';
import { createStore, type Store, type StoreOptions } from './store.ts';

/** A libSQL server over HTTP: on the edge, and wherever several servers share one database. */
export function openRemoteStore(url: string, authToken: string | undefined, options: Omit<StoreOptions, 'kind'>): Store {
  const client = writingAtOnce(createClient({ url, authToken, fetch: reach }), options.nextTurn ? inTurn() : (run) => run());
  return createStore(drizzle({ client, schema }), client, { ...options, kind: 'remote' });
}

type Queue = <Result>(run: () => Promise<Result>) => Promise<Result>;

/**
 * Our batches are commands: each takes the write lock as it begins, not midway. One that is refused with SQLITE_BUSY, as happens when several
 * servers write at once, has changed nothing and is tried again.
 */
function writingAtOnce(client: Client, queue: Queue): Client {
  const batch = client.batch.bind(client);
  client.batch = (statements) => queue(() => unlessBusy(() => batch(statements, 'write')));
  return client;
}

/**
 * The server writes one batch after another anyway, and libsql-server 0.24 stalls for seconds when many wait for its lock: ours wait here. Not on
 * workerd, where a request must not wait for another's I/O.
 */
function inTurn(): Queue {
  let last: Promise<unknown> = Promise.resolve();
  return (run) => {
    const mine = last.then(run);
    last = mine.catch(() => {});
    return mine;
  };
}

const FIRST_PAUSE = 10;
const LONGEST_PAUSE = 500;

async function unlessBusy<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let pause = FIRST_PAUSE; ; pause *= 2) {
    try {
      return await attempt();
    } catch (error) {
      if (!isBusy(error) || pause > LONGEST_PAUSE) throw error;
      await new Promise((resume) => setTimeout(resume, pause * (0.5 + chance())));
    }
  }
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
