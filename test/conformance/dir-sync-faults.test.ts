import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GraphFaults } from '../demo-tenant/faults.ts';
import { type Fork, snapshot } from './dir-sync-fork.ts';
import { changeMuch, copyOf, newestRun, openConnected, runTrack, syncOnce } from './dir-sync-story.ts';
import type { Workspace } from './workspace.ts';

type Snapshot = Awaited<ReturnType<typeof snapshot>>;

let workspace: Workspace;
/** Before the first round, and before a round of changes; with the states that an undisturbed round leaves. */
const scenes: { snapshot: Snapshot; wanted: unknown; before: unknown }[] = [];

beforeAll(async () => {
  workspace = await openConnected();
  workspace.tenant.graph.pageSize = 4;
  await addScene();
  await syncOnce(workspace);
  changeMuch(workspace.tenant.directory);
  await addScene();
}, 60_000);
afterAll(async () => {
  for (const scene of scenes) scene.snapshot.remove();
  await workspace.stop();
});

async function addScene() {
  const scene = await snapshot(workspace);
  scenes.push({ snapshot: scene, before: await copyOf(workspace), wanted: null });
}

/** Where an undisturbed round leads from that scene: the tenant does not change any more. */
async function wantedOf(scene: (typeof scenes)[number]): Promise<unknown> {
  if (scene.wanted === null) {
    const undisturbed = await scene.snapshot.fork();
    expect((await syncOnce(undisturbed)).state).toBe('done');
    scene.wanted = await copyOf(undisturbed);
    await undisturbed.close();
  }
  return scene.wanted;
}

/** Rounds while the switch is on, then rounds after it; `look` sees how the first ended. */
async function disturbed(
  scene: (typeof scenes)[number],
  fault: GraphFaults,
  look: (fork: Fork) => Promise<void>,
): Promise<unknown> {
  const fork = await scene.snapshot.fork();
  workspace.tenant.faults.graph = fault;
  await syncOnce(fork).catch(() => undefined); // hung ones may not end
  await look(fork);
  workspace.tenant.faults.graph = undefined;
  for (let times = 0; times < 3; times += 1) if ((await syncOnce(fork)).state === 'done') break;
  const copy = await copyOf(fork);
  await fork.close();
  return copy;
}

const nobodyIsGone = async ({ sql }: Fork) =>
  expect(await sql("SELECT name FROM directory_users WHERE graph_state IN ('removed', 'deleted') AND name IS NOT NULL")).toEqual(
    [],
  );

const faults: [string, GraphFaults, string | null][] = [
  ['401', { kind: 401 }, 'unreachable'],
  ['429', { kind: 429, retryAfter: 7, for: 2, after: 2 }, null],
  ['500 for ever', { kind: 500 }, 'unreachable'],
  ['500 now and then', { kind: 500, after: 3, for: 2 }, null],
  ['503', { kind: 503, after: 2, for: 3 }, null],
  ['garbage', { kind: 'garbage', after: 2 }, 'garbage'],
  ['an answer cut in half', { kind: 'cut', after: 3 }, 'unreachable'],
  ['half a page', { kind: 'half-a-page', on: ['users', 'contacts'] }, null],
  ['a redirect', { kind: 'redirect', after: 2 }, 'garbage'],
  ['a page that repeats', { kind: 'repeat-page', on: ['users'] }, 'pages-repeat'],
  ['pages that go round', { kind: 'cycle', on: ['users'] }, 'pages-repeat'],
  ['a foreign next link', { kind: 'foreign-next-link', after: 1 }, 'foreign-link'],
];

test.each(faults)('DIR-08: %s: nobody is removed, and afterwards all is as if nothing had been', async (_, fault, problem) => {
  for (const scene of scenes) {
    const wanted = await wantedOf(scene);
    const copy = await disturbed(scene, { ...fault }, async (fork) => {
      const run = await newestRun(fork);
      expect([run!.state, run!.problem]).toEqual(problem === null ? ['done', null] : ['failed', problem]);
      if (problem !== null) await nobodyIsGone(fork);
    });
    expect(present(copy)).toEqual(present(wanted));
  }
});

test.each<[string, GraphFaults]>([
  ['the same page delivered twice', { kind: 'duplicate-page' }],
  ['the same person twice in a page', { kind: 'twice' }],
  ['pages and people in another order', { kind: 'shuffled' }],
])('ENT-69: %s: the same final state', async (_, fault) => {
  for (const scene of scenes) expect(await disturbed(scene, { ...fault }, nothing)).toEqual(await wantedOf(scene));
});

