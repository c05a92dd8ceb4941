import { wantSync } from '@doorstep/server/actions/connect-directory';
import { noTrace } from '@doorstep/server/store/audit';
import { MINUTE } from '@doorstep/shared/time';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyOf, openConnected, runTrack, samsId, syncOnce } from './dir-sync-story.ts';
import { steady } from './steady.ts';
import type { Workspace } from './workspace.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await openConnected();
});
afterEach(() => workspace.stop());

const asked = () => workspace.tenant.requests.filter(({ kind }) => kind === 'graph');
const linkOf = async (stream: string) =>
  new URL(String((await workspace.sql(`SELECT link FROM directory_streams WHERE stream = '${stream}'`))[0]!.link)).search;
const missing = async () =>
  JSON.parse(String((await workspace.sql('SELECT missing_permissions FROM directory'))[0]!.missing_permissions));

test('ENT-67: pages are followed to the delta link, empty ones too, and the stored link is sent as it came', async () => {
  const { tenant } = workspace;
  tenant.graph.pageSize = 2;
  expect((await syncOnce(workspace)).users).toBe(tenant.directory.users.present);
  const link = await linkOf('users');
  // job titles are not asked for: pages of the next round have nothing in them
  for (const name of ['Noor Aziz', 'Lin Chen', 'Hana Sato', 'Emeka Obi', 'Julia Weber'])
    tenant.directory.changeUser(name, { jobTitle: 'Head' });
  tenant.directory.changeUser('Mia Novák', { displayName: 'Mia Nováková' });
  tenant.requests.length = 0;
  const run = await syncOnce(workspace);
  const users = asked().filter(({ path }) => path.endsWith('/users/delta'));
  expect(users[0]!.query).toBe(link);
  expect(users).toHaveLength(3);
  expect([run.state, run.users]).toEqual(['done', 1]);
  expect(await workspace.sql("SELECT name FROM directory_users WHERE name LIKE 'Mia%'")).toEqual([{ name: 'Mia Nováková' }]);
});

test('ENT-67: a round without changes asks once a stream, and writes nothing about anybody', async () => {
  await syncOnce(workspace);
  const before = await copyOf(workspace);
  workspace.tenant.requests.length = 0;
  expect(await syncOnce(workspace)).toMatchObject({ state: 'done', users: 0, groups: 0, requests: 3 });
  expect(asked()).toHaveLength(3);
  expect(workspace.tenant.requests).toHaveLength(3); // the token was kept
  expect(await copyOf(workspace)).toEqual(before);
});

test('ENT-72: a group spread over pages is complete; who is not mentioned stays, who is removed goes', async () => {
  const { tenant, sql } = workspace;
  const people = [...tenant.directory.users].map(({ id }) => id);
  tenant.graph.pageSize = 10;
  tenant.directory.addGroup({ displayName: 'All hands', members: people });
  await syncOnce(workspace);
  const inside = async () =>
    (
      await sql(`SELECT e.member_id AS id FROM directory_group_members AS e JOIN directory_groups AS g ON g.object_id = e.group_id
      WHERE g.name = 'All hands' ORDER BY 1`)
    ).map(({ id }) => id);
  expect(people.length).toBeGreaterThan(30);
  expect(await inside()).toEqual(people.toSorted());
  tenant.directory.removeMember('All hands', 'Lin Chen');
  tenant.directory.renameGroup('Finance', 'Finance & Control');
  await syncOnce(workspace);
  expect(await inside()).toEqual(people.filter((id) => id !== tenant.directory.findUser('Lin Chen')!.id).toSorted());
});

test('ENT-64: whether people must be assigned is read from the service principal, and known as long as nothing newer is', async () => {
  const { tenant, sql } = workspace;
  const known = async () => (await sql('SELECT assignment_required AS isRequired, assignment_from AS source FROM directory'))[0];
  tenant.faults.graph = { assignmentRequired: true };
  await syncOnce(workspace);
  expect(await known()).toEqual({ isRequired: 1, source: 'service-principal' });
  tenant.faults.graph = { assignmentRequired: false, forbidden: ['servicePrincipals'] };
  await wantSync(workspace.deps, await samsId(workspace), noTrace, workspace.clock.now());
  expect((await syncOnce(workspace)).by_member_id).toBe(await samsId(workspace));
  expect(await known()).toEqual({ isRequired: 1, source: 'service-principal' });
  expect(await missing()).toEqual(['Application.Read.All']);
});

