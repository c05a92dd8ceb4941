import { afterAll, beforeAll, expect, test } from 'vitest';
import { NORTHWIND } from '../demo-tenant/people.ts';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import {
  atCallback,
  headingOf,
  invited,
  isMember,
  memberOf,
  opensLink,
  signsIn,
  somebody,
  stateOf,
  whatStands,
} from './stories.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
let url: string;
beforeAll(async () => {
  workspace = await openWorkspace();
  url = workspace.url;
});
afterAll(() => workspace.stop());

const rowOf = async (table: 'members' | 'access_requests', { oid }: { oid: string }) =>
  (await workspace.sql(`SELECT * FROM ${table} WHERE object_id = '${oid}'`))[0];
const refusals = async () =>
  Number((await workspace.sql("SELECT count(*) AS n FROM audit_events WHERE result = 'refused'"))[0]!.n);

test('ENT-33, OP-22: the same object id with another name, address and user name is the same person, shown as they are now', async () => {
  const ivy = somebody(workspace);
  await memberOf(workspace, ivy.key);
  const before = (await rowOf('members', ivy))!;

  const renamed = { name: 'Ivy Married', email: 'ivy.married@contoso.example', preferredUsername: 'ivy.married@contoso.example' };
  workspace.tenant.addPerson({ ...ivy, ...renamed });
  await signsIn(workspace, ivy.key);

  const now = (await rowOf('members', ivy))!;
  expect(now).toMatchObject({ name: 'Ivy Married', address: 'ivy.married@contoso.example' });
  for (const fact of ['id', 'role', 'state', 'joined_at', 'invitation_id', 'access_until']) expect(now[fact]).toBe(before[fact]);
});

test('ENT-34, OP-23: a new object id with the address and user name of a member is a stranger who asks; the member is untouched', async () => {
  const ivy = somebody(workspace);
  await memberOf(workspace, ivy.key);
  const before = await rowOf('members', ivy);

  const impostor = somebody(workspace, { email: ivy.email!, preferredUsername: ivy.preferredUsername, name: ivy.name });
  const { page } = await signsIn(workspace, impostor.key);

  expect(page.url).toBe(`${url}/waiting`);
  expect(await rowOf('members', ivy)).toEqual(before);
  expect(await rowOf('members', impostor)).toBeUndefined();
  expect(await rowOf('access_requests', impostor)).toMatchObject({ state: 'open', why: 'no-invitation' });
});

test('ENT-35: another subject for the same tenant and object id is the same person', async () => {
  const ivy = somebody(workspace);
  await memberOf(workspace, ivy.key);
  workspace.tenant.faults.idToken = (claims, header) => ({ claims: { ...claims, sub: 'another-subject' }, header });
  const { page } = await signsIn(workspace, ivy.key);
  workspace.tenant.faults.idToken = undefined;
  expect(page.url).toBe(`${url}/welcome`);
});

test('ENT-36, SES-15: sixteen first sign-ins at once by one invited person give one member and one audit row', async () => {
  const ivy = somebody(workspace);
  const { joinUrl, id } = await invited(workspace, ivy.address);
  const browser = new Browser();
  const offer = await browser.get(joinUrl, { follow: true });
  const tabs = await Promise.all(
    Array.from({ length: 16 }, async () => {
      const tab = new Browser();
      for (const { name, value } of browser.cookies.of(url)) tab.cookies.set(url, name, value);
      return { tab, callback: await atCallback(`${url}/sign-in?invitation=${id}`, ivy.key, tab) };
    }),
  );
  const answers = await Promise.all(tabs.map(({ tab, callback }) => tab.get(callback)));

  expect(offer.status).toBe(200);
  expect(answers.every(({ location }) => location === `${url}/welcome`)).toBe(true);
  expect(await workspace.sql(`SELECT id FROM members WHERE object_id = '${ivy.oid}'`)).toHaveLength(1);
  expect(await workspace.sql(`SELECT id FROM audit_events WHERE what = 'invitation.redeemed' AND about = '${id}'`)).toHaveLength(
    1,
  );
});

test('ENT-39: whom an approval has let in comes in without the link, and nobody is mailed again', async () => {
  const ivy = somebody(workspace, { name: 'Ivy Approved' });
  await signsIn(workspace, ivy.key);
  const request = (await rowOf('access_requests', ivy))!;
  await workspace.api('POST', `/access-requests/${request.id}/approve`, { role: 'reader' });
  await workspace.runJobs();
  const { outbox } = await whatStands(workspace);

  expect((await signsIn(workspace, ivy.key)).page.url).toBe(`${url}/welcome`);
  expect(await rowOf('members', ivy)).toMatchObject({ role: 'reader', state: 'active' });
  expect((await whatStands(workspace)).outbox).toEqual(outbox);
});

