import { MINUTE } from '@doorstep/shared/time';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { standingClock } from '../conformance/clock.ts';
import { changeMuch, copyOf, runTrack, type Synced, syncOnce } from '../conformance/dir-sync-story.ts';
import { steady } from '../conformance/steady.ts';
import { buildServer } from '../operations/server-process.ts';
import { type Composed, composed } from './composed.ts';
import { type DatabaseLine, startDatabaseLine } from './database-line.ts';
import { type EdgeWorkspace, openEdgeWorkspace } from './edge-workspace.ts';

const clock = standingClock();
let workspace: EdgeWorkspace;
let line: DatabaseLine;
/** Two servers on one database: the first by a line that can break. */
let one: Composed;
let two: Composed;

beforeAll(async () => {
  await buildServer();
  workspace = await openEdgeWorkspace();
  line = await startDatabaseLine(workspace.database.url);
  one = composed(workspace, clock, line.url);
  two = composed(workspace, clock);
  return async () => {
    await Promise.all([one.close(), two.close()]);
    await line.stop();
    await workspace.stop();
  };
}, 60_000);

const TABLES = [
  'users',
  'addresses',
  'domains',
  'groups',
  'group_members',
  'contacts',
  'changes',
  'streams',
  'seen_links',
  'runs',
];

/** As on the first day. */
async function forgetDirectory(): Promise<void> {
  for (const table of TABLES) await two.sql(`DELETE FROM directory_${table}`);
  await two.sql(
    'UPDATE directory SET mark = 0, next_sync_at = NULL, retry_at = NULL, last_sync_at = NULL, failures = 0, tenant_id = NULL',
  );
  for (const { deps } of [one, two]) deps.store.memory.forget();
}
beforeEach(async () => {
  await forgetDirectory();
  workspace.tenant.requests.length = 0;
});

/** The next round is due: both servers look, at the same moment. */
async function bothAtOnce(owners: [string, string] = ['srv_one', 'srv_two']): Promise<void> {
  clock.advance(10 * MINUTE);
  await Promise.all([one, two].map((server, at) => runTrack(server, () => false, owners[at])));
}

const firstPages = () =>
  workspace.tenant.requests.filter(({ path, query }) => path.endsWith('/users/delta') && query.startsWith('?$select')).length;
const runs = () => two.sql('SELECT state, users FROM directory_runs ORDER BY mark');

it('ENT-81, DIR-13: of two servers on one libSQL server that look at once one runs, round after round', async () => {
  const { tenant } = workspace;
  tenant.graph.pageSize = 5;
  await bothAtOnce();
  expect([firstPages(), await runs()]).toEqual([1, [{ state: 'done', users: tenant.directory.users.present }]]);
  for (const name of ['Ada', 'Bea', 'Cem', 'Dov']) {
    tenant.directory.addUser({ displayName: `${name} Newcomer` });
    await bothAtOnce();
  }
  expect((await runs()).slice(1)).toEqual(Array(4).fill({ state: 'done', users: 1 }));
  expect(await two.sql("SELECT name FROM directory_users WHERE name LIKE '% Newcomer' ORDER BY 1")).toHaveLength(4);
});

it('ENT-81, DIR-13: a server whose lease has gone to the other writes nothing more', async () => {
  const { tenant } = workspace;
  tenant.graph.pageSize = 5;
  let pages = 0;
  const graph = {
    ...one.deps.graph!,
    get: async (link: string) => {
      const answer = await one.deps.graph!.get(link);
      pages += 1;
      if (pages === 3) {
        clock.advance(3 * MINUTE); // the answer took longer than the lease
        await runTrack(two, () => false, 'srv_two');
      }
      return answer;
    },
  };
  await runTrack({ ...one, deps: steady({ ...one.deps, graph }) }, () => false, 'srv_one');
  expect(pages).toBe(3);
  expect([firstPages(), await runs()]).toEqual([1, [{ state: 'done', users: tenant.directory.users.present }]]);
});

it('ENT-68, DIR-12: whichever answer of the database is lost, or request to it, the next round ends in the same state', async () => {
  workspace.tenant.graph.pageSize = 40;
  const wanted = await stateAfter(one);
  await forgetDirectory();
  const before = line.asked();
  await runTrack(one);
  const requests = line.asked() - before;
  // every third: all of them, tried once, take a minute
  for (let at = 1; at <= requests; at += 3) {
    await forgetDirectory();
    line.breakAt(at, at % 2 === 0 ? 'request' : 'answer');
    await runTrack(one).catch(() => undefined);
    clock.advance(3 * MINUTE);
    expect(await stateAfter(two), `${at} of ${requests}`).toEqual(wanted);
  }
}, 60_000);

/** The state of a round that has ended well. */
async function stateAfter(server: Synced): Promise<unknown> {
  expect((await syncOnce(server)).state).toBe('done');
  return copyOf(server);
}

it('ENT-69: a round of changes leaves the same as reading everything anew', async () => {
  workspace.tenant.graph.pageSize = 10;
  await syncOnce(one);
  changeMuch(workspace.tenant.directory);
  expect((await syncOnce(two)).state).toBe('done');
  const { users, groups, edges, ...followed } = await copyOf(two);
  await forgetDirectory();
  const { users: usersAnew, groups: groupsAnew, edges: edgesAnew, ...anew } = (await stateAfter(one)) as typeof followed;
  const isThere = (row: unknown) => !['removed', 'deleted'].includes((row as { graph_state: string }).graph_state);
  expect(users!.filter(isThere)).toEqual(usersAnew);
  expect(groups!.filter(isThere)).toEqual(groupsAnew);
  expect(edgesAnew!.length).toBeGreaterThan(20);
  expect(anew.domains).toEqual(followed.domains);
});

it('a page of a hundred people costs five requests to the database at most, a round without changes some thirty', async () => {
  const { tenant } = workspace;
  tenant.graph.pageSize = 100;
  const cost = async () => {
    clock.advance(10 * MINUTE);
    const before = line.asked();
    await runTrack(one);
    return line.asked() - before;
  };
  await cost();
  const idle = await cost();
  for (let at = 0; at < 1000; at += 1) tenant.directory.addUser({ displayName: `Person ${at}` });
  const pages = (await cost()) - idle;
  expect((await runs()).map(({ state, users }) => [state, users])).toEqual([
    ['done', expect.any(Number)],
    ['done', 0],
    ['done', 1000],
  ]);
  expect(pages / 10).toBeLessThanOrEqual(5);
  expect(idle).toBeLessThanOrEqual(32);
});
