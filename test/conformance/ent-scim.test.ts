import { DAY } from '@doorstep/shared/time';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import { madeToken, provisioned, scim } from './provisioning-story.ts';
import { isMember, memberOf, signsIn, somebody } from './stories.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
let token: string;
beforeAll(async () => {
  workspace = await openWorkspace();
  token = await madeToken(workspace);
});
afterAll(() => workspace.stop());

const userOf = async (objectId: string) => {
  const found = await scim(workspace, token, 'GET', `/Users?filter=${encodeURIComponent(`externalId eq "${objectId}"`)}`);
  return (found.body.Resources as { id: string; active: boolean }[])[0];
};
const patch = (id: string, ...Operations: unknown[]) => scim(workspace, token, 'PATCH', `/Users/${id}`, { Operations });

test('ENT-87: a filter without hit is 200 with nothing, an unknown id 404 with a SCIM error', async () => {
  const none = await scim(workspace, token, 'GET', `/Users?filter=${encodeURIComponent('userName eq "nobody"')}`);
  expect(none).toMatchObject({
    status: 200,
    type: 'application/scim+json',
    body: { totalResults: 0, Resources: [], startIndex: 1 },
  });
  for (const path of ['/Users/404', '/Groups/404', '/Users/dus_00000000000000000000000000', '/Nothing']) {
    expect(await scim(workspace, token, 'GET', path)).toMatchObject({
      status: 404,
      type: 'application/scim+json',
      body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '404' },
    });
  }
});

test('ENT-88: who is provisioned is reported active and is no member; the person comes in by an invitation, as the same one', async () => {
  const mia = workspace.tenant.people.find(({ key }) => key === 'mia')!;
  await provisioned(workspace, token, { users: [mia.oid] });
  expect(await userOf(mia.oid)).toMatchObject({ active: true });
  expect(await isMember(workspace, mia)).toBe(false);
  const seen = `SELECT standing, is_member FROM directory_users WHERE object_id = '${mia.oid}'`;
  expect(await workspace.sql(seen)).toEqual([{ standing: 'invitation-required', is_member: 0 }]);

  await memberOf(workspace, 'mia');
  expect(await workspace.sql(seen)).toEqual([{ standing: 'member', is_member: 1 }]);
  expect(await userOf(mia.oid)).toMatchObject({ active: true });
});

test('ENT-88: being provisioned lets nobody in', async () => {
  const stranger = somebody(workspace);
  await provisioned(workspace, token, { users: [stranger.oid] });
  const { page } = await signsIn(workspace, stranger.key);
  expect(new URL(page.url).pathname).toBe('/waiting');
  expect(await isMember(workspace, stranger)).toBe(false);
});

test('ENT-86, ENT-88: deactivation ends all sessions at once, activation lets the person in again', async () => {
  const person = somebody(workspace);
  for (const [off, on] of [
    ['False', 'True'],
    [false, true],
  ] as const) {
    await provisioned(workspace, token, { users: [person.oid] });
    const { id } = (await userOf(person.oid))!;
    const browser = (await isMember(workspace, person))
      ? (await signsIn(workspace, person.key)).browser
      : await memberOf(workspace, person.key);
    expect((await browser.get(`${workspace.url}/welcome`)).status).toBe(200);

    const gone = await patch(id, { op: 'Replace', path: 'active', value: off });
    expect(gone).toMatchObject({ status: 200, body: { active: false } });
    expect((await browser.get(`${workspace.url}/welcome`)).status).toBe(401);
    expect(await isMember(workspace, person)).toBe(false);
    const [member] = await workspace.sql(`SELECT state FROM members WHERE object_id = '${person.oid}'`);
    expect(member).toEqual({ state: 'suspended' });

    expect((await patch(id, { op: 'Replace', path: 'active', value: on })).body.active).toBe(true);
    expect(await isMember(workspace, person)).toBe(true);
    expect((await signsIn(workspace, person.key)).page.url).toBe(`${workspace.url}/welcome`);
  }
});

test('ENT-88: a deleted person is out at once and unknown here, until made again', async () => {
  const person = somebody(workspace);
  await provisioned(workspace, token, { users: [person.oid] });
  const browser = await memberOf(workspace, person.key);
  const { id } = (await userOf(person.oid))!;
  expect((await scim(workspace, token, 'DELETE', `/Users/${id}`)).status).toBe(204);
  expect((await browser.get(`${workspace.url}/welcome`)).status).toBe(401);
  expect((await scim(workspace, token, 'GET', `/Users/${id}`)).status).toBe(404);
  const again = { externalId: person.oid, userName: person.address, active: true };
  expect(await scim(workspace, token, 'POST', '/Users', again)).toMatchObject({ status: 201, body: { id } });
  expect(await isMember(workspace, person)).toBe(true);
});

test('ENT-77, ENT-88: the last administrator cannot be deactivated: 403, the person stays, the administrators are told', async () => {
  const sam = workspace.tenant.people.find(({ key }) => key === 'sam')!;
  await provisioned(workspace, token, { users: [sam.oid] });
  const { id } = (await userOf(sam.oid))!;
  const refused = { status: 403, type: 'application/scim+json', body: { status: '403' } };
  expect(await patch(id, { op: 'Replace', path: 'active', value: 'False' })).toMatchObject(refused);
  expect(await scim(workspace, token, 'DELETE', `/Users/${id}`)).toMatchObject(refused);
  expect(await userOf(sam.oid)).toMatchObject({ active: true });
  expect((await workspace.administrator.get(`${workspace.url}/admin/users`)).status).toBe(200);
  const alerts = (await workspace.mailsTo(sam.email!)).filter(({ subject }) => /was not deactivated/.test(subject));
  expect(alerts).toHaveLength(1);
  expect(await workspace.sql(`SELECT result FROM audit_events WHERE what = 'provisioning.refused'`)).toHaveLength(2);
});

