import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectedApi } from './extension-client.ts';
import { anotherAdministrator, invited, memberOf, signsIn } from './stories.ts';
import { countOf, stateOf } from './web-visit.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

// CONTRACT.md, 5: what the JSON API refuses, in which order, and what it answers on the wrong state.

let workspace: Workspace;
beforeAll(async () => {
  workspace = await openWorkspace();
});
afterAll(() => workspace.stop());

const BATCHES = '/invitation-batches';
const good = { recipients: [{ email: 'x@contoso.example' }] };
const openRequest = async (key: string) => {
  workspace.tenant.addPerson({ key });
  await signsIn(workspace, key);
  return (await workspace.api('GET', '/access-requests?state=open')).body.items[0].id as string;
};

test('the order of refusal: 401, 403, 415, 413, 400, 422', async () => {
  const { api, url } = workspace;
  const nobody = connectedApi(url, 'A'.repeat(43));
  const foreign = { origin: 'https://evil.example' };
  const text = { 'content-type': 'text/plain' };
  const large = 'x'.repeat(8 * 1024 * 1024 + 1);
  const answers = [
    await nobody('POST', BATCHES, large, { ...foreign, ...text }),
    await api('POST', BATCHES, large, { ...foreign, ...text }),
    await api('POST', BATCHES, large, text),
    await api('POST', BATCHES, large),
    await api('POST', BATCHES, '{'),
    await api('POST', BATCHES, '{}'),
    await api('POST', BATCHES, good),
  ];
  expect(answers.map(({ status }) => status)).toEqual([401, 403, 415, 413, 400, 422, 202]);
});

test('unknown fields are 422, each with its pointer, and nothing is written', async () => {
  const before = await stateOf(workspace);
  const recipients = [
    { ...good.recipients[0], state: 'redeemed' },
    { email: 'y@contoso.example', 'a/b~c': 1 },
  ];
  const { status, body } = await workspace.api('POST', BATCHES, {
    recipients,
    key: 'x',
    expiresAt: 0,
    createdBy: 'x',
    workspace: 'x',
  });
  expect(status).toBe(422);
  const pointers = body.errors.map((error: { pointer: string }) => error.pointer).sort();
  expect(pointers).toEqual(expect.arrayContaining(['#/recipients/0/state', '#/recipients/1/a~1b~0c']));
  for (const { detail } of body.errors) expect(detail).toMatch(/^[a-z].{3,100}$/);
  const top = await workspace.api('POST', BATCHES, { ...good, key: 'x', expiresAt: 0 });
  expect(top.body.errors.map((error: { pointer: string }) => error.pointer)).toContain('#/key');
  expect(await stateOf(workspace)).toBe(before);
});

test('a recipient that is no address: a row in the preview, 422 with its pointer when creating', async () => {
  const recipients = [{ email: 'good@contoso.example' }, { email: 'no address' }, { email: '' }];
  const preview = await workspace.api('POST', `${BATCHES}/preview`, { recipients });
  expect([preview.status, preview.body.counts]).toEqual([200, { invite: 1, resend: 0, refuse: 2 }]);
  expect(preview.body.rows[1]).toMatchObject({ recipient: 1, plan: 'refuse', because: 'not-an-address' });
  const before = await stateOf(workspace);
  const created = await workspace.api('POST', BATCHES, { recipients });
  expect([created.status, created.body.errors.map(({ pointer }: { pointer: string }) => pointer)]).toEqual([
    422,
    ['#/recipients/1/email', '#/recipients/2/email'],
  ]);
  expect(await stateOf(workspace)).toBe(before);
});

test('limits of the options: note, days, roles, groups', async () => {
  const before = await stateOf(workspace);
  const wrong = [
    { note: 'x'.repeat(1001) },
    { expiresInDays: 0 },
    { expiresInDays: 31 },
    { role: 'owner' },
    { language: 'tlh' },
    { userGroupIds: ['grp_x'] },
    { recipients: [] },
  ];
  for (const options of wrong)
    expect([options, (await workspace.api('POST', BATCHES, { ...good, ...options })).status]).toEqual([options, 422]);
  expect(
    (await workspace.api('POST', BATCHES, { recipients: [{ email: 'x@contoso.example', directoryUserId: 'x' }] })).status,
  ).toBe(422);
  expect(await stateOf(workspace)).toBe(before);
  const unknown = await workspace.api('POST', BATCHES, { recipients: [{ directoryUserId: 'x' }] });
  expect([unknown.status, unknown.body.rows[0].because]).toEqual([202, 'not-in-directory']);
  const most = { ...good, note: 'x'.repeat(1000), expiresInDays: 30, language: 'de', userGroupIds: [] };
  expect((await workspace.api('POST', BATCHES, most)).status).toBe(202);
});

