import { knock } from '@doorstep/server/store/access-request';
import { noTrace } from '@doorstep/server/store/audit';
import { newId } from '@doorstep/server/store/new-id';
import type { AccessRequestId } from '@doorstep/shared/ids';
import { DAY, HOUR } from '@doorstep/shared/time';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import type { Api, ApiAnswer } from './extension-client.ts';
import {
  anotherAdministrator,
  atCallback,
  auditCount,
  invited,
  isMember,
  memberOf,
  opensLink,
  signsIn,
  somebody,
  whatStands,
} from './stories.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
let url: string;
let ana: Api;
beforeAll(async () => {
  workspace = await openWorkspace();
  url = workspace.url;
  ana = (await anotherAdministrator(workspace, 'ana')).api;
});
afterAll(() => workspace.stop());

const openRequestOf = async ({ oid }: { oid: string }) => {
  const rows = await workspace.sql(`SELECT id FROM access_requests WHERE object_id = '${oid}' AND state = 'open'`);
  return rows.length === 1 ? String(rows[0]!.id) : null;
};
const decide = (id: string, verdict: 'approve' | 'deny', by: Api = workspace.api, body: unknown = {}): Promise<ApiAnswer> =>
  by('POST', `/access-requests/${id}/${verdict}`, body);
const badge = async () => (await workspace.api('GET', '/summary')).body.openAccessRequests as number;
const mailsAbout = async (to: string, text: string) =>
  (await workspace.mailsTo(to)).filter(({ subject, textBody }) => `${subject}\n${textBody}`.includes(text));

test('REQ-01: who comes without an invitation opens one request; all administrators are mailed; nobody becomes a member', async () => {
  const ivy = somebody(workspace, { name: 'Ivy Uninvited' });

  const { page } = await signsIn(workspace, ivy.key);

  expect(page.url).toBe(`${url}/waiting`);
  expect(await openRequestOf(ivy)).not.toBeNull();
  for (const administrator of ['sam', 'ana'])
    expect(await mailsAbout(`${administrator}@contoso.example`, ivy.name)).toHaveLength(1);
  expect(await isMember(workspace, ivy)).toBe(false);
});

test('REQ-02, ENT-58: knocking twenty times, half of it at once, leaves one open request and one round of mails', async () => {
  const ivy = somebody(workspace, { name: 'Ivy Impatient' });
  for (let time = 0; time < 10; time += 1) await signsIn(workspace, ivy.key);
  const tabs = await Promise.all(
    Array.from({ length: 10 }, async () => {
      const browser = new Browser();
      return { browser, callback: await atCallback(`${url}/sign-in`, ivy.key, browser) };
    }),
  );
  const answers = await Promise.all(tabs.map(({ browser, callback }) => browser.get(callback)));

  expect(answers.map(({ location }) => location)).toEqual(Array(10).fill(`${url}/waiting`));
  expect(await workspace.sql(`SELECT state FROM access_requests WHERE object_id = '${ivy.oid}'`)).toEqual([{ state: 'open' }]);
  expect(await mailsAbout('sam@contoso.example', ivy.name)).toHaveLength(1);
});

test('REQ-02: ten first knocks of one person at once open one request', async () => {
  const ivy = somebody(workspace);
  const tabs = await Promise.all(
    Array.from({ length: 10 }, async () => {
      const browser = new Browser();
      return { browser, callback: await atCallback(`${url}/sign-in`, ivy.key, browser) };
    }),
  );
  await Promise.all(tabs.map(({ browser, callback }) => browser.get(callback)));
  expect(await workspace.sql(`SELECT state FROM access_requests WHERE object_id = '${ivy.oid}'`)).toEqual([{ state: 'open' }]);
});

test('REQ-03: whoever waits gets 403 from every page of members and administrators', async () => {
  const { browser } = await signsIn(workspace, somebody(workspace).key);
  for (const path of ['/welcome', '/admin/users', '/admin/requests', '/admin/invitations', '/admin/invitations/new'])
    expect((await browser.get(url + path)).status, path).toBe(403);
  for (const path of ['/admin/invitations/new', '/sign-out/everywhere'])
    expect((await browser.post(url + path, {})).status, path).toBe(403);
  const cookie = browser.cookies
    .of(url)
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ');
  expect((await fetch(`${url}/api/v1/summary`, { headers: { cookie } })).status).toBe(401);
});

