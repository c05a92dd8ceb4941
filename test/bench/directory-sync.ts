import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { openRaw } from './raw.ts';
import { type Line, type Measure, rate, whole } from './report.ts';
import { type Seeded, seedWorkspace } from './seeded.ts';
import type { SyncFacts } from './servers/sync.ts';
import type { TenantFacts, TenantOrder } from './servers/tenant.ts';

const SIZES = [10_000, 100_000, 1_000_000];
const GROUPS = 20_000;
const CHANGES = 100;
const RAW_USERS = 20_000;
const RAW_BATCH = 1_000;

/** The floor: the same rows of people and their addresses by batches of 1,000 statements each, into the same tables. */
export const directorySync: Measure = {
  title: `Directory sync, ${whole(GROUPS)} groups`,
  async run() {
    const floor = await rawRate();
    const lines: Line[] = [];
    for (const users of SIZES) lines.push(...(await syncOf(users, floor)));
    return lines;
  },
};

async function syncOf(users: number, floor: number): Promise<Line[]> {
  const seed = await seedWorkspace();
  const world = await startWorld(seed, users);
  const first = await world.sync();
  const unchanged = await world.sync();
  await world.change(CHANGES);
  const changed = await world.sync();
  await world.stop();
  await seed.remove();
  const what = `${whole(users)} users`;
  const facts = (name: string, { ms, held, grown }: SyncFacts, requests: number): Line => ({
    what: `${what}, ${name}`,
    measured: `${ms < 10_000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(0)} s`}, ${requests} requests`,
    floor: `loop ${held.toFixed(0)} ms, memory +${Math.max(0, grown).toFixed(0)} MiB`,
    ratio: '',
    target: '20 ms',
  });
  return [
    rate(`${what}, first sync, rows`, (first.rows * 1000) / first.ms, floor),
    facts('first sync', first, first.requests),
    facts('no change', unchanged, unchanged.requests),
    facts(`${CHANGES} changes`, changed, changed.requests),
  ];
}

/** The generated tenant and the server that reads it, each in a process of its own. */
export async function startWorld(seed: Seeded, users: number, groups = GROUPS) {
  const tenant = start('tenant', [String(users), String(groups)]);
  const [facts] = (await once(tenant, 'message')) as [TenantFacts];
  const syncing = start('sync', [seed.dataDir, facts.issuer, facts.clientId, facts.clientSecret]);
  await once(syncing, 'message');
  const requests = () => ask<number>(tenant, 'requests');
  return {
    async sync(): Promise<SyncFacts & { requests: number }> {
      const before = await requests();
      const done = await ask<SyncFacts>(syncing, 'sync');
      return { ...done, requests: (await requests()) - before };
    },
    change: (count: number) => ask<number>(tenant, { change: count }),
    async stop() {
      for (const child of [syncing, tenant]) {
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      }
    },
  };
}

const start = (name: 'tenant' | 'sync', given: string[]): ChildProcess =>
  fork(fileURLToPath(new URL(`servers/${name}.ts`, import.meta.url)), given);

async function ask<Answer>(child: ChildProcess, order: TenantOrder | 'sync'): Promise<Answer> {
  const answered = Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`the server ended with ${code}`))),
  ]);
  child.send(order);
  return (await answered)[0] as Answer;
}

async function rawRate(): Promise<number> {
  const seed = await seedWorkspace();
  const client = await openRaw(seed.dataDir);
  const began = performance.now();
  for (let from = 0; from < RAW_USERS; from += RAW_BATCH) {
    await client.batch(Array.from({ length: RAW_BATCH }, (_, at) => rawUser(from + at)).flat(), 'write');
  }
  const rate = (RAW_USERS * 3 * 1000) / (performance.now() - began);
  client.close();
  await seed.remove();
  return rate;
}

/** A person and two addresses. */
function rawUser(number: number) {
  const objectId = crypto.randomUUID();
  const address = `person.${number}@contoso.example`;
  const addressRow = (one: string) => ({
    sql: `INSERT INTO directory_addresses (object_id, address, owner, source) VALUES (?, ?, 'user', 'proxy')`,
    args: [objectId, one],
  });
  return [
    {
      sql: `INSERT INTO directory_users (object_id, name, address, user_name, graph_state, graph_mark, first_seen_at, changed_at)
        VALUES (?, ?, ?, ?, 'enabled', 1, 1, 1)`,
      args: [objectId, `Person ${number}`, address, address],
    },
    addressRow(address),
    addressRow(`p${number}@contoso.example`),
  ];
}
