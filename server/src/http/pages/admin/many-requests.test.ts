import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { openTestApp, type SomebodySignedIn, type SomebodyWaiting, type TestApp } from '../../test-app.ts';

let house: TestApp;
let sam: SomebodySignedIn;
let waiting: SomebodyWaiting[];
beforeEach(async () => {
  house = await openTestApp();
  sam = await house.signInAs({ role: 'administrator', name: 'Sam Okafor' });
  waiting = [];
  for (const name of ['Tom Kerr', 'Ivy Lund', 'Mia Berg']) waiting.push(await house.knockAs({ name }));
});

const get = async (path: string, as = sam) => (await house.request(path, { as })).text();
const ids = () => waiting.map(({ requestId }) => requestId as string);
const decide = (
  form: Record<string, string>,
  chosen = ids(),
  as: { cookie: string } = sam,
  headers: Record<string, string> = {},
) =>
  house.app.request(`${house.deps.publicUrl}/admin/requests/decide`, {
    method: 'POST',
    headers: { cookie: as.cookie, origin: house.deps.publicUrl, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams([...chosen.map((id) => ['ids', id]), ...Object.entries(form)]).toString(),
  });
const states = async () =>
  (await house.store.db.all<{ state: string }>(sql`SELECT state FROM access_requests ORDER BY id`)).map(({ state }) => state);
const after = async (answer: Response) => get(answer.headers.get('location')!.replaceAll('+', '%20'));
const api = async (as: SomebodySignedIn, body: unknown) => {
  const { token, origin } = await house.connectBrowser(as.memberId);
  const headers = { authorization: `Bearer ${token}`, origin, 'content-type': 'application/json' };
  const answer = await house.request('/api/v1/access-requests/decide', { method: 'POST', headers, body: JSON.stringify(body) });
  return {
    status: answer.status,
    body: (await answer.json()) as { results: { id: string; outcome: string; request?: { state: string } }[] },
  };
};

test('who waits can be ticked, also all at once, and is asked about by name before anything is decided', async () => {
  expect(await get('/admin/requests')).not.toContain(' checked');
  expect((await get('/admin/requests?select=all')).match(/ checked/g)).toHaveLength(3);
  const asked = await (await decide({ verdict: 'approve' })).text();
  expect(asked).toContain('Let 3 people in?');
  for (const name of ['Tom Kerr', 'Ivy Lund', 'Mia Berg']) expect(asked).toContain(name);
  expect(asked).toContain('Member, without an end');
  expect(await states()).toEqual(['open', 'open', 'open']);
});

test('confirmed, all are approved by one command with one word, and each is mailed', async () => {
  const answer = await decide({ verdict: 'approve', reason: 'Welcome', confirmed: 'yes' });
  expect(answer.status).toBe(303);
  expect(await after(answer)).toContain('3 people were approved.');
  const rows = await house.store.db.all(
    sql`SELECT DISTINCT state, decided_by AS by, decision_reason AS reason FROM access_requests`,
  );
  expect(rows).toEqual([{ state: 'approved', by: sam.memberId, reason: 'Welcome' }]);
  expect(await house.store.db.all(sql`SELECT id FROM outbox_messages WHERE kind = 'approved'`)).toHaveLength(3);
  expect(await house.store.db.all(sql`SELECT id FROM invitations WHERE access_request_id IS NOT NULL`)).toHaveLength(3);
});

test('ENT-62: of many that two administrators decide at once each is decided once; the other reads how many were not theirs', async () => {
  const ana = await house.signInAs({ role: 'administrator', name: 'Ana Silva' });
  const answers = await Promise.all([
    decide({ verdict: 'approve', confirmed: 'yes' }),
    decide({ verdict: 'deny', confirmed: 'yes' }, ids(), ana),
  ]);
  const told = answers.map((answer) => new URLSearchParams(answer.headers.get('location')!.split('?')[1]));
  const decided = told.map((query) => Number(query.get('decided') ?? 0));
  expect(decided[0]! + decided[1]!).toBe(3);
  expect(await house.store.db.all(sql`SELECT id FROM outbox_messages WHERE kind IN ('approved', 'denied')`)).toHaveLength(3);
  const late = told.findIndex((query) => query.has('already-decided'));
  if (late >= 0) expect(await after(answers[late]!)).toContain('had been answered meanwhile');
  const again = await decide({ verdict: 'approve', confirmed: 'yes' }, ids(), (await states())[0] === 'approved' ? ana : sam);
  expect(await after(again)).toContain('3 had been answered meanwhile');
});

test('ENT-61: many are decided by administrators alone, by POST from our own page', async () => {
  const member = await house.signInAs('member');
  expect((await decide({ verdict: 'approve', confirmed: 'yes' }, ids(), member)).status).toBe(403);
  expect((await decide({ verdict: 'approve', confirmed: 'yes' }, ids(), waiting[0]!)).status).toBe(403);
  expect(
    (await decide({ verdict: 'approve', confirmed: 'yes' }, ids(), sam, { origin: 'https://elsewhere.example' })).status,
  ).toBe(403);
  expect((await house.request('/admin/requests/decide', { as: sam })).status).toBe(404);
  expect(await states()).toEqual(['open', 'open', 'open']);
});

test('ENT-63: who is disabled in the directory is refused among the others, who are let in', async () => {
  const gone = waiting[1]!.who;
  await house.store.db.run(sql`UPDATE directory SET tenant_id = ${gone.tenantId}`);
  await house.store.db.run(
    sql`INSERT INTO directory_users (object_id, graph_state, first_seen_at, changed_at) VALUES (${gone.objectId}, 'disabled', 0, 0)`,
  );
  const answer = await decide({ verdict: 'approve', confirmed: 'yes' });
  expect(await after(answer)).toContain('2 people were approved.');
  expect(await states()).toEqual(['approved', 'open', 'approved']);
});

test('two who hold the same invitation: the first gets it, the other one of their own', async () => {
  await house.store.db.run(sql`INSERT INTO invitations (id, person, state, role, chunk_id, inviter_id, created_at, sent_at, generation, expires_at)
    VALUES ('inv_x', 'mail:x', 'pending', 'reader', 'x', ${sam.memberId}, 0, 0, 1, ${house.clock.now + 1000})`);
  await house.store.db.run(sql`UPDATE access_requests SET why = 'address-not-proven', invitation_id = 'inv_x'`);
  expect(await after(await decide({ verdict: 'approve', confirmed: 'yes' }))).toContain('3 people were approved.');
  const roles = await house.store.db.all<{ role: string }>(
    sql`SELECT role FROM invitations WHERE access_request_id IS NOT NULL ORDER BY role`,
  );
  expect(roles.map(({ role }) => role)).toEqual(['member', 'member', 'reader']);
});

test('nothing ticked, and a word that is too long, are said beside the field; what was ticked stays', async () => {
  const none = await decide({ verdict: 'approve' }, []);
  expect([none.status, await none.text()]).toEqual([422, expect.stringContaining('Tick at least one request.')]);
  const long = await decide({ verdict: 'deny', reason: 'x'.repeat(1001), confirmed: 'yes' });
  expect(long.status).toBe(422);
  const text = await long.text();
  expect(text).toContain('must be at most 1000 characters');
  expect(text).toContain(ids()[0]);
  expect(await states()).toEqual(['open', 'open', 'open']);
});

test('an administrator among them needs a fresh sign-in; what was ticked waits on the page', async () => {
  await house.store.db.run(sql`INSERT INTO invitations (id, person, state, role, chunk_id, inviter_id, created_at, sent_at, generation, expires_at)
    VALUES ('inv_x', 'mail:x', 'pending', 'administrator', 'x', ${sam.memberId}, 0, 0, 1, ${house.clock.now + 1000})`);
  await house.store.db.run(
    sql`UPDATE access_requests SET why = 'invitation-expired', invitation_id = 'inv_x' WHERE id = ${ids()[0]}`,
  );
  const answer = await decide({ verdict: 'approve' });
  expect(answer.status).toBe(403);
  expect(await answer.text()).toContain(ids()[2]);

  const told = await api(sam, { ids: ids(), verdict: 'approve' });
  expect(told.body.results.map(({ outcome }) => outcome)).toEqual(['fresh-sign-in-needed', 'decided', 'decided']);
  expect((await api(sam, { ids: ids().slice(0, 1), verdict: 'approve', role: 'administrator' })).body.results[0]!.outcome).toBe(
    'fresh-sign-in-needed',
  );
});

test('the API tells of each what became of it, in the order asked, nobody twice', async () => {
  const asked = [ids()[2]!, 'req_00000000000000000000000000', ids()[0]!, ids()[2]!];
  const { status, body } = await api(sam, { ids: asked, verdict: 'deny', reason: 'Not this year' });
  expect(status).toBe(200);
  expect(body.results.map(({ id, outcome, request }) => [id, outcome, request?.state])).toEqual([
    [ids()[2], 'decided', 'denied'],
    ['req_00000000000000000000000000', 'not-found', undefined],
    [ids()[0], 'decided', 'denied'],
  ]);
  expect((await api(sam, { ids: ids(), verdict: 'deny' })).body.results.map(({ outcome }) => outcome)).toEqual([
    'decided',
    'decided',
    'decided',
  ]);
  for (const wrong of [
    { ids: [], verdict: 'deny' },
    { ids: ids(), verdict: 'maybe' },
    { ids: Array(201).fill('req_x'), verdict: 'deny' },
    { ids: ids() },
  ])
    expect((await api(sam, wrong)).status).toBe(422);
});

test('REQ-12: hostile names and answers stay text in the list, the question and the request', async () => {
  const evil = `<img src=x onerror=alert(1)>\u202e=cmd()`;
  await house.store.db.run(
    sql`UPDATE access_requests SET name = ${evil}, question = ${evil}, answer = ${`${evil}${'x'.repeat(900)}`}, reason = ${evil}`,
  );
  for (const page of [
    await get('/admin/requests'),
    await get(`/admin/requests/${ids()[0]}`),
    await (await decide({ verdict: 'deny' })).text(),
  ]) {
    expect(page).not.toContain('<img src=x');
    expect(page).not.toContain('\u202e');
    expect(page).toContain('&lt;img src=x');
  }
});
