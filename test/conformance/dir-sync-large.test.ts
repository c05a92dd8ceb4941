import { createGraph } from '@doorstep/server/directory/graph-client';
import type { Store } from '@doorstep/server/store/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DemoTenant, startDemoTenant } from '../demo-tenant/demo-tenant.ts';
import { changeSome } from '../demo-tenant/graph/change-some.ts';
import { openConnected, type Synced, syncOnce } from './dir-sync-story.ts';
import { steady } from './steady.ts';
import type { Workspace } from './workspace.ts';

const USERS = 50_000;

let workspace: Workspace;
let large: DemoTenant;
beforeAll(async () => {
  workspace = await openConnected();
  large = await startDemoTenant({
    redirectUris: [],
    now: workspace.clock.now,
    generated: { users: USERS, groups: 100 },
    pageSize: 200,
  });
});
afterAll(async () => {
  await workspace.stop();
  await large.stop();
});

/** Processor time of this thread in ms: what else runs on the machine does not count. Older Nodes know only that of the whole process. */
const processorTime = (): number => {
  const { user, system } = (process.threadCpuUsage ?? process.cpuUsage)();
  return (user + system) / 1000;
};

/** The workspace with the large tenant's Graph, and how much processor time each batch took: so long it held the loop. */
function withLarge(): Synced & { held: number[] } {
  const held: number[] = [];
  const { deps, clock, sql } = workspace;
  const timed =
    (write: Store['batch']): Store['batch'] =>
    async (statements) => {
      const begun = processorTime();
      const results = await write(statements);
      held.push(processorTime() - begun);
      return results;
    };
  const store = { ...deps.store, batch: timed(deps.store.batch), write: timed(deps.store.write) };
  const services = async () => ({
    tokenEndpoint: `${large.origin}/${large.tenantId}/oauth2/v2.0/token`,
    graphOrigin: large.graphUrl,
  });
  const graph = createGraph(
    { clientId: large.clientId, credentials: [{ id: null, kind: 'secret', secret: large.clientSecret }], origin: null },
    services,
    { fetch, now: clock.now },
  );
  return { deps: steady({ ...deps, store, graph }), clock, sql, held };
}

/** How long requests take while that goes on, and the most memory in use, in MiB above what there was before. */
async function servedMeanwhile(work: Promise<unknown>) {
  const before = process.memoryUsage().rss;
  const times: number[] = [];
  let most = 0;
  let isOver = false;
  const watch = (async () => {
    while (!isOver) {
      const begun = performance.now();
      await (await fetch(`${workspace.url}/`)).text();
      times.push(performance.now() - begun);
      most = Math.max(most, process.memoryUsage().rss - before);
      await new Promise((resume) => setTimeout(resume, 20));
    }
  })();
  await work.finally(() => {
    isOver = true;
  });
  await watch;
  return { middle: middleOf(times), mebibytes: most / 2 ** 20 };
}

test('DIR-11: 50,000 people, then 1 % changes: memory is bounded by a page, no request is held up', async () => {
  const synced = withLarge();
  const first = await servedMeanwhile(syncOnce(synced));
  expect(await workspace.sql("SELECT value FROM counters WHERE name = 'directory_users'")).toEqual([
    { value: large.directory.users.present },
  ]);
  changeSome(large.directory, USERS / 100);
  const second = await servedMeanwhile(syncOnce(synced));
  for (const { middle, mebibytes } of [first, second]) {
    expect(middle).toBeLessThan(100);
    expect(mebibytes).toBeLessThan(128); // 50,000 people as JSON alone are 30, as objects several times that
  }
  // a request waits for one batch at the most
  expect(synced.held.toSorted((one, other) => one - other)[Math.floor(synced.held.length * 0.99)]).toBeLessThan(100);
  expect(middleOf(synced.held)).toBeLessThan(20);
}, 180_000);

const middleOf = (times: number[]): number => times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)]!;