test('revoke and resend on the wrong state: 409 with the state, revoking twice 200', async () => {
  const { api } = workspace;
  const revoked = await invited(workspace, 'revoked@contoso.example');
  expect((await api('POST', `/invitations/${revoked.id}/revoke`)).body.state).toBe('revoked');
  expect((await api('POST', `/invitations/${revoked.id}/revoke`)).status).toBe(200);
  await memberOf(workspace, 'mia');
  const [redeemed] = (await api('GET', '/invitations?state=redeemed')).body.items;
  const wrong = [
    [revoked.id, 'resend', 'revoked'],
    [redeemed.id, 'resend', 'redeemed'],
    [redeemed.id, 'revoke', 'redeemed'],
  ] as const;
  for (const [id, verb, state] of wrong) {
    const before = await stateOf(workspace);
    const answer = await api('POST', `/invitations/${id}/${verb}`);
    expect([answer.status, answer.body.type, answer.body.state]).toEqual([409, '/problems/not-pending', state]);
    expect(await stateOf(workspace)).toBe(before);
  }
  for (const verb of ['resend', 'revoke'])
    expect((await api('POST', `/invitations/inv_00000000000000000000000000/${verb}`)).status).toBe(404);
});

test('deciding twice: the same verdict 200 and nothing more, any other 409 with who, what and when (REQ-08)', async () => {
  const { api } = workspace;
  const other = await anotherAdministrator(workspace, 'ana');
  const id = await openRequest('decided');
  const first = await api('POST', `/access-requests/${id}/deny`, { reason: 'Not yet' });
  expect(first.body).toMatchObject({ state: 'denied', decisionReason: 'Not yet', mailed: true });
  await workspace.runJobs();
  const before = await stateOf(workspace);
  const again = await api('POST', `/access-requests/${id}/deny`, { reason: 'Never' });
  expect([again.status, again.body.decisionReason]).toEqual([200, 'Not yet']);
  for (const answer of [
    await api('POST', `/access-requests/${id}/approve`),
    await other.api('POST', `/access-requests/${id}/deny`),
  ]) {
    expect([answer.status, answer.body.type]).toEqual([409, '/problems/already-decided']);
    expect(answer.body).toMatchObject({ state: 'denied', decidedBy: { name: 'Sam Okafor' }, decidedAt: expect.any(Number) });
  }
  expect(await stateOf(workspace)).toBe(before);
});

test('the other writes are done on pages: 403 with where, and one audit row', async () => {
  const { api, url } = workspace;
  const memberId = (await api('GET', '/me')).body.memberId;
  const [other] = (await api('GET', '/connected-browsers')).body.items.filter(
    (one: { member: { memberId: string } }) => one.member.memberId !== memberId,
  );
  const before = await stateOf(workspace);
  const writes = [
    ['PATCH', ''],
    ['DELETE', ''],
    ['POST', '/suspend'],
    ['POST', '/resume'],
    ['POST', '/end-sessions'],
  ] as const;
  for (const [method, verb] of writes) {
    const { status, body } = await api(method, `/members/${memberId}${verb}`);
    expect([status, body.type, body.url]).toEqual([403, '/problems/fresh-sign-in-needed', `${url}/admin/users/${memberId}`]);
  }
  expect((await api('DELETE', `/connected-browsers/${other.id}`)).body.url).toBe(`${url}/admin/browsers`);
  expect((await api('GET', '/audit')).status).toBe(403);
  expect(await stateOf(workspace)).toBe(before);
  expect(await countOf(workspace, "audit_events WHERE what = 'api.refused' AND facts LIKE '%fresh%'")).toBe(6);
});