test('REQ-04, ENT-61: opening the link of the mail by GET, HEAD or a scanner, signed in or not, decides nothing', async () => {
  const ivy = somebody(workspace, { name: 'Ivy Scanned' });
  await signsIn(workspace, ivy.key);
  const id = (await openRequestOf(ivy))!;
  const [mail] = await mailsAbout('sam@contoso.example', ivy.name);
  const links = [...mail!.textBody.matchAll(/http\S+/g)].map(([link]) => link);
  expect(links.length).toBeGreaterThan(0);
  const before = await whatStands(workspace);

  for (const link of [...links, `${url}/admin/requests/${id}`])
    for (const method of ['GET', 'HEAD', 'OPTIONS']) await (await fetch(link, { method, redirect: 'manual' })).arrayBuffer();
  for (const link of links) {
    const answer = await new Browser().get(link);
    expect(answer.text).not.toContain(ivy.name);
    await workspace.administrator.get(link, { follow: true });
  }
  for (const verb of ['approve', 'deny'])
    for (const path of [`/admin/requests/${id}/${verb}`, `/admin/requests/${id}`]) {
      await workspace.administrator.get(`${url}${path}?verdict=${verb}`);
      expect((await new Browser().post(url + path, { verdict: verb })).status, `${verb} ${path}`).toBeGreaterThanOrEqual(401);
    }
  expect((await workspace.api('GET', `/access-requests/${id}/approve`)).status).toBeGreaterThanOrEqual(404);
  expect(await whatStands(workspace)).toEqual(before);
  expect(await openRequestOf(ivy)).toBe(id);
});

test('REQ-06, ENT-62: in a hundred rounds two administrators decide at once: one verdict stands, one mail, the other sees who decided', async () => {
  const requests = await hundredRequests();
  const outcomes = { approved: 0, denied: 0 };
  for (const [round, id] of requests.entries()) {
    const both = [decide(id, 'approve', round % 2 ? ana : workspace.api), decide(id, 'deny', round % 2 ? workspace.api : ana)];
    const answers = await Promise.all(round % 3 ? both : both.reverse());
    const [winner, loser] = [...answers].sort((a, b) => a.status - b.status);
    expect([winner!.status, loser!.status]).toEqual([200, 409]);
    const { state, decidedBy, decidedAt } = winner!.body;
    expect(loser!.body).toMatchObject({ type: '/problems/already-decided', state, decidedBy, decidedAt });
    outcomes[state as 'approved' | 'denied'] += 1;
    expect((await auditCount(workspace, 'request.approved', id)) + (await auditCount(workspace, 'request.denied', id))).toBe(1);
  }
  expect(outcomes.approved + outcomes.denied).toBe(100);
  const decided = await workspace.sql(`SELECT request_id AS id, count(*) AS n FROM outbox_messages
    WHERE kind IN ('approved', 'denied') AND request_id IN (SELECT id FROM access_requests WHERE name = 'Racer') GROUP BY request_id`);
  expect(decided).toHaveLength(100);
  expect(decided.every(({ n }) => n === 1)).toBe(true);
  const [invitations] = await workspace.sql(
    "SELECT count(*) AS n FROM invitations WHERE access_request_id IN (SELECT id FROM access_requests WHERE name = 'Racer')",
  );
  expect(invitations!.n).toBe(outcomes.approved);
  workspace.clock.advance(HOUR); // whoever knocks next is mailed about again (MAIL-12)
});

test('REQ-08: the same verdict by the same administrator changes nothing; any other on a decided request is 409', async () => {
  const ivy = somebody(workspace);
  await signsIn(workspace, ivy.key);
  const id = (await openRequestOf(ivy))!;
  expect((await decide(id, 'deny', workspace.api, { reason: 'Not this year' })).body).toMatchObject({
    state: 'denied',
    mailed: true,
  });
  await workspace.runJobs();
  const before = await whatStands(workspace);

  expect((await decide(id, 'deny', workspace.api, { reason: 'Other words' })).body).toMatchObject({
    decisionReason: 'Not this year',
  });
  for (const [verdict, by] of [
    ['deny', ana],
    ['approve', ana],
    ['approve', workspace.api],
  ] as const) {
    const answer = await decide(id, verdict, by);
    expect([answer.status, answer.body.type, answer.body.state]).toEqual([409, '/problems/already-decided', 'denied']);
  }
  expect(await whatStands(workspace)).toEqual(before);
});

test('REQ-08: withdrawn and superseded requests can no longer be decided', async () => {
  const [ivy, mary] = [somebody(workspace), somebody(workspace)];
  const { browser } = await signsIn(workspace, ivy.key);
  const withdrawn = (await openRequestOf(ivy))!;
  await browser.post(`${url}/waiting/withdraw`, {});
  await signsIn(workspace, mary.key);
  const superseded = (await openRequestOf(mary))!;
  await opensLink((await invited(workspace, mary.address)).joinUrl, mary.key);
  const before = await whatStands(workspace);

  for (const [id, state] of [
    [withdrawn, 'withdrawn'],
    [superseded, 'superseded'],
  ] as const)
    for (const verdict of ['approve', 'deny'] as const) {
      const answer = await decide(id, verdict);
      expect([answer.status, answer.body.state]).toEqual([409, state]);
    }
  expect(await whatStands(workspace)).toEqual(before);
});