test('ENT-86: whole cycles of Entra, in both of its dialects, leave people and groups as they are there', async () => {
  const { tenant } = workspace;
  for (const optscim of [false, true]) {
    const { oid } = somebody(workspace);
    const group = tenant.directory.addGroup({ displayName: `Team ${optscim}`, members: [oid] });
    const who = { users: [oid], groups: [group.id], optscim };
    await provisioned(workspace, token, who);
    tenant.directory.changeUser(oid, {
      displayName: 'Renamed Person',
      givenName: 'Renamed',
      mail: `renamed-${optscim}@contoso.example`,
    });
    tenant.directory.renameGroup(group.id, `Crew ${optscim}`);
    tenant.directory.disable(oid);
    await provisioned(workspace, token, who);
    expect(await workspace.sql(`SELECT name, status FROM directory_users WHERE object_id = '${oid}'`)).toEqual([
      { name: 'Renamed Person', status: 'disabled' },
    ]);
    const inGroup = `SELECT g.name, e.member_id AS id FROM directory_groups AS g JOIN directory_group_members AS e ON e.group_id = g.object_id
      WHERE g.object_id = '${group.id}'`;
    expect(await workspace.sql(inGroup)).toEqual([{ name: `Crew ${optscim}`, id: oid }]);

    tenant.directory.removeMember(group.id, oid);
    tenant.directory.hardDelete(oid);
    await provisioned(workspace, token, { users: [], without: [oid], optscim });
    expect(await workspace.sql(inGroup)).toEqual([]);
    expect(await userOf(oid)).toBeUndefined();
  }
});

test('ENT-89: whatever is no live token gets the same 401, which tells nothing of users', async () => {
  const { id } = (await userOf(workspace.tenant.people.find(({ key }) => key === 'mia')!.oid))!;
  const nearly = token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A');
  const wrong = [
    null,
    'x',
    nearly,
    `${token}x`,
    token.toLowerCase(),
    `Basic ${btoa(`a:${token}`)}`,
    `Bearer ${token} ${token}`,
    'Bearer ',
    "Bearer ' OR 1=1",
  ];
  const answers = [];
  for (const one of wrong) {
    for (const [method, path, body] of [
      ['GET', `/Users/${id}`, undefined],
      ['GET', '/Users/404', undefined],
      ['GET', '/Nothing', undefined],
      ['POST', '/Users', { userName: 'x' }],
      ['DELETE', `/Users/${id}`, undefined],
      ['PUT', '/Users', 'nothing'],
    ] as const) {
      const { status, text, type, headers } = await scim(workspace, one, method, path, body);
      answers.push(JSON.stringify({ status, text, type, header: headers.get('www-authenticate') }));
    }
  }
  expect(new Set(answers).size).toBe(1);
  expect(JSON.parse(answers[0]!)).toMatchObject({ status: 401, type: 'application/scim+json', header: 'Bearer realm="scim"' });
  expect(await userOf(workspace.tenant.people.find(({ key }) => key === 'mia')!.oid)).toMatchObject({ active: true });
});

test('ENT-89: neither a session nor a connected browser opens it, and it opens nothing else', async () => {
  const { url, administrator } = workspace;
  expect((await administrator.get(`${url}/scim/v2/Users`)).status).toBe(401);
  const asBearer = { headers: { authorization: `Bearer ${token}` } };
  expect((await fetch(`${url}/api/v1/me`, asBearer)).status).toBe(401);
  expect((await new Browser().get(`${url}/admin/users`, asBearer)).status).toBe(401);
});

test('ENT-89: shown once, kept as a hash; two are valid at once, an ended and an expired one are refused', async () => {
  const { url, administrator, clock } = workspace;
  const works = async (one: string) => (await scim(workspace, one, 'GET', '/ServiceProviderConfig')).status;
  const second = await madeToken(workspace, 'Next');
  expect([await works(token), await works(second)]).toEqual([200, 200]);
  const page = await administrator.get(`${url}/admin/single-sign-on`);
  for (const secret of [token, second]) {
    expect(page.text).not.toContain(secret);
    expect(workspace.log.join('\n')).not.toContain(secret);
    for (const table of ['scim_tokens', 'audit_events', 'directory_users'])
      expect(JSON.stringify(await workspace.sql(`SELECT * FROM ${table}`))).not.toContain(secret);
  }
  const third = await administrator.post(`${url}/admin/single-sign-on/tokens`, { name: 'Third', months: '3' });
  expect(third.status).toBe(409);

  const [next] = await workspace.sql(`SELECT id FROM scim_tokens WHERE name = 'Next'`);
  await administrator.post(`${url}/admin/single-sign-on/tokens/${next!.id}/end`, { confirmed: 'yes' });
  expect([await works(token), await works(second)]).toEqual([200, 401]);

  clock.advance(366 * DAY);
  expect(await works(token)).toBe(401);
});

test('ENT-89: a token is made and ended by an administrator after a fresh sign-in only', async () => {
  const { url, administrator } = workspace;
  await administrator.signIn(`${url}/sign-in`, 'sam');
  const count = async () => (await workspace.sql('SELECT id FROM scim_tokens')).length;
  const before = await count();
  const asked = await administrator.post(`${url}/admin/single-sign-on/tokens`, { name: 'Old sign-in', months: '3' });
  expect(asked.status).toBe(403);
  expect(asked.text).toContain('Please sign in once more');
  const { browser } = await signsIn(workspace, 'mia');
  expect((await browser.post(`${url}/admin/single-sign-on/tokens`, { name: 'No office', months: '3' })).status).toBe(403);
  expect(await count()).toBe(before);
});
