import { directoryUserId } from '@doorstep/server/domain/directory-id';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import { headingOf, invited, isMember, memberOf, opensLink, removes, signsIn, somebody, stateOf, whatStands } from './stories.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

// The sign-in with a directory that knows the people: written as a sync would leave it; how a sync gets it is tested elsewhere.

let workspace: Workspace;
let url: string;
beforeAll(async () => {
  workspace = await openWorkspace();
  url = workspace.url;
  await workspace.sql(`UPDATE directory SET tenant_id = '${workspace.tenant.tenantId}'`);
  await workspace.sql("INSERT INTO directory_domains (domain) VALUES ('contoso.example')");
});
afterAll(() => workspace.stop());

type Facts = { state?: string; name?: string; address?: string; isGuest?: boolean; guestOf?: string };
/** The directory knows the person, with addresses as `source address`. */
async function known(
  { oid }: { oid: string },
  { state = 'enabled', name, address, isGuest, guestOf }: Facts = {},
  ...addresses: string[]
) {
  const text = (value: string | undefined) => (value === undefined ? 'NULL' : `'${value}'`);
  await workspace.sql(`INSERT INTO directory_users (object_id, name, address, is_guest, guest_of, graph_state, first_seen_at, changed_at)
    VALUES ('${oid}', ${text(name)}, ${text(address)}, ${isGuest ? 1 : 0}, ${text(guestOf)}, '${state}', 0, 0)
    ON CONFLICT (object_id) DO UPDATE SET graph_state = excluded.graph_state`);
  for (const one of addresses) {
    const [source, proven] = one.split(' ');
    await workspace.sql(
      `INSERT INTO directory_addresses (object_id, address, owner, source) VALUES ('${oid}', '${proven}', 'user', '${source}')`,
    );
  }
}
const rowOf = async (table: 'members' | 'access_requests', { oid }: { oid: string }) =>
  (await workspace.sql(`SELECT * FROM ${table} WHERE object_id = '${oid}'`))[0];
/** As the wizard's first step does: by the directory user, not by an address. */
async function invitedFromDirectory({ api, joinUrlFor }: Workspace, { oid, address }: { oid: string; address: string }) {
  const { body } = await api('POST', '/invitation-batches', { recipients: [{ directoryUserId: directoryUserId(oid) }] });
  return { id: String(body.rows[0].invitationId), joinUrl: await joinUrlFor(address) };
}
const outbox = async () => (await whatStands(workspace)).outbox;

test('ENT-33, ENT-35: whatever name, address, user name and subject come with the object id, it is the same member with the same rights', async () => {
  const ivy = somebody(workspace);
  await known(ivy, { name: 'Ivy of the directory' }, `proxy ${ivy.address}`);
  await memberOf(workspace, ivy.key, ivy.address);
  const before = (await rowOf('members', ivy))!;
  workspace.tenant.addPerson({
    ...ivy,
    name: 'Ivy Married',
    email: 'ivy.m@contoso.example',
    preferredUsername: 'ivy.m@contoso.example',
  });
  workspace.tenant.faults.idToken = (claims, header) => ({ claims: { ...claims, sub: 'another-subject' }, header });
  await signsIn(workspace, ivy.key);
  workspace.tenant.faults.idToken = undefined;
  const now = (await rowOf('members', ivy))!;
  expect(now).toMatchObject({ name: 'Ivy Married', address: 'ivy.m@contoso.example' });
  for (const fact of ['id', 'role', 'state', 'joined_at', 'access_until']) expect(now[fact]).toBe(before[fact]);
});

test('ENT-34: a new object id with the address that the directory proves of a member is a stranger; the member stays as they were', async () => {
  const ivy = somebody(workspace);
  await known(ivy, {}, `proxy ${ivy.address}`);
  await memberOf(workspace, ivy.key, ivy.address);
  const before = await rowOf('members', ivy);
  const impostor = somebody(workspace, { email: ivy.email!, preferredUsername: ivy.preferredUsername, xmsEdov: undefined });
  expect((await signsIn(workspace, impostor.key)).page.url).toBe(`${url}/waiting`);
  expect(await rowOf('members', ivy)).toEqual(before);
  expect(await rowOf('access_requests', impostor)).toMatchObject({ address_is_trusted: 0, why: 'no-invitation' });
});

