import { afterAll, beforeAll, expect, test } from 'vitest';
import { invited, opensLink, signsIn } from './stories.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace();
});
afterAll(() => workspace.stop());

const made = async (name: string): Promise<string> => {
  const { status, body } = await workspace.api('POST', '/user-groups', { name });
  expect(status).toBe(201);
  return body.id;
};
const member = async (address: string) => (await workspace.api('GET', `/members?q=${address}`)).body.items[0];

test('the extension makes groups: 201 with Location, a taken name is 422 with its pointer', async () => {
  const { status, body, headers } = await workspace.api('POST', '/user-groups', { name: ' Finance ' });
  expect([status, headers.get('location')]).toEqual([201, `/api/v1/user-groups/${body.id}`]);
  expect(body).toEqual({
    ...{ id: body.id, kind: 'custom', name: 'Finance', directoryGroupId: null, members: 0, createdAt: workspace.clock.now() },
  });

  const again = await workspace.api('POST', '/user-groups', { name: 'finance' });
  expect([again.status, again.body.errors]).toEqual([422, [{ pointer: '#/name', detail: 'is the name of another group' }]]);
  expect((await workspace.api('GET', '/user-groups?q=fin')).body).toEqual({ items: [body], nextCursor: null });
});

test('a request repeated with its Idempotency-Key answers 200 with the group that the first one made', async () => {
  const key = { 'idempotency-key': 'a-key-of-the-popup' };
  const first = await workspace.api('POST', '/user-groups', { name: 'Repeated' }, key);
  const second = await workspace.api('POST', '/user-groups', { name: 'Repeated' }, key);

  expect([first.status, second.status]).toEqual([201, 200]);
  expect(second.body).toEqual(first.body);
});

test('what is wrong is refused before anything is written', async () => {
  const count = async () => (await workspace.api('GET', '/user-groups')).body.items.length;
  const before = await count();
  const pointers = async (body: unknown) => (await workspace.api('POST', '/user-groups', body)).body.errors?.[0]?.pointer;

  expect(await pointers({})).toBe('#/name');
  expect(await pointers({ name: ' ' })).toBe('#/name');
  expect(await pointers({ name: 'x'.repeat(101) })).toBe('#/name');
  expect(await pointers({ name: 'a\0b' })).toBe('#/name');
  expect(await pointers('{"name":"a\\ud800b"}')).toBe('#/name');
  expect(await pointers({ name: 'Sales', kind: 'synced' })).toBe('#/kind');
  expect(await count()).toBe(before);
});

test('everything else is done on the page of the group, and says so', async () => {
  const id = await made('Elsewhere');
  const url = `${workspace.url}/admin/groups/${id}`;
  for (const [method, path] of [
    ['PATCH', `/user-groups/${id}`],
    ['DELETE', `/user-groups/${id}`],
    ['PUT', `/user-groups/${id}/members/mem_x`],
    ['DELETE', `/user-groups/${id}/members/mem_x`],
  ] as const) {
    const { status, body } = await workspace.api(method, path);
    expect([status, body]).toEqual([403, expect.objectContaining({ type: '/problems/fresh-sign-in-needed', url })]);
  }
});

test('groups of an invitation are there with the membership, in the JSON of both', async () => {
  const id = await made('Invited');
  const { id: invitationId, joinUrl } = await invited(workspace, 'mia@contoso.example', { userGroupIds: [id] });
  expect((await workspace.api('GET', `/invitations/${invitationId}`)).body.userGroupIds).toEqual([id]);

  const { browser } = await opensLink(joinUrl, 'mia');

  expect((await member('mia@')).userGroupIds).toEqual([id]);
  expect((await workspace.api('GET', `/user-groups?q=Invited`)).body.items[0].members).toBe(1);
  expect((await browser.get(`${workspace.url}/welcome`)).text).toContain('Invited');
});

test('an approval gives the groups that it names; unknown ones are 422 with their pointer and decide nothing', async () => {
  const id = await made('Approved');
  const { browser } = await signsIn(workspace, 'ana');
  const [request] = (await workspace.api('GET', '/access-requests?state=open')).body.items;

  const wrong = await workspace.api('POST', `/access-requests/${request.id}/approve`, { userGroupIds: [id, 'grp_x'] });
  expect([wrong.status, wrong.body.errors[0].pointer]).toEqual([422, '#/userGroupIds/1']);
  expect((await workspace.api('GET', `/access-requests/${request.id}`)).body.state).toBe('open');

  await workspace.api('POST', `/access-requests/${request.id}/approve`, { userGroupIds: [id] });
  await signsIn(workspace, 'ana', browser);
  expect((await member('ana@')).userGroupIds).toEqual([id]);
});

test('DIR-14: members read no group of others: the page is for administrators alone', async () => {
  const { browser } = await signsIn(workspace, 'mia');
  const groups = await browser.get(`${workspace.url}/admin/groups`);

  expect(groups.status).toBe(403);
  expect(groups.text).not.toContain('Finance');
});
