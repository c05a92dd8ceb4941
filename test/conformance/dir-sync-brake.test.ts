import { releaseRun } from '@doorstep/server/actions/connect-directory';
import { noTrace } from '@doorstep/server/store/audit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openConnected, samsId, syncOnce } from './dir-sync-story.ts';
import { memberOf } from './stories.ts';
import type { Workspace } from './workspace.ts';

const MEMBERS = ['ana', 'mia', 'ben'];

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openConnected();
  workspace.nudges(true);
  for (const person of MEMBERS) await memberOf(workspace, person);
  workspace.nudges(false);
  await syncOnce(workspace);
});
afterEach(() => workspace.stop());

const suspended = async () => Number((await workspace.sql("SELECT count(*) AS n FROM members WHERE state = 'suspended'"))[0]!.n);
const alerts = async () =>
  Number((await workspace.sql("SELECT count(*) AS n FROM outbox_messages WHERE kind = 'directory-alert'"))[0]!.n);
const release = async (runId: unknown) =>
  releaseRun(workspace.deps, String(runId), await samsId(workspace), noTrace, workspace.clock.now());

test('ENT-77: a round that would suspend too many stops; released, it goes through; the alert goes out once', async () => {
  const { directory } = workspace.tenant;
  directory.disable('Ana Lima');
  directory.softDelete('Mia Novák');
  const run = await syncOnce(workspace);
  expect([run.state, run.problem, await suspended()]).toEqual(['stopped', 'too-many-leave', 0]);
  expect(JSON.parse(String(run.plan))).toMatchObject({ suspendCount: 2, activeMembers: 4 });
  const again = await syncOnce(workspace);
  expect([again.state, await suspended(), await alerts()]).toEqual(['stopped', 0, 1]);
  expect(await release(run.id)).toBe('unchanged'); // not the last any more
  expect(await release(again.id)).toBe('done');
  const released = await syncOnce(workspace);
  expect([released.state, released.suspended, await suspended()]).toEqual(['done', 2, 2]);
});

test('ENT-77: what was released is what was shown: one leaver more stops it again', async () => {
  const { directory } = workspace.tenant;
  directory.disable('Ana Lima');
  directory.disable('Mia Novák');
  const run = await syncOnce(workspace);
  await release(run.id);
  directory.disable('Ben Walsh');
  const more = await syncOnce(workspace);
  expect([more.state, await suspended()]).toEqual(['stopped', 0]);
  await release(more.id);
  expect([(await syncOnce(workspace)).state, await suspended()]).toEqual(['done', 3]);
});

test('DIR-08, ENT-77: a full pass that misses people stops, and is read anew: when they are there again nothing has happened', async () => {
  const { directory, faults } = workspace.tenant;
  const gone = ['Ana Lima', 'Mia Novák', 'Ben Walsh'].map((name) => directory.findUser(name)!.id);
  faults.graph = { kind: 'gone', for: 1, on: ['users'] };
  for (const id of gone) directory.softDelete(id);
  const run = await syncOnce(workspace);
  expect([run.state, run.is_full, await suspended()]).toEqual(['stopped', 1, 0]);
  for (const id of gone) directory.restore(id);
  const next = await syncOnce(workspace);
  expect([next.state, next.is_full, await suspended()]).toEqual(['done', 1, 0]);
  expect(await workspace.sql('SELECT count(*) AS n FROM directory_users WHERE graph_next IS NOT NULL')).toEqual([{ n: 0 }]);
});

test('DIR-08: a full pass that misses half of the groups stops, and every group keeps its people', async () => {
  const { directory, faults } = workspace.tenant;
  const counted = async () =>
    workspace.sql(`SELECT (SELECT value FROM counters WHERE name = 'directory_groups') AS groups,
      (SELECT count(*) FROM directory_group_members) AS members`);
  const before = await counted();
  faults.graph = { kind: 'gone', for: 1, on: ['groups'] };
  for (const { id } of [...directory.groups].slice(0, 5)) directory.deleteGroup(id);
  const run = await syncOnce(workspace);
  expect([run.state, run.problem]).toEqual(['stopped', 'directory-shrank']);
  expect(JSON.parse(String(run.plan))).toMatchObject({ vanishingGroups: 5, knownGroups: 8 });
  expect(await counted()).toEqual(before);
  await release(run.id);
  expect((await syncOnce(workspace)).state).toBe('done');
  expect(await counted()).toMatchObject([{ groups: 3 }]);
});

test('ENT-70, ENT-71: who comes back resumes with the round that sees it', async () => {
  const { directory } = workspace.tenant;
  const { id } = directory.findUser('Ana Lima')!;
  directory.softDelete(id);
  expect(await syncOnce(workspace)).toMatchObject({ state: 'done', suspended: 1 });
  directory.changeUser('Mia Novák', { displayName: 'Mia N.' }); // nothing is said of her account
  directory.restore(id);
  expect(await syncOnce(workspace)).toMatchObject({ state: 'done', suspended: 0, resumed: 1 });
  expect(await suspended()).toBe(0);
});

test('ENT-71: somebody who was disabled before the directory was connected is suspended by its first round', async () => {
  const { sql, tenant } = workspace;
  for (const table of ['users', 'streams', 'addresses']) await sql(`DELETE FROM directory_${table}`);
  tenant.directory.disable('Ana Lima');
  expect(await syncOnce(workspace)).toMatchObject({ state: 'done', suspended: 1 });
  expect(await sql("SELECT name FROM members WHERE state = 'suspended'")).toEqual([{ name: 'Ana Lima' }]);
});

test("DIR-08: once the sign-in is another tenant's, nothing of it is mixed with the people who are known; administrators are told", async () => {
  const { sql, tenant } = workspace;
  const before = await sql('SELECT object_id, name FROM directory_users ORDER BY 1');
  await sql("UPDATE directory SET tenant_id = '0b2f7a4e-5c1d-4c39-8a57-3f0d6f0c9e11'");
  workspace.deps.store.memory.forget();
  tenant.requests.length = 0;
  expect(await syncOnce(workspace)).toMatchObject({ state: 'failed', problem: 'other-tenant' });
  expect(tenant.requests).toEqual([]);
  expect([await sql('SELECT object_id, name FROM directory_users ORDER BY 1'), await alerts()]).toEqual([before, 1]);
});
