import { connectDirectory, disconnectDirectory, wantSync } from '@doorstep/server/actions/connect-directory';
import { noTrace } from '@doorstep/server/store/audit';
import { MINUTE, SECOND } from '@doorstep/shared/time';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyOf, newestRun, openConnected, runTrack, samsId, syncOnce } from './dir-sync-story.ts';
import { memberOf, signsIn } from './stories.ts';
import type { Workspace } from './workspace.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openConnected();
});
afterEach(() => workspace.stop());

const asked = () => workspace.tenant.requests.filter(({ kind }) => kind === 'graph');
const missing = async () =>
  JSON.parse(String((await workspace.sql('SELECT missing_permissions FROM directory'))[0]!.missing_permissions));

test.each([
  ['seconds', 7],
  ['a date', { date: 7 }],
])('ENT-74: Retry-After as %s: no request for so long, then it goes on', async (_, retryAfter) => {
  const { tenant, clock } = workspace;
  tenant.faults.graph = { kind: 429, retryAfter, for: 1, after: 1 };
  tenant.graph.pageSize = 20;
  await runTrack(workspace);
  expect(await newestRun(workspace)).toMatchObject({ state: 'waiting', problem: 'throttled' });
  const before = asked().length;
  await wantSync(workspace.deps, await samsId(workspace), noTrace, clock.now()); // somebody's wish makes no difference
  clock.advance(6 * SECOND - (clock.now() % SECOND));
  await runTrack(workspace);
  expect(asked()).toHaveLength(before);
  clock.advance(2 * SECOND);
  await runTrack(workspace);
  expect(asked().length).toBeGreaterThan(before);
  expect(await newestRun(workspace)).toMatchObject({ state: 'done', problem: null });
});

test('ENT-74: without Retry-After the pauses grow, 503 alike', async () => {
  const { tenant, clock, sql } = workspace;
  for (const kind of [429, 503] as const) {
    tenant.faults.graph = { kind, for: 3 };
    for (let times = 1; times <= 3; times += 1) {
      await runTrack(workspace);
      const [{ retry_at: at, failures }] = (await sql('SELECT retry_at, failures FROM directory')) as [
        { retry_at: number; failures: number },
      ];
      expect(failures).toBe(times);
      expect(at - clock.now()).toBeGreaterThanOrEqual(SECOND);
      expect(at - clock.now()).toBeLessThanOrEqual(10 * SECOND * 2 ** (times - 1));
      clock.set(at);
    }
    expect((await syncOnce(workspace)).state).toBe('done');
    clock.advance(10 * MINUTE);
  }
});

test('ENT-78: without the permission for groups or contacts only they are missing, by name; it is noticed when it is given', async () => {
  const { tenant, sql } = workspace;
  tenant.faults.graph = { forbidden: ['groups', 'contacts', 'servicePrincipals'] };
  expect((await syncOnce(workspace)).state).toBe('done');
  expect(await missing()).toEqual(['Application.Read.All', 'GroupMember.Read.All', 'OrgContact.Read.All']);
  const [counted] = await sql(
    'SELECT (SELECT count(*) FROM directory_users) AS users, (SELECT count(*) FROM directory_groups) AS groups',
  );
  expect(counted).toEqual({ users: tenant.directory.users.present, groups: 0 });
  tenant.faults.graph = undefined;
  await wantSync(workspace.deps, await samsId(workspace), noTrace, workspace.clock.now());
  await syncOnce(workspace);
  expect(await missing()).toEqual([]);
  expect(await sql('SELECT count(*) > 0 AS some FROM directory_groups')).toEqual([{ some: 1 }]);
});

test('ENT-78: without any permission the run says which one, and the door works as before', async () => {
  workspace.tenant.faults.graph = { forbidden: ['users', 'groups', 'contacts', 'servicePrincipals'] };
  expect(await syncOnce(workspace)).toMatchObject({ state: 'failed', problem: 'permission-missing', detail: 'User.Read.All' });
  workspace.nudges(true);
  await memberOf(workspace, 'mia');
  expect((await signsIn(workspace, 'ana')).page.url).toBe(`${workspace.url}/waiting`);
});

test.each([
  ['expired', 'expired-secret', 'client-secret-expired'],
  ['refused', 'invalid_client', 'client-secret-refused'],
] as const)(
  'ENT-79: when the client secret is %s the sync stops politely, administrators are told once, sessions go on',
  async (_, fault, problem) => {
    const { tenant, administrator, url } = workspace;
    await syncOnce(workspace);
    const before = await copyOf(workspace);
    workspace.clock.advance(61 * MINUTE); // the token in hand has ended
    tenant.faults.token = fault;
    for (let times = 0; times < 3; times += 1) {
      tenant.requests.length = 0;
      expect(await syncOnce(workspace)).toMatchObject({ state: 'failed', problem });
      expect(tenant.requests.filter(({ kind }) => kind === 'token')).toHaveLength(1);
    }
    expect(await copyOf(workspace)).toEqual(before);
    expect(await workspace.sql("SELECT count(*) AS mails FROM outbox_messages WHERE kind = 'directory-alert'")).toEqual([
      { mails: 1 },
    ]);
    expect((await administrator.get(`${url}/admin`, { follow: true })).status).toBe(200);
    expect(workspace.log.join('\n')).not.toContain(tenant.clientSecret);
    tenant.faults.token = undefined;
    expect((await syncOnce(workspace)).state).toBe('done');
  },
);

test('ENT-78: nothing is read before the directory is connected, and nothing after it was disconnected', async () => {
  const { deps, clock, tenant, sql } = workspace;
  const sam = await samsId(workspace);
  tenant.faults.graph = { kind: 503, after: 1 };
  await runTrack(workspace);
  await disconnectDirectory(deps, sam, noTrace, clock.now());
  expect(await newestRun(workspace)).toMatchObject({ state: 'failed', problem: null });
  tenant.faults.graph = undefined;
  tenant.requests.length = 0;
  clock.advance(60 * MINUTE);
  await runTrack(workspace);
  expect(asked()).toEqual([]);
  expect(await connectDirectory(deps, sam, noTrace, clock.now())).toBe('done');
  expect((await syncOnce(workspace)).state).toBe('done');
  expect(await connectDirectory(deps, sam, noTrace, clock.now())).toBe('unchanged');
  expect(await sql("SELECT what FROM audit_events WHERE what LIKE 'directory.%connected' ORDER BY at, id")).toEqual([
    { what: 'directory.connected' },
    { what: 'directory.disconnected' },
    { what: 'directory.connected' },
  ]);
});