test('ENT-81, DIR-13: of two processes one runs; a late one cannot go on once the other has the lease', async () => {
  const { deps, clock, tenant } = workspace;
  tenant.graph.pageSize = 5;
  await Promise.all(['srv_one', 'srv_two', 'srv_three'].map((owner) => runTrack(workspace, () => false, owner)));
  expect(await workspace.sql('SELECT count(*) AS runs FROM directory_runs')).toEqual([{ runs: 1 }]);
  const users = asked().filter(({ path, query }) => path.endsWith('/users/delta') && query.startsWith('?$select'));
  expect(users).toHaveLength(1);

  clock.advance(10 * MINUTE);
  tenant.directory.disable('Mia Novák');
  let isLate = false;
  const graph = {
    ...deps.graph!,
    get: async (link: string) => {
      const answer = await deps.graph!.get(link);
      if (isLate) return answer;
      isLate = true;
      clock.advance(3 * MINUTE); // the answer took longer than the lease
      await runTrack(workspace, () => false, 'srv_faster');
      return answer;
    },
  };
  await runTrack({ ...workspace, deps: steady({ ...deps, graph }) }, () => false, 'srv_late');
  expect(await workspace.sql('SELECT state, users FROM directory_runs ORDER BY mark')).toEqual([
    { state: 'done', users: tenant.directory.users.present },
    { state: 'done', users: 1 },
  ]);
  expect(await workspace.sql("SELECT status FROM directory_users WHERE name = 'Mia Novák'")).toEqual([{ status: 'disabled' }]);
});

test('ENT-67: the token goes to Graph only, and neither it nor a link stands in the log', async () => {
  workspace.tenant.faults.graph = { kind: 'foreign-next-link' };
  expect(await syncOnce(workspace)).toMatchObject({ state: 'failed', problem: 'foreign-link' });
  workspace.tenant.faults.graph = { kind: 'redirect' };
  await syncOnce(workspace);
  expect(workspace.tenant.requests.filter(({ kind }) => kind === 'elsewhere')).toEqual([]);
  expect(workspace.log.join('\n')).not.toMatch(/skiptoken|deltatoken|Bearer/);
});

test('ENT-80: names with apostrophes, quotes, NUL and half a character are stored as text, addresses only where they are some', async () => {
  const { tenant, sql } = workspace;
  const hostile = [
    "Conan O'Brien",
    '"); DROP TABLE members; --',
    'a\0b\ud800c',
    '<script>alert(1)</script>',
    '\u202egpj.exe',
    'x'.repeat(5000),
  ];
  for (const [at, displayName] of hostile.entries()) {
    tenant.directory.addUser({
      displayName,
      userPrincipalName: `hostile${at}@contoso.example`,
      mail: "o'brien@contoso.example",
      proxyAddresses: ["smtp:o'brien@contoso.example", 'smtp:nobody', 'smtp:a\0@contoso.example', 'SIP:x@contoso.example'],
    });
  }
  await syncOnce(workspace);
  const rows = await sql("SELECT name, address FROM directory_users WHERE user_name LIKE 'hostile%' ORDER BY user_name");
  expect(rows.map(({ name }) => name)).toEqual([
    "Conan O'Brien",
    '"); DROP TABLE members; --',
    'ab\ufffdc',
    '<script>alert(1)</script>',
    'gpj.exe',
    'x'.repeat(256),
  ]);
  expect(new Set(rows.map(({ address }) => address))).toEqual(new Set(["o'brien@contoso.example"]));
  expect(
    await sql(
      "SELECT DISTINCT address FROM directory_addresses WHERE object_id IN (SELECT object_id FROM directory_users WHERE user_name LIKE 'hostile%') AND source = 'proxy'",
    ),
  ).toEqual([{ address: "o'brien@contoso.example" }]);
});
