import { DAY } from '@doorstep/shared/time';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from '../demo-tenant/sign-in-client.ts';
import { authorization, connectExtension, EXTENSION_ORIGIN } from './extension-client.ts';
import { type Invited, invited, memberOf, opensLink, signsIn } from './stories.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
let url: string;
let sam: string;
beforeAll(async () => {
  workspace = await openWorkspace();
  url = workspace.url;
  sam = (await workspace.api('GET', '/me')).body.memberId;
});
afterAll(() => workspace.stop());

type Row = {
  what: string;
  result: string;
  by: string | null;
  about: string | null;
  clientAddress: string | null;
  requestId: string | null;
  at: number;
};

/** The rows that this wrote, in order. The clock is moved on before, so that `at` is this moment's alone. */
async function auditOf(act: () => Promise<unknown>): Promise<Row[]> {
  await workspace.runJobs();
  workspace.clock.advance(1000);
  await act();
  const rows =
    await workspace.sql(`SELECT what, result, by_member_id AS "by", about, client_address AS clientAddress, request_id AS requestId, at
    FROM audit_events WHERE at >= ${workspace.clock.now()} ORDER BY at, id`);
  return rows as unknown as Row[];
}

/** Exactly one row: what, by whom, on what, when, from where, in which request, with what result. */
async function expectRow(act: () => Promise<unknown>, expected: Partial<Row>): Promise<void> {
  const rows = await auditOf(act);
  expect(rows).toEqual([
    {
      result: 'done',
      by: null,
      about: null,
      clientAddress: '127.0.0.1',
      requestId: expect.stringMatching(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/),
      at: workspace.clock.now(),
      ...expected,
    },
  ]);
}

const api = (path: string, body?: unknown) => () => workspace.api('POST', path, body);
const idOf = async (key: string) =>
  String((await workspace.sql(`SELECT id FROM members WHERE address = '${key}@contoso.example'`))[0]!.id);
const aMember = async (key: string): Promise<{ browser: Browser; id: string }> => {
  workspace.tenant.addPerson({ key });
  return { browser: await memberOf(workspace, key), id: await idOf(key) };
};
const aRequest = async (key: string): Promise<{ browser: Browser; id: string }> => {
  workspace.tenant.addPerson({ key });
  const { browser } = await signsIn(workspace, key);
  return { browser, id: (await workspace.api('GET', '/access-requests?state=open')).body.items[0].id };
};

test('AUD-01: invitations: sent, sent again, revoked, declined, redeemed', async () => {
  let batch = '';
  const send = async () => {
    batch = (
      await workspace.api('POST', '/invitation-batches', {
        recipients: [{ email: 'a@contoso.example' }, { email: 'b@contoso.example' }],
      })
    ).body.id;
  };
  const rows = await auditOf(send);
  expect(rows).toMatchObject([{ what: 'invitations.sent', by: sam, about: batch, result: 'done', clientAddress: '127.0.0.1' }]);
  const one: Invited = await invited(workspace, 'c@contoso.example');
  await expectRow(api(`/invitations/${one.id}/resend`), { what: 'invitation.resent', by: sam, about: one.id });
  await expectRow(api(`/invitations/${one.id}/revoke`), { what: 'invitation.revoked', by: sam, about: one.id });
  expect(await auditOf(api(`/invitations/${one.id}/revoke`))).toEqual([]); // nothing changed the second time
  const two = await invited(workspace, 'd@contoso.example');
  const { browser } = await opensLink(two.joinUrl, 'ben');
  await expectRow(() => browser.post(`${url}/join/${two.id}/decline`, {}), { what: 'invitation.declined', about: two.id });
  workspace.tenant.addPerson({ key: 'joins' });
  const three = await invited(workspace, 'joins@contoso.example');
  await expectRow(() => opensLink(three.joinUrl, 'joins'), {
    what: 'invitation.redeemed',
    about: three.id,
    by: expect.stringMatching(/^mem_/) as never,
  });
});

test('AUD-01: access requests: opened, reason, withdrawn, approved, denied', async () => {
  workspace.tenant.addPerson({ key: 'asks' });
  await expectRow(() => signsIn(workspace, 'asks'), { what: 'request.opened', about: expect.stringMatching(/^req_/) as never });
  const one = await aRequest('asks-one');
  const reason = () => one.browser.post(`${url}/waiting/reason`, { reason: 'New in finance' });
  await expectRow(reason, { what: 'request.reason-given', about: one.id });
  await expectRow(api(`/access-requests/${one.id}/approve`, {}), { what: 'request.approved', by: sam, about: one.id });
  expect(await auditOf(api(`/access-requests/${one.id}/approve`, {}))).toEqual([]); // the same verdict again
  const two = await aRequest('asks-two');
  await expectRow(api(`/access-requests/${two.id}/deny`, { reason: 'No' }), { what: 'request.denied', by: sam, about: two.id });
  const three = await aRequest('asks-three');
  const rows = await auditOf(() => three.browser.post(`${url}/waiting/withdraw`, {}));
  expect(rows.map(({ what }) => what).sort()).toEqual(['request.withdrawn', 'session.ended']); // two things ended
});

