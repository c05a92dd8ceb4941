import { afterEach, beforeEach, expect, test } from 'vitest';
import { composeDeps } from './compose.ts';
import { readConfig } from './config.ts';
import { createApp } from './http/app.ts';
import { deriveKeys } from './identity/root-key.ts';
import { findConfiguration } from './store/configuration.ts';
import type { Store } from './store/store.ts';
import { openTestStore } from './store/test-store.ts';
import { createWorkspace } from './store/workspace.ts';

/** A store that answers or, like one whose server is gone, does not. */
let store: Store;
let isGone: boolean;
let log: string[];
beforeEach(async () => {
  const real = await openTestStore();
  await createWorkspace(real, 'proof', 1);
  isGone = false;
  log = [];
  const gone = Object.assign(new Error('gone'), { code: 'DATABASE_UNREACHABLE' });
  const answer = (): typeof real.db => {
    if (isGone) throw gone;
    return real.db;
  };
  store = Object.defineProperty({ ...real }, 'db', { get: answer });
});
afterEach(async () => {
  isGone = false;
  await store.close();
});

function composed() {
  const read = readConfig({ DOORSTEP_PUBLIC_URL: 'http://localhost:3000' }, { runtime: 'node' });
  if ('problems' in read) throw new Error(read.problems.join(' '));
  const keys = deriveKeys('0123456789abcdefghijklmnopqrstuvwxyzABCDEFG');
  const parts = { store, keys, now: Date.now, nudge: () => {}, log: (_: string, event: string) => void log.push(event) };
  const deps = composeDeps(read.config, parts);
  const app = createApp(deps, {
    now: Date.now,
    clientAddress: () => '192.0.2.7',
    cameOverHttp: () => false,
    isReady: () => true,
  });
  return { deps, status: async (path: string) => (await app.request(`http://localhost:3000${path}`)).status };
}

test('DIR-02: while the settings were never read nobody is let in by the defaults; probes say what is', async () => {
  isGone = true;
  const { status } = composed();
  expect([await status('/'), await status('/welcome'), await status('/readyz'), await status('/healthz')]).toEqual([
    503, 503, 503, 200,
  ]);
  isGone = false;
  expect([await status('/'), await status('/readyz')]).toEqual([200, 200]);
});

test('what was known last goes on while the database is gone, and the log says it once', async () => {
  const { deps } = composed();
  const { settings } = await deps.current();
  isGone = true;
  store.memory.forget();
  expect((await deps.current()).settings).toEqual(settings);
  await deps.current();
  expect(log.filter((event) => event.startsWith('the configuration cannot be read'))).toHaveLength(1);
});

test('the whole configuration is one request to the database: with a remote one each second begins with it', async () => {
  let asked = 0;
  const { db } = store;
  const counting = Object.defineProperty({ ...store }, 'db', {
    get: () => {
      asked += 1;
      return db;
    },
  });
  store.memory.forget();
  expect(await findConfiguration(counting)).toMatchObject({ signOn: null, mail: null, settings: { name: 'Doorstep' } });
  expect(asked).toBe(1);
});
