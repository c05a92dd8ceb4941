import { directoryGroupId } from '@doorstep/server/domain/directory-id';
import type { DirectoryUser } from '@doorstep/shared/directory';
import { beforeAll, expect, it } from 'vitest';
import type { Api } from '../conformance/extension-client.ts';
import { madeToken, provisioned, scim } from '../conformance/provisioning-story.ts';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import { buildServer } from '../operations/server-process.ts';
import { until } from '../until.ts';
import { comesIn, type EdgeWorkspace, openEdgeWorkspace, setUp } from './edge-workspace.ts';
import type { Workerd } from './workerd.ts';

let workspace: EdgeWorkspace;
let edge: Workerd;
let administrator: Browser;
let api: Api;

beforeAll(async () => {
  await buildServer();
  workspace = await openEdgeWorkspace();
  workspace.tenant.graph.pageSize = 7;
  edge = await workspace.startEdge();
  ({ administrator, api } = await setUp(workspace, edge.url));
  return () => workspace.stop();
}, 60_000);

const sql = <Row>(text: string): Promise<Row[]> => workspace.store.db.all<Row>(text);
const directory = async () => (await api('GET', '/directory')).body;
const summary = async () => (await api('GET', '/summary')).body;
const usersFound = async (query: string): Promise<DirectoryUser[]> => (await api('GET', `/directory/users?${query}`)).body.items;
const namesFound = async (query: string) => (await usersFound(query)).map(({ name }) => name);
const groupOf = (name: string) =>
  directoryGroupId([...workspace.tenant.directory.groups].find((one) => one.displayName === name)!.id);

/** A round that is due is gone through by the minutes of the edge, to its end. */
async function nextRound() {
  const [before] = await sql<{ mark: number }>('SELECT mark FROM directory');
  await workspace.store.db.run('UPDATE directory SET next_sync_at = 0');
  return until('the round has ended', async () => {
    await edge.scheduledMinute();
    const [run] = (await directory()).runs;
    const [now] = await sql<{ mark: number }>('SELECT mark FROM directory');
    return now!.mark > before!.mark && run.endedAt !== null && run;
  });
}

it('ENT-67: connected on the edge, the directory is read by its minutes page by page, and counted', async () => {
  const { tenant } = workspace;
  await administrator.signIn(`${edge.url}/sign-in?fresh`, 'sam');
  expect((await administrator.post(`${edge.url}/admin/directory/connect`, {})).status).toBe(303);
  const run = await until('the first round has ended', async () => {
    await edge.scheduledMinute();
    const [newest] = (await directory()).runs;
    return newest?.endedAt && newest;
  });

  expect(run).toMatchObject({ state: 'done', isFull: true, users: tenant.directory.users.present });
  expect(run.requests).toBeGreaterThan(tenant.directory.users.present / 7 + 2);
  const [real] = await sql<Record<string, number>>(`SELECT count(*) AS users, sum(standing = 'invitation-required') AS required,
    (SELECT count(*) FROM directory_groups WHERE is_present) AS groups, sum(standing = 'member') AS members FROM directory_users`);
  expect(real!.members).toBe(1);
  expect(await directory()).toMatchObject({
    users: real!.users,
    groups: real!.groups,
    isConnected: true,
    missingPermissions: [],
  });
  expect((await summary()).invitationRequired).toBe(real!.required);
});