test('AUD-01: sessions and connected browsers: begun and ended', async () => {
  const { browser, id } = await aMember('comes');
  await expectRow(() => signsIn(workspace, 'comes', browser), { what: 'member.signed-in', by: id, about: id });
  await expectRow(() => browser.post(`${url}/sign-out`, {}), { what: 'session.ended', by: id, about: id });
  expect(await auditOf(() => browser.post(`${url}/sign-out`, {}))).toEqual([]);
  await signsIn(workspace, 'comes', browser);
  await expectRow(() => browser.post(`${url}/sign-out/everywhere`, {}), { what: 'member.sessions-ended', by: id, about: id });
  const { administrator } = workspace;
  await administrator.signIn(`${url}/sign-in`, 'sam');
  await expectRow(() => connectExtension(url, administrator), {
    what: 'browser.connected',
    by: sam,
    about: expect.stringMatching(/^brw_/) as never,
  });
  const other = await connectExtension(url, administrator);
  const { connectedBrowser } = (await other('GET', '/me')).body;
  await expectRow(() => other('DELETE', `/connected-browsers/${connectedBrowser.id}`), {
    what: 'browser.disconnected',
    by: sam,
    about: connectedBrowser.id,
  });
});

test('AUD-01: members: role, end date, suspended, resumed, signed out, removed on pages', async () => {
  const { administrator } = workspace;
  await administrator.signIn(`${url}/sign-in?fresh`, 'sam');
  const { id } = await aMember('changes');
  const press =
    (verb: string, form: Record<string, string> = {}) =>
    () =>
      administrator.post(`${url}/admin/users/${id}/${verb}`, { confirmed: 'yes', ...form });
  const until = new Date(workspace.clock.now() + 30 * DAY).toISOString().slice(0, 10);
  const rows: [() => Promise<unknown>, string][] = [
    [press('role', { role: 'reader' }), 'member.role-changed'],
    [press('role', { role: 'administrator' }), 'member.role-changed'],
    [press('access-until', { accessUntil: until }), 'member.access-until-changed'],
    [press('suspend'), 'member.suspended'],
    [press('resume'), 'member.resumed'],
    [press('end-sessions'), 'member.sessions-ended'],
    [press('remove'), 'member.removed'],
  ];
  for (const [act, what] of rows) await expectRow(act, { what, by: sam, about: id });
});

test('AUD-01: refusals: one row each', async () => {
  const { administrator, api: call } = workspace;
  const { id, joinUrl } = await invited(workspace, 'other@contoso.example');
  const refused = { result: 'refused' };
  await expectRow(() => administrator.get(`${joinUrl.slice(0, -1)}`), { what: 'key.refused', ...refused });
  await expectRow(() => administrator.get(`${url}/setup?token=x`), { what: 'set-up.refused', ...refused });
  await expectRow(() => signsIn(workspace, 'olga'), { what: 'sign-in.refused', ...refused });
  await expectRow(() => opensLink(joinUrl, 'jo'), { what: 'sign-in.refused', about: id, ...refused });
  await expectRow(() => administrator.post(`${url}/sign-out`, {}, { from: 'https://evil.example' }), {
    what: 'write.refused', // by nobody known: from another site the session's cookie stays at home
    ...refused,
  });
  const me = (await call('GET', '/me')).body.connectedBrowser.id;
  await expectRow(() => call('GET', '/me', undefined, { origin: `${EXTENSION_ORIGIN}x` }), {
    what: 'api.refused',
    by: sam,
    about: me,
    ...refused,
  });
  await expectRow(() => call('POST', `/members/${sam}/suspend`), { what: 'api.refused', by: sam, about: me, ...refused });
  const { browser: member, id: by } = await aMember('curious');
  const query = new URLSearchParams(authorization().query);
  await expectRow(() => member.get(`${url}/connect/authorize?${query}`), { what: 'api.refused', by, ...refused });
});

test('AUD-01: what ends by the clock has its row, too: written by no request, once', async () => {
  const { id } = await aRequest('asks-four');
  workspace.clock.advance(30 * DAY);
  await workspace.runJobs();
  workspace.clock.advance(DAY);
  await workspace.runJobs();
  const rows = await workspace.sql(
    `SELECT what, request_id FROM audit_events WHERE about = '${id}' AND what <> 'request.opened'`,
  );
  expect(rows).toEqual([{ what: 'request.expired', request_id: null }]);
});
