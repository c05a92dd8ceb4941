import { groupId, userId, writeDirectory } from '@doorstep/server/store/testing/directory-story';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectedApi } from './extension-client.ts';
import { memberOf, signsIn, somebody } from './stories.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace();
  const people = Array.from({ length: 60 }, (_, at) => [`p${at}`, { name: `Person ${at}` }] as const);
  await writeDirectory(workspace.deps.store, {
    tenantId: workspace.deps.tenantId!,
    domains: [], // whom these tests invite stands in no directory
    users: {
      ...Object.fromEntries(people),
      mia: { name: 'Mia Öz', address: 'mia.oz@contoso.example' },
      gone: { state: 'deleted' },
    },
    groups: { design: { members: ['mia'] }, Alpha: { members: ['p1', 'p2'] }, zeta: { members: [] } },
  });
});
afterAll(() => workspace.stop());

const paths = () => [
  '/directory/users',
  '/directory/users?q=mia&status=invitation-required',
  `/directory/users/${userId('mia')}`,
  '/directory/groups?q=des',
  `/directory/groups/${groupId('design')}`,
  '/option-presets',
];

test('DIR-14: nobody but an administrator learns from the API who is in the organization; the refusal says nothing of them', async () => {
  const member = await memberOf(workspace, somebody(workspace).key);
  const waiting = (await signsIn(workspace, somebody(workspace).key)).browser;
  for (const browser of [member, waiting]) {
    const cookie = browser.cookies.of(workspace.url).map(({ name, value }) => `${name}=${value}`);
    const asThem = connectedApi(workspace.url, 'no-such-token');
    for (const path of paths()) {
      const { status, text } = await asThem('GET', path, undefined, { cookie: cookie.join('; '), authorization: '' });
      expect([path, status]).toEqual([path, 401]);
      expect(text).not.toMatch(/mia|design|contoso/i);
    }
    const page = await browser.get(`${workspace.url}/admin/invitations/new`);
    expect(page.status).toBe(403);
  }
});

test('DIR-14: who was an administrator when the extension was connected, and is one no more, is refused', async () => {
  const { sql, api } = workspace;
  await sql("UPDATE members SET role = 'member'");
  workspace.deps.store.memory.forget();
  for (const path of paths()) expect([path, (await api('GET', path)).status]).toEqual([path, 403]);
  await sql("UPDATE members SET role = 'administrator' WHERE name LIKE 'Sam%'");
  workspace.deps.store.memory.forget();
  for (const path of paths()) expect([path, (await api('GET', path)).status]).toEqual([path, 200]);
});

test('people come newest first, in pages that miss and repeat nobody; gone ones are not listed; a cursor of nothing is 422', async () => {
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const { body } = await workspace.api('GET', `/directory/users?limit=25${cursor && `&cursor=${cursor}`}`);
    seen.push(...body.items.map(({ id }: { id: string }) => id));
    cursor = body.nextCursor;
  }
  expect(seen).toHaveLength(61);
  expect(new Set(seen).size).toBe(61);
  for (const path of ['/directory/users', '/directory/groups']) {
    for (const cursor of ['x', userId('nobody'), groupId('nobody')]) {
      const { status, body } = await workspace.api('GET', `${path}?cursor=${cursor}`);
      expect([status, body.errors?.[0]?.pointer]).toEqual([422, '#/cursor']);
    }
  }
});

test('q finds the beginning of any word of name or address, without regard to accents; what looks like syntax is text', async () => {
  const names = async (query: string) =>
    (await workspace.api('GET', `/directory/users?${query}`)).body.items.map(({ name }: { name: string }) => name);
  for (const q of ['oz', 'ÖZ', 'mia o', 'mia.oz@contoso'])
    expect([q, await names(`q=${encodeURIComponent(q)}`)]).toEqual([q, ['Mia Öz']]);
  expect(await names('q=ia')).toEqual([]);
  expect((await names(`q=${encodeURIComponent('person" OR "mia*')}`)).length).toBe(0);
  expect(await names('q=mia&status=member')).toEqual([]);
  expect((await names('status=invitation-required&limit=200')).length).toBe(61);
});

test('groups come by name, in pages; an id that is none of a group is 404', async () => {
  const first = (await workspace.api('GET', '/directory/groups?limit=2')).body;
  const second = (await workspace.api('GET', `/directory/groups?limit=2&cursor=${first.nextCursor}`)).body;
  expect([...first.items, ...second.items].map(({ name, people }) => [name, people])).toEqual([
    ['Alpha', 2],
    ['design', 1],
    ['zeta', 0],
  ]);
  expect(second.nextCursor).toBeNull();
  for (const id of ['x', userId('mia'), groupId('nobody')]) {
    expect((await workspace.api('GET', `/directory/groups/${id}`)).status).toBe(404);
    expect((await workspace.api('GET', `/directory/users/${groupId('design')}`)).status).toBe(404);
  }
});

test('the summary counts who is to be invited and says that there is a directory; its ETag changes with both', async () => {
  const first = await workspace.api('GET', '/summary');
  expect(first.body).toMatchObject({ invitationRequired: 61, directory: { lastSyncAt: 1 } });
  const etag = first.headers.get('etag')!;
  expect((await workspace.api('GET', '/summary', undefined, { 'if-none-match': etag })).status).toBe(304);
  await workspace.api('POST', `/directory/users/${userId('p7')}/dismiss`);
  const second = await workspace.api('GET', '/summary', undefined, { 'if-none-match': etag });
  expect([second.status, second.body.invitationRequired]).toEqual([200, 60]);
});

test('options are saved under a name, replaced under it in any ASCII case, and deleted', async () => {
  const { api } = workspace;
  const saved = await api('POST', '/option-presets', {
    name: ' Contractors ',
    role: 'reader',
    accessForDays: 90,
    note: 'Welcome',
  });
  expect(saved.status).toBe(201);
  const again = await api('POST', '/option-presets', { name: 'contractors', expiresInDays: 3 });
  expect(again.body).toEqual({
    ...{ id: saved.body.id, name: 'contractors', role: 'member', language: null, note: null },
    ...{ expiresInDays: 3, accessForDays: null },
  });
  expect((await api('GET', '/option-presets')).body).toEqual({ items: [again.body], nextCursor: null });
  expect((await api('POST', '/option-presets', { name: 'x', role: 'administrator' })).status).toBe(422);
  expect((await api('DELETE', `/option-presets/${saved.body.id}`)).status).toBe(204);
  expect((await api('DELETE', `/option-presets/${saved.body.id}`)).status).toBe(404);
});