test('ENT-36: twelve first sign-ins at once of one person whom the directory knows make one member and one audit entry', async () => {
  const ivy = somebody(workspace, { xmsEdov: undefined });
  await known(ivy, {}, `proxy ${ivy.address}`);
  const { joinUrl, id } = await invited(workspace, ivy.address);
  const arrived = await Promise.all(
    Array.from({ length: 12 }, () => opensLink(joinUrl, ivy.key, new Browser()).catch(() => null)),
  );
  expect(arrived.filter((one) => one?.page.url === `${url}/welcome`).length).toBeGreaterThan(0);
  expect(await workspace.sql(`SELECT id FROM members WHERE object_id = '${ivy.oid}'`)).toHaveLength(1);
  expect(await workspace.sql(`SELECT id FROM audit_events WHERE what = 'invitation.redeemed' AND about = '${id}'`)).toHaveLength(
    1,
  );
});

test('ENT-38: a directory invitation is for its account alone; another one is told so, and it stays pending', async () => {
  const [ivy, eve] = [somebody(workspace), somebody(workspace)];
  await known(ivy, { address: ivy.address }, `proxy ${ivy.address}`);
  const { joinUrl, id } = await invitedFromDirectory(workspace, ivy);
  await known(eve, {}, `proxy ${eve.address}`, `proxy ${ivy.address}`);

  const { page } = await opensLink(joinUrl, eve.key);

  expect(page.status).toBe(403);
  for (const word of ['another account', 'Ask the administrators', eve.address])
    expect(page.text.toLowerCase()).toContain(word.toLowerCase());
  expect(await stateOf(workspace, id)).toBe('pending');
  expect((await opensLink(joinUrl, ivy.key)).page.url).toBe(`${url}/welcome`);
});

test('ENT-39: the bound account without the link is shown its invitation, nobody is mailed and nothing is asked', async () => {
  const ivy = somebody(workspace);
  await known(ivy, { address: ivy.address });
  const { id } = await invitedFromDirectory(workspace, ivy);
  const before = await outbox();
  const { page } = await signsIn(workspace, ivy.key);
  expect(page.status).toBe(200);
  expect(page.text).toContain('Accept');
  expect([await outbox(), await rowOf('access_requests', ivy), await stateOf(workspace, id)]).toEqual([
    before,
    undefined,
    'pending',
  ]);
});

test.each(['proxy', 'user-name', 'scim', 'mail'])(
  'ENT-40: with the key and an address that the directory proves by %s the invitation is redeemed, whatever the token says',
  async (source) => {
    const ivy = somebody(workspace, { email: 'whatever@northwind.example', xmsEdov: undefined });
    const invitedAs = `${ivy.key}.${source}@contoso.example`;
    await known(ivy, { address: invitedAs }, `${source} ${invitedAs}`);
    const { joinUrl } = await invited(workspace, invitedAs.toUpperCase());
    expect((await opensLink(joinUrl, ivy.key)).page.url).toBe(`${url}/welcome`);
    expect(await rowOf('members', ivy)).toMatchObject({ address: invitedAs, address_is_trusted: 1 });
  },
);

test('ENT-40: mail in a domain that is not of the tenant proves nothing, nor does the address of a group, or the user name of a guest', async () => {
  const ivy = somebody(workspace, { email: undefined, xmsEdov: undefined });
  const tia = somebody(workspace, { email: undefined, xmsEdov: undefined });
  const guests = await invited(workspace, tia.address);
  await known(tia, { isGuest: true }, `user-name ${tia.address}`);
  expect((await opensLink(guests.joinUrl, tia.key)).page.status).toBe(403);
  const [ceo, group] = ['ceo@northwind.example', 'group@contoso.example'];
  const invitations = [await invited(workspace, ceo), await invited(workspace, group)];
  await known(ivy, { address: ceo }, `mail ${ceo}`);
  await workspace.sql(
    `INSERT INTO directory_addresses (object_id, address, owner, source) VALUES ('${ivy.oid}', '${group}', 'group', 'proxy')`,
  );
  for (const { joinUrl, id } of invitations) {
    const { page } = await opensLink(joinUrl, ivy.key);
    expect([page.status, await stateOf(workspace, id)]).toEqual([403, 'pending']);
  }
  expect(await isMember(workspace, ivy)).toBe(false);
});

