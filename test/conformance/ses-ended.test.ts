import { noTrace } from '@doorstep/server/store/audit';
import { changeRole, endSessions, removeMember, suspendMember } from '@doorstep/server/store/member';
import { newId } from '@doorstep/server/store/new-id';
import { makeAdministrator } from '@doorstep/server/store/proposal';
import type { MemberId } from '@doorstep/shared/ids';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from '../demo-tenant/sign-in-client.ts';
import { type Api, connectExtension } from './extension-client.ts';
import { anotherAdministrator, memberOf, signsIn } from './stories.ts';
import { countOf } from './web-visit.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
let url: string;
let sam: MemberId;
beforeAll(async () => {
  workspace = await openWorkspace();
  url = workspace.url;
  sam = (await workspace.api('GET', '/me')).body.memberId;
});
afterAll(() => workspace.stop());

/** An administrator at two computers, with an extension on each. */
async function everywhere(key: string): Promise<{ id: string; browsers: Browser[]; apis: Api[] }> {
  workspace.tenant.addPerson({ key });
  const one = await anotherAdministrator(workspace, key);
  const { browser } = await signsIn(workspace, key);
  const apis = [one.api, await connectExtension(url, browser)];
  return { id: (await one.api('GET', '/me')).body.memberId, browsers: [one.browser, browser], apis };
}

const statuses = async ({ browsers, apis }: { browsers: Browser[]; apis: Api[] }, path = '/welcome') => [
  ...(await Promise.all(browsers.map(async (browser) => (await browser.get(url + path)).status))),
  ...(await Promise.all(apis.map(async (api) => (await api('GET', '/summary')).status))),
];

const change = (about: string) => ({
  ...{ id: newId('chg'), by: sam, about, auditId: newId('aud'), now: workspace.clock.now(), trace: noTrace },
});

test.each([
  ['removed', removeMember],
  ['suspended', suspendMember],
] as const)('SES-04: who was %s is refused at the next request of every session and connected browser', async (word, command) => {
  const person = await everywhere(word);
  expect(await statuses(person)).toEqual([200, 200, 200, 200]);
  expect(await command(workspace.deps.store, change(person.id))).toBe(true);
  expect(await statuses(person)).toEqual([401, 401, 401, 401]);
  expect(await countOf(workspace, `sessions WHERE member_id = '${person.id}'`)).toBe(0);
});

test('SES-04: a lowered role counts at the next request, a raised one too', async () => {
  const person = await everywhere('lowered');
  expect(await changeRole(workspace.deps.store, { ...change(person.id), role: 'reader' })).toBe(true);
  expect(await statuses(person)).toEqual([200, 200, 401, 401]);
  expect((await person.browsers[0]!.get(`${url}/admin/users`)).status).toBe(403);
  expect(await makeAdministrator(workspace.deps.store, change(person.id))).toBe('promoted');
  expect((await person.browsers[0]!.get(`${url}/admin/users`)).status).not.toBe(403);
  expect(await statuses(person)).toEqual([200, 200, 401, 401]); // what was ended stays ended
});

test('SES-04: access that ends by the clock ends in the same millisecond', async () => {
  workspace.tenant.addPerson({ key: 'until' });
  const accessUntil = workspace.clock.now() + 60_000;
  await workspace.api('POST', '/invitation-batches', { recipients: [{ email: 'until@contoso.example' }], accessUntil });
  const browser = await memberOf(workspace, 'until');
  await workspace.sql(`UPDATE members SET access_until = ${accessUntil} WHERE address = 'until@contoso.example'`);
  workspace.deps.store.memory.forget();
  workspace.clock.set(accessUntil - 1);
  expect((await browser.get(`${url}/welcome`)).status).toBe(200);
  workspace.clock.set(accessUntil);
  expect((await browser.get(`${url}/welcome`)).status).toBe(401);
});

test('SES-03: signing out in the popup ends that one token', async () => {
  const { id, browsers, apis } = await everywhere('popup');
  const { connectedBrowser } = (await apis[0]!('GET', '/me')).body;
  expect((await apis[0]!('DELETE', `/connected-browsers/${connectedBrowser.id}`)).status).toBe(204);
  expect(await statuses({ browsers, apis })).toEqual([200, 200, 401, 200]);
  const revoked = await fetch(`${url}/connect/revoke`, { method: 'POST', body: new URLSearchParams({ token: apis[1]!.token }) });
  expect(revoked.status).toBe(200);
  expect(await statuses({ browsers, apis })).toEqual([200, 200, 401, 401]);
  expect(await countOf(workspace, `connected_browsers WHERE member_id = '${id}' AND ended_at IS NULL`)).toBe(0);
});

test('SES-03: a web sign-out leaves the extension, *sign out everywhere* takes all of them (SES-06)', async () => {
  const person = await everywhere('roamer');
  await person.browsers[0]!.post(`${url}/sign-out`, {});
  expect(await statuses(person)).toEqual([401, 200, 200, 200]);
  expect((await person.browsers[1]!.post(`${url}/sign-out/everywhere`, {})).status).toBe(303);
  expect(await statuses(person)).toEqual([401, 401, 401, 401]);
});

test('SES-03: *end sessions* of an administrator ends tokens and sessions of that person alone', async () => {
  const person = await everywhere('ended');
  expect(await endSessions(workspace.deps.store, change(person.id))).toBe(true);
  expect(await statuses(person)).toEqual([401, 401, 401, 401]);
  expect((await workspace.api('GET', '/me')).status).toBe(200);
  expect((await signsIn(workspace, 'ended')).page.url).toBe(`${url}/welcome`); // still a member
});