test.each([true, 1, '1', 'true'])(
  'ENT-40, ENT-42: with xms_edov %j the address counts, and the invitation is redeemed',
  async (xmsEdov) => {
    const ivy = somebody(workspace, { xmsEdov });
    const { joinUrl } = await invited(workspace, ivy.address);
    expect((await opensLink(joinUrl, ivy.key)).page.url).toBe(`${url}/welcome`);
    expect(await isMember(workspace, ivy)).toBe(true);
  },
);

test.each([false, 0, '0', 'false', undefined, 'yes', 2])(
  'ENT-41, ENT-42: with xms_edov %j the address is not proven: it becomes a request, the invitation stays pending',
  async (xmsEdov) => {
    const ivy = somebody(workspace, { xmsEdov });
    const { joinUrl, id } = await invited(workspace, ivy.address);

    const { page } = await opensLink(joinUrl, ivy.key);

    expect(page.url).toBe(`${url}/waiting`);
    expect(await isMember(workspace, ivy)).toBe(false);
    expect(await stateOf(workspace, id)).toBe('pending');
    expect(await rowOf('access_requests', ivy)).toMatchObject({ why: 'address-not-proven', invitation_id: id, state: 'open' });
  },
);

test('ENT-41: approving such a request lets exactly that account in by the invitation it was about, with its role', async () => {
  const ivy = somebody(workspace, { xmsEdov: undefined });
  const { joinUrl, id } = await invited(workspace, ivy.address, { role: 'reader' });
  const { browser } = await opensLink(joinUrl, ivy.key);
  await workspace.api('POST', `/access-requests/${(await rowOf('access_requests', ivy))!.id}/approve`, {});

  expect((await browser.get(`${url}/waiting`, { follow: true })).url).toBe(`${url}/welcome`);
  expect(await rowOf('members', ivy)).toMatchObject({ role: 'reader', invitation_id: id });
  expect(await stateOf(workspace, id)).toBe('redeemed');
});

test.each([
  ['in other case', (address: string) => address.toUpperCase(), true],
  ['with a tag', (address: string) => address.replace('@', '+x@'), false],
  ['with a dot', (address: string) => address.replace(/^(.)/, '$1.'), false],
  ['of a domain that ends alike', (address: string) => address.replace('@', '@evil'), false],
])('ENT-44, INV-29: an address %s: only ASCII case is folded', async (_, change, matches) => {
  const ivy = somebody(workspace);
  const { joinUrl } = await invited(workspace, change(ivy.address));
  const { page } = await opensLink(joinUrl, ivy.key);
  expect([page.status, await isMember(workspace, ivy)]).toEqual(matches ? [200, true] : [403, false]);
});

test('ENT-46: scanners and browsers that never sign in leave it pending; then the human succeeds', async () => {
  const ivy = somebody(workspace);
  const { joinUrl, id } = await invited(workspace, ivy.address);
  for (let visit = 0; visit < 10; visit += 1) {
    const scanner = new Browser();
    const offer = await scanner.get(joinUrl, { follow: true });
    await scanner.get(`${url}/sign-in?invitation=${id}`);
    for (const button of ['accept', 'ask']) await scanner.post(`${url}/join/${id}/${button}`, {}, { from: offer.url });
    await new Browser().post(`${url}/join/${id}/decline`, {});
  }
  expect(await stateOf(workspace, id)).toBe('pending');
  expect((await opensLink(joinUrl, ivy.key)).page.url).toBe(`${url}/welcome`);
});

test('ENT-59: another tenant and a personal account are refused; nothing but the audit row is written', async () => {
  const tenants = [NORTHWIND, '9188040d-6c67-4c5b-b112-36a304b66dad'];
  for (const tenantId of tenants) {
    const stranger = somebody(workspace, { tenantId });
    const before = await whatStands(workspace);
    const audited = await refusals();
    const { page, browser } = await signsIn(workspace, stranger.key);
    expect(page.status).toBe(403);
    expect(browser.cookies.of(url).some(({ name }) => name.endsWith('session'))).toBe(false);
    expect(await whatStands(workspace)).toEqual(before);
    expect(await refusals()).toBe(audited + 1);
  }
});