test('ENT-44: an address as Exchange writes it matches; tags and dots do not', async () => {
  const ivy = somebody(workspace, { xmsEdov: undefined });
  await known(ivy, {}, `proxy SMTP:Ivy.${ivy.key}@Contoso.Example`);
  for (const local of [`ivy${ivy.key}`, `ivy.${ivy.key}+x`]) {
    const { joinUrl } = await invited(workspace, `${local}@contoso.example`);
    expect((await opensLink(joinUrl, ivy.key)).page.status).toBe(403);
  }
  const { joinUrl } = await invited(workspace, `ivy.${ivy.key}@contoso.example`);
  expect((await opensLink(joinUrl, ivy.key)).page.url).toBe(`${url}/welcome`);
});

test('ENT-60: a guest whom the token does not show as one is marked by the directory', async () => {
  const tia = somebody(workspace);
  await known(tia, { isGuest: true, guestOf: 'fabrikam.example' });
  await signsIn(workspace, tia.key);
  const request = (await rowOf('access_requests', tia))!;
  expect(request).toMatchObject({ guest_of: 'fabrikam.example' });
  const page = await workspace.administrator.get(`${url}/admin/requests/${request.id}`);
  expect(page.text).toMatch(/guest of <bdi>fabrikam\.example/);
});

test('ENT-63: whom the directory calls disabled is refused with whom to ask; a denied one too, once disabled; nobody is mailed', async () => {
  const [ivy, dan] = [somebody(workspace), somebody(workspace)];
  await known(dan);
  await signsIn(workspace, dan.key);
  await workspace.api('POST', `/access-requests/${(await rowOf('access_requests', dan))!.id}/deny`, {});
  await workspace.runJobs();
  const before = await outbox();
  const quiet = await signsIn(workspace, dan.key);
  expect(quiet.page.status).toBe(403);
  for (const person of [ivy, dan]) {
    await known(person, { state: 'disabled' });
    const { page } = await signsIn(workspace, person.key);
    expect([page.status, headingOf(page)]).toEqual([403, 'Your account is disabled']);
    expect(page.text).toContain('Sam Okafor');
  }
  expect(await outbox()).toEqual(before);
  expect(await rowOf('access_requests', ivy)).toBeUndefined();
});

test('ENT-63: who is disabled there redeems no invitation, not even one that was presented before', async () => {
  const ivy = somebody(workspace);
  await known(ivy, { state: 'removed' }, `proxy ${ivy.address}`);
  await workspace.sql(`UPDATE directory_users SET graph_state = 'enabled' WHERE object_id = '${ivy.oid}'`);
  const { joinUrl, id } = await invited(workspace, ivy.address);
  await workspace.sql(`UPDATE directory_users SET graph_state = 'removed' WHERE object_id = '${ivy.oid}'`);
  const { page } = await opensLink(joinUrl, ivy.key);
  expect([page.status, headingOf(page), await stateOf(workspace, id)]).toEqual([403, 'Your account is disabled', 'pending']);
});

test.each([
  ['_claim_names', { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint: 'http://127.0.0.1:1/groups' } } }],
  ['hasgroups', { hasgroups: true }],
  ['groups', { groups: ['00000000-0000-4000-8000-000000000001'], wids: ['x'], roles: ['administrator'] }],
  ['none', {}],
])('ENT-65, DIR-10: %s in the token changes nothing of a sign-in', async (_, extraClaims) => {
  const ivy = somebody(workspace, { extraClaims });
  const before = workspace.tenant.requests.length;
  expect((await signsIn(workspace, ivy.key)).page.url).toBe(`${url}/waiting`);
  expect(await rowOf('access_requests', ivy)).toMatchObject({ state: 'open', why: 'no-invitation' });
  const paths = workspace.tenant.requests.slice(before).map(({ path }) => path);
  expect(paths.filter((path) => /groups|graph/i.test(path))).toEqual([]);
});