it('the search of directory users finds by beginnings of words, with and without accents, and by standing', async () => {
  expect(await namesFound('q=chloe')).toEqual(['Chloé Martin']);
  expect(await namesFound('q=mart%20CHL')).toEqual(['Chloé Martin']);
  expect(await namesFound('q=sam.okafor&status=member')).toEqual(['Sam Okafor']);
  expect(await namesFound('q=sam.okafor&status=dismissed')).toEqual([]);
  expect(await namesFound(`q=${encodeURIComponent(`"*' OR`)}`)).toEqual([]);
});

it('INV-14: a nested group invited through the API: who redeems is in the custom and in the synced user group', async () => {
  const { tenant } = workspace;
  const custom = (await api('POST', '/user-groups', { name: 'Money' })).body.id;
  const followed = await administrator.post(`${edge.url}/admin/groups/follow/${groupOf('Finance')}`, {});
  const synced = /grp_\w+/.exec(followed.location ?? '')![0];
  const { status, body } = await api('POST', '/invitation-batches', {
    recipients: [{ directoryGroupId: groupOf('Finance') }],
    userGroupIds: [custom],
  });
  expect([status, body.counts]).toEqual([202, { invite: 5, resend: 0, refuse: 1 }]); // Sofia is disabled

  const owen = tenant.colleagues.find(({ name }) => name === 'Owen Doyle')!; // of the group inside
  const { page } = await comesIn(workspace, owen.email!, owen.key);
  expect(page.url).toBe(`${edge.url}/welcome`);
  const [member] = (await api('GET', '/members?q=owen')).body.items;
  expect(member.userGroupIds.toSorted()).toEqual([custom, synced].toSorted());
  const [user] = await usersFound('q=owen');
  expect(user).toMatchObject({ standing: 'member', status: 'enabled' });
});

it('ENT-71: what changes comes with the next minute that is due; a member who is disabled there is out here', async () => {
  const { tenant } = workspace;
  const owen = tenant.colleagues.find(({ name }) => name === 'Owen Doyle')!;
  const browser = new Browser();
  await browser.signIn(`${edge.url}/sign-in`, owen.key);
  expect((await browser.get(`${edge.url}/welcome`)).status).toBe(200);
  const before = await summary();
  tenant.directory.disable(owen.oid);
  tenant.directory.changeUser('Lin Chen', { displayName: 'Lin Chen-Ortiz' });
  tenant.directory.addUser({ displayName: 'Robin Newcomer' });

  expect(await nextRound()).toMatchObject({ state: 'done', isFull: false, users: 3, suspended: 1 });
  expect(await namesFound('q=ortiz')).toEqual(['Lin Chen-Ortiz']);
  expect(await summary()).toMatchObject({ invitationRequired: before.invitationRequired + 1, members: before.members - 1 });
  await until('Owen is out', async () => (await browser.get(`${edge.url}/welcome`)).status === 401);
});

it('ENT-86, ENT-89: SCIM on the edge: a cycle of provisioning, a PATCH that deactivates, a token that is none', async () => {
  const { tenant } = workspace;
  const here = { url: edge.url, administrator, tenant };
  const token = await madeToken(here);
  const jo = tenant.addPerson({ key: 'jo-by-scim', email: 'jo-by-scim@contoso.example' });
  const team = tenant.directory.addGroup({ displayName: 'By SCIM', members: [jo.oid] });
  const steps = await provisioned(here, token, { users: [jo.oid], groups: [team.id] });
  expect(steps.map(({ method }) => method)).toEqual(expect.arrayContaining(['POST', 'PATCH']));

  const filter = encodeURIComponent(`externalId eq "${jo.oid}"`);
  const found = (await scim(here, token, 'GET', `/Users?filter=${filter}`)).body.Resources as { id: string; active: boolean }[];
  expect(found).toMatchObject([{ active: true }]);
  const off = { Operations: [{ op: 'Replace', path: 'active', value: 'False' }] };
  for (const wrong of [null, 'x', token.toLowerCase()]) {
    expect((await scim(here, wrong, 'PATCH', `/Users/${found[0]!.id}`, off)).status).toBe(401);
  }
  expect(await sql(`SELECT status FROM directory_users WHERE object_id = '${jo.oid}'`)).toEqual([{ status: 'enabled' }]);
  expect(await scim(here, token, 'PATCH', `/Users/${found[0]!.id}`, off)).toMatchObject({ status: 200, body: { active: false } });
  expect(await sql(`SELECT status, standing FROM directory_users WHERE object_id = '${jo.oid}'`)).toEqual([
    { status: 'disabled', standing: 'out-of-scope' },
  ]);
  expect(edge.logged()).not.toMatch(new RegExp(`${token}|skiptoken|deltatoken|Bearer|jobs failed`));
});