const nothing = async () => undefined;

test.each<[string, GraphFaults]>([
  ['410 with a Location', { kind: 'gone', after: 1, for: 1 }],
  ['400 syncStateNotFound', { kind: 'sync-state-not-found', after: 1, for: 1, status: 400 }],
  ['404 syncStateNotFound', { kind: 'sync-state-not-found', after: 1, for: 1, status: 404 }],
])('ENT-73: %s: everything is read anew, and only its end removes people', async (_, fault) => {
  const scene = scenes[1]!;
  const fork = await scene.snapshot.fork();
  workspace.tenant.faults.graph = { ...fault };
  const run = await syncOnce(fork);
  expect([run.state, run.is_full]).toEqual(['done', 1]);
  workspace.tenant.faults.graph = undefined;
  expect(present(await copyOf(fork))).toEqual(present(await wantedOf(scene)));
  expect(await fork.sql("SELECT name FROM directory_users WHERE status = 'gone' ORDER BY name")).toEqual([
    { name: 'Lin Chen' },
    { name: 'Noor Aziz' },
  ]);
  await fork.close();
});

test('ENT-73: a full pass that fails midway removes nobody, and the next one ends it', async () => {
  const scene = scenes[1]!;
  const fork = await scene.snapshot.fork();
  workspace.tenant.faults.graph = { kind: 'gone', for: 1 };
  await runTrack(fork, stopsAfter(3));
  workspace.tenant.faults.graph = { kind: 500 };
  expect((await syncOnce(fork)).state).toBe('failed');
  await nobodyIsGone(fork);
  workspace.tenant.faults.graph = undefined;
  expect((await syncOnce(fork)).state).toBe('done');
  expect(present(await copyOf(fork))).toEqual(present(await wantedOf(scene)));
  await fork.close();
});

/** Asked before each page. */
const stopsAfter = (times: number) => {
  let asked = 0;
  return () => {
    asked += 1;
    return asked > times;
  };
};

/** Who is gone for good and who may come back are told apart by changes only: a full pass just does not see them. */
function present(copy: unknown) {
  const { users, addresses, counters, edges, groups, ...others } = copy as Awaited<ReturnType<typeof copyOf>>;
  const isThere = (row: unknown) => !['removed', 'deleted'].includes((row as { graph_state: string }).graph_state);
  const there = new Set(users!.filter(isThere).map((row) => (row as { object_id: string }).object_id));
  const isOfThem = (row: unknown) => {
    const { owner, object_id: id } = row as { owner: string; object_id: string };
    return owner !== 'user' || there.has(id);
  };
  const ofThem = edges!.filter(
    (row) => (row as { is_group: number }).is_group || there.has((row as { member_id: string }).member_id),
  );
  return {
    ...others,
    users: users!.filter(isThere),
    addresses: addresses!.filter(isOfThem),
    edges: ofThem,
    groups: groups!.filter(isThere),
  };
}

test('ENT-76: next links that never repeat and never end are given up after so many pages', async () => {
  const fork = await scenes[1]!.snapshot.fork();
  workspace.tenant.faults.graph = { kind: 'endless', on: ['users'] };
  await runTrack(fork, stopsAfter(3));
  await fork.sql("UPDATE directory_streams SET pages = 99998 WHERE stream = 'users'");
  const run = await syncOnce(fork);
  expect([run.state, run.problem]).toEqual(['failed', 'pages-endless']);
  workspace.tenant.faults.graph = undefined;
  expect((await syncOnce(fork)).state).toBe('done');
  expect(present(await copyOf(fork))).toEqual(present(await wantedOf(scenes[1]!)));
  await fork.close();
});

test('DIR-08: a directory that is suddenly empty, or somebody else’s, stops with a plan of what it would have done', async () => {
  const fork = await scenes[1]!.snapshot.fork();
  const before = await copyOf(fork);
  workspace.tenant.directory.replaceWithOtherTenant();
  const run = await syncOnce(fork);
  expect([run.state, run.problem]).toEqual(['stopped', 'last-administrator-leaves']);
  expect(JSON.parse(String(run.plan))).toMatchObject({ hasLastAdministrator: true });
  const after = await copyOf(fork);
  for (const part of ['members', 'edges'] as const) expect(after[part]).toEqual(expect.arrayContaining(before[part]!));
  expect(await fork.sql("SELECT count(*) AS gone FROM directory_users WHERE status = 'gone'")).toEqual([{ gone: 0 }]);
  await fork.close();
});