test('an approval is refused while the directory says that the person is disabled or gone, on the page and by the extension', async () => {
  const ivy = somebody(workspace);
  await signsIn(workspace, ivy.key);
  const id = String((await rowOf('access_requests', ivy))!.id);
  await known(ivy, { state: 'disabled' });
  const before = await whatStands(workspace);

  const { status, body } = await workspace.api('POST', `/access-requests/${id}/approve`, {});
  expect([status, body.type]).toEqual([409, '/problems/person-gone']);
  const page = await workspace.administrator.post(`${url}/admin/requests/${id}/approve`, { role: 'member', confirmed: 'yes' });
  expect(page.status).toBe(409);
  expect(page.text).toContain('The directory says that this person is disabled or gone');
  expect(await whatStands(workspace)).toEqual(before);

  await known(ivy, { state: 'enabled' });
  expect((await workspace.api('POST', `/access-requests/${id}/approve`, {})).status).toBe(200);
});

/** A rule that is on: who is in this directory group is let in, as `role`. */
async function letsIn(groupId: string, role = 'member') {
  await workspace.sql(`INSERT INTO admission_rules (id, directory_group_id, effect, role, user_group_ids, is_on, created_at, created_by, attempt_id)
    VALUES ('rul_${groupId}', '${groupId}', 'let-in', '${role}', '[]', 1, 0, 'mem_sam', '${groupId}')`);
}
const aGroup = (id: string) =>
  workspace.sql(
    `INSERT INTO directory_groups (object_id, name, graph_state, changed_at) VALUES ('${id}', '${id}', 'present', 0)`,
  );
const isIn = (group: string, id: string, isGroup = false) =>
  workspace.sql(
    `INSERT INTO directory_group_members (group_id, member_id, is_group) VALUES ('${group}', '${id}', ${isGroup ? 1 : 0})`,
  );

test('DIR-10: nothing in a directory lets anybody in without a rule; with one, its group does, nested ones included, as no more than the rule says', async () => {
  const ivy = somebody(workspace);
  await known(ivy, {}, `proxy ${ivy.address}`);
  for (const group of ['top', 'nested', 'other']) await aGroup(group);
  await isIn('top', 'nested', true);
  await isIn('nested', 'top', true);
  await isIn('nested', ivy.oid);
  await letsIn('other');
  await letsIn('unknown');
  await isIn('unknown', ivy.oid);
  expect((await signsIn(workspace, ivy.key)).page.url).toBe(`${url}/waiting`);

  await letsIn('top', 'reader');
  const { page } = await signsIn(workspace, ivy.key);

  expect(page.url).toBe(`${url}/welcome`);
  expect(page.text).toContain('A rule of this workspace lets in people of your group or domain');
  expect(await rowOf('members', ivy)).toMatchObject({ role: 'reader', state: 'active', admission_rule_id: 'rul_top' });
  expect(await rowOf('access_requests', ivy)).toMatchObject({ state: 'superseded' });
});

test('DIR-10: a rule brings nobody back who was removed or denied, and takes nobody in with the link of somebody else', async () => {
  const [ivy, dan, eve, bob] = [somebody(workspace), somebody(workspace), somebody(workspace), somebody(workspace)];
  await memberOf(workspace, ivy.key, ivy.address);
  await removes(workspace, String((await rowOf('members', ivy))!.id));
  await signsIn(workspace, dan.key);
  await workspace.api('POST', `/access-requests/${(await rowOf('access_requests', dan))!.id}/deny`, {});
  const { joinUrl } = await invited(workspace, bob.address);
  await aGroup('everybody');
  await letsIn('everybody');
  for (const person of [ivy, dan, eve]) {
    await known(person, {}, `proxy ${person.address}`);
    await isIn('everybody', person.oid);
  }
  expect((await signsIn(workspace, ivy.key)).page.status).toBe(403);
  expect((await signsIn(workspace, dan.key)).page.status).toBe(403);
  expect((await opensLink(joinUrl, eve.key)).page.status).toBe(403);
  for (const person of [ivy, dan, eve]) expect(await isMember(workspace, person)).toBe(false);
  expect((await signsIn(workspace, eve.key)).page.url).toBe(`${url}/welcome`);
});