test('REQ-09, ENT-63: a denied person who comes back sees a quiet page for seven days, then may ask again', async () => {
  const ivy = somebody(workspace, { name: 'Ivy Denied' });
  await signsIn(workspace, ivy.key);
  await decide((await openRequestOf(ivy))!, 'deny', workspace.api, { reason: 'Ask your manager first' });
  await workspace.runJobs();
  const before = await whatStands(workspace);

  for (let time = 0; time < 3; time += 1) {
    const { page } = await signsIn(workspace, ivy.key);
    expect(page.status).toBe(403);
    expect(page.text).toContain('Ask your manager first');
  }
  expect(await whatStands(workspace)).toEqual(before);
  expect(await mailsAbout('ana@contoso.example', 'Ivy Denied asks')).toHaveLength(1);

  workspace.clock.advance(7 * DAY);
  await signsIn(workspace, ivy.key);
  expect(await openRequestOf(ivy)).not.toBeNull();
  expect(await mailsAbout('ana@contoso.example', 'Ivy Denied asks')).toHaveLength(2);
});

test('REQ-10: a member who is no administrator gets 403 from a forwarded link, and no data', async () => {
  const ivy = somebody(workspace, { name: 'Ivy Forwarded' });
  await signsIn(workspace, ivy.key);
  const [mail] = await mailsAbout('sam@contoso.example', ivy.name);
  const links = [...mail!.textBody.matchAll(/http\S+/g)].map(([link]) => link);
  const reader = await memberOf(workspace, somebody(workspace).key);
  for (const link of links.filter((one) => one.includes('/admin/'))) {
    const answer = await reader.get(link, { follow: true });
    expect(answer.status).toBe(403);
    expect(answer.text).not.toContain(ivy.name);
  }
  expect(await openRequestOf(ivy)).not.toBeNull();
});

test('REQ-15: when one administrator cannot be mailed, the others still are, and nobody is mailed twice', async () => {
  workspace.tenant.faults.postmark = { forAddress: { 'ana@contoso.example': 406 } };
  const ivy = somebody(workspace, { name: 'Ivy Halfway' });
  await signsIn(workspace, ivy.key);
  const id = await openRequestOf(ivy);

  expect(await mailsAbout('sam@contoso.example', ivy.name)).toHaveLength(1);
  workspace.tenant.faults.postmark = undefined;
  expect(await mailsAbout('ana@contoso.example', ivy.name)).toHaveLength(0);
  const states = await workspace.sql(`SELECT state FROM outbox_messages WHERE request_id = '${id}' ORDER BY state`);
  expect(states).toEqual([{ state: 'failed' }, { state: 'sent' }]);
});

test('REQ-14, REQ-17: the badge is the number of open requests after every event, also when they run out by the clock', async () => {
  const counted = async () =>
    Number((await workspace.sql("SELECT count(*) AS n FROM access_requests WHERE state = 'open'"))[0]!.n);
  const people = [somebody(workspace), somebody(workspace), somebody(workspace), somebody(workspace)];
  const browsers: Browser[] = [];
  for (const { key } of people) {
    browsers.push((await signsIn(workspace, key)).browser);
    expect(await badge()).toBe(await counted());
  }
  const start = await badge();
  const events = [
    async () => decide((await openRequestOf(people[0]!))!, 'approve'),
    async () => decide((await openRequestOf(people[1]!))!, 'deny'),
    async () => browsers[2]!.post(`${url}/waiting/withdraw`, {}),
  ];
  for (const [done, event] of events.entries()) {
    await event();
    expect(await badge()).toBe(start - done - 1);
    expect(await badge()).toBe(await counted());
  }

  workspace.clock.advance(30 * DAY);
  await workspace.runJobs();
  expect(await counted()).toBe(0);
  expect((await workspace.sql("SELECT value FROM counters WHERE name = 'open_access_requests'"))[0]).toEqual({ value: 0 });
  await signsIn(workspace, people[3]!.key);
  expect(await openRequestOf(people[3]!)).not.toBeNull();
});

/** A hundred people who knocked, in one set. */
async function hundredRequests(): Promise<AccessRequestId[]> {
  const attempts = Array.from({ length: 100 }, (_, at) => ({
    ...{
      id: newId('kno'),
      newRequestId: newId('req') as AccessRequestId,
      auditId: newId('aud'),
      tokenHash: `racer-${at}`,
      ...noTrace,
    },
    ...{ tenantId: workspace.tenant.tenantId, objectId: `racer-${at}`, name: 'Racer', address: `racer-${at}@contoso.example` },
    ...{
      addressIsTrusted: true,
      guestOf: null,
      loginHint: null,
      why: 'no-invitation' as const,
      invitationId: null,
      visitor: '{}',
    },
    ...{ inConnectWindow: false, endsSession: null, providerSessionId: null, freshAt: null, now: workspace.clock.now() },
  }));
  return [...(await knock(workspace.deps.store, attempts)).values()];
}