test.each([
  ['a guest account', { acct: 1 as const }],
  ['an external member', { acct: 0 as const }],
])('ENT-60, OP-25: the request of %s is marked with the home identity provider', async (_, facts) => {
  const idp = 'https://sts.windows.net/72f988bf-86f1-41af-91ab-2d7cd0110000/';
  const tom = somebody(workspace, { ...facts, idp, email: `tom${facts.acct}@fabrikam.example`, name: `Tom ${facts.acct}` });
  await signsIn(workspace, tom.key);
  const { body } = await workspace.api('GET', '/access-requests?state=open');
  const request = body.items.find((one: { name: string }) => one.name === tom.name);
  expect(request.guestOf).toBeTruthy();
});

test('OP-24, OP-05: the same object id under another tenant, validly signed, is not the same member', async () => {
  const ivy = somebody(workspace);
  await memberOf(workspace, ivy.key);
  workspace.tenant.faults.idToken = ({ iss, ...claims }, header) => ({
    claims: { ...claims, iss: String(iss).replace(workspace.tenant.tenantId, NORTHWIND), tid: NORTHWIND },
    header,
  });
  const { page } = await signsIn(workspace, ivy.key);
  workspace.tenant.faults.idToken = undefined;
  expect(page.status).toBe(403);
});

test('ENT-22: somebody without address and name signs in and may ask, and the administrators see that nobody can be mailed', async () => {
  const jo = somebody(workspace, { email: undefined, xmsEdov: undefined, name: 'Jo Nomail' });
  expect((await signsIn(workspace, jo.key)).page.url).toBe(`${url}/waiting`);
  const request = (await rowOf('access_requests', jo))!;
  const answer = await workspace.api('POST', `/access-requests/${request.id}/approve`, {});
  expect(answer.body).toMatchObject({ state: 'approved', mailed: false, address: null });
  expect((await signsIn(workspace, jo.key)).page.url).toBe(`${url}/welcome`);
});

test.each([
  ['<img src=x onerror=alert(1)>', '<img src=x'],
  ['=HYPERLINK("https://evil.example")', '<a href="https://evil'],
  ['\u202Enimda', '\u202E'],
  [`Eve\r\nBcc: everybody@contoso.example`, '\nBcc:'],
  ['long '.repeat(2_000), 'long '.repeat(200)],
])('ENT-23, REQ-12: a person called %j is shown harmlessly in page and mail', async (name, harmful) => {
  const eve = somebody(workspace, { name });
  const mails = (await workspace.mailsTo('sam@contoso.example')).length;

  const { page } = await signsIn(workspace, eve.key);

  expect(page.url).toBe(`${url}/waiting`);
  const [mail] = (await workspace.mailsTo('sam@contoso.example')).slice(mails);
  for (const text of [page.text, mail!.htmlBody]) expect(text).not.toContain(harmful);
  expect(mail!.subject).not.toMatch(/[\r\n\u202E]/);
  expect(Object.keys(mail!.headers).map((header) => header.toLowerCase())).not.toContain('bcc');
});

test('Another account has three exits: asking opens a request that names the invitation, which stays with its addressee', async () => {
  const [ivy, eve] = [somebody(workspace), somebody(workspace)];
  const { joinUrl, id } = await invited(workspace, ivy.address);
  const { browser, page } = await opensLink(joinUrl, eve.key);
  expect(page.status).toBe(403);

  const asked = await browser.post(`${url}/join/${id}/ask`, {}, { follow: true });

  expect(asked.url).toBe(`${url}/waiting`);
  expect(await rowOf('access_requests', eve)).toMatchObject({ why: 'other-account', invitation_id: id, state: 'open' });
  await workspace.api('POST', `/access-requests/${(await rowOf('access_requests', eve))!.id}/approve`, {});
  expect((await signsIn(workspace, eve.key)).page.url).toBe(`${url}/welcome`);
  expect(await stateOf(workspace, id)).toBe('pending');
  expect((await opensLink(joinUrl, ivy.key)).page.url).toBe(`${url}/welcome`);
});

test('Not me, thanks: the invitation is declined with the right key alone, and the inviter is told', async () => {
  const { joinUrl, id } = await invited(workspace, somebody(workspace).address);
  const browser = new Browser();
  await browser.get(joinUrl, { follow: true });
  const mails = (await workspace.mailsTo('sam@contoso.example')).length;

  const answer = await browser.post(`${url}/join/${id}/decline`, {});

  expect([answer.status, headingOf(answer)]).toEqual([200, 'Declined, thank you']);
  expect(await stateOf(workspace, id)).toBe('declined');
  expect((await workspace.mailsTo('sam@contoso.example')).length).toBe(mails + 1);
  expect((await new Browser().get(joinUrl, { follow: true })).status).toBe(410);
});
