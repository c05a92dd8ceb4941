import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Client, createClient } from '@libsql/client';
import { drizzle } from 'drizzle-orm/libsql';
import { isBusy, repairing } from './repairing-client.ts';
import * as schema from './schema.ts';
import { createStore, type Store } from './store.ts';

/**
 * The embedded database (DESIGN.md, database rule 7): one connection, WAL, every commit on the disk before it is acknowledged.
 * `url`: `file:...` or `:memory:`.
 */
export async function openFileStore(url: string, now: () => number): Promise<Store> {
  const client = createClient({ url, concurrency: 1, timeout: 0 });
  const prepare = async () => {
    for (const pragma of ['journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON'])
      await client.execute(`PRAGMA ${pragma}`);
  };
  const patient = repairing(client, prepare);
  await patient.execute('PRAGMA journal_mode = WAL');
  await prepare();
  const store = createStore(drizzle({ client: patient, schema }), client, { kind: 'file', now, nextTurn: setImmediate });
  return { ...store, close: () => closeWhole(client) };
}

/** What stands in the write-ahead log goes into the file, so that the file alone is the whole database. A reader beside us keeps it waiting. */
async function closeWhole(client: Client): Promise<void> {
  await client.execute('PRAGMA wal_checkpoint(TRUNCATE)').catch(() => undefined);
  client.close();
}

/** Held as long as the process lives; `null` when another process holds it. A killed process frees it (DESIGN.md, database rule 7). */
export async function takeOwnership(dataDir: string): Promise<{ release(): Promise<void> } | null> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const client: Client = createClient({ url: pathToFileURL(join(dataDir, 'owner.db')).href, concurrency: 1, timeout: 0 });
  try {
    const held = await client.transaction('write');
    return {
      async release() {
        await held.rollback();
        client.close();
      },
    };
  } catch (error) {
    client.close();
    if (isBusy(error)) return null;
    throw error;
  }
}
