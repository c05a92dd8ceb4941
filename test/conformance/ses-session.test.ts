import { DAY, HOUR, MINUTE } from '@doorstep/shared/time';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memberOf, signsIn } from './stories.ts';
import { browserWithSession, countOf, sessionCookieName, sessionOf } from './web-visit.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
let url: string;
beforeAll(async () => {
  workspace = await openWorkspace();
  url = workspace.url;
});
afterAll(() => workspace.stop());

const newMember = (key: string) => {
  workspace.tenant.addPerson({ key });
  return memberOf(workspace, key);
};
const statusAt = async (token: string, path: string) => (await browserWithSession(url, token).get(url + path)).status;

test('SES-01: a session id that was set before the sign-in is replaced and never worth anything', async () => {
  await newMember('fixed');
  const planted = 'A'.repeat(43);
  const { browser, page } = await signsIn(workspace, 'fixed', browserWithSession(url, planted));
  expect(page.url).toBe(`${url}/welcome`);
  expect(sessionOf(browser, url)).not.toBe(planted);
  expect(await statusAt(planted, '/welcome')).toBe(401);
  expect(sessionOf(browser, url)).toMatch(/^[A-Za-z0-9_-]{43}$/);
});

test('SES-01: signing in again ends the session that the browser had', async () => {
  const browser = await newMember('again');
  const before = sessionOf(browser, url)!;
  await signsIn(workspace, 'again', browser);
  expect(sessionOf(browser, url)).not.toBe(before);
  expect(await statusAt(before, '/welcome')).toBe(401);
  expect((await browser.get(`${url}/welcome`)).status).toBe(200);
});

test('SES-02: after signing out the old cookie opens nothing', async () => {
  const browser = await newMember('leaver');
  const token = sessionOf(browser, url)!;
  const sessions = await countOf(workspace, 'sessions');
  expect((await browser.post(`${url}/sign-out`, {})).status).toBe(200);
  expect(sessionOf(browser, url)).toBeUndefined();
  expect(await countOf(workspace, 'sessions')).toBe(sessions - 1);
  for (const path of ['/welcome', '/waiting', '/waiting/reason', '/admin/users', '/admin/audit']) {
    expect([path, await statusAt(token, path)]).toEqual([path, 401]);
  }
  expect((await browserWithSession(url, token).post(`${url}/sign-out/everywhere`, {})).status).toBe(401);
});

test('SES-05: a session ends after twelve idle hours', async () => {
  const browser = await newMember('idle');
  workspace.clock.advance(12 * HOUR - 1);
  expect((await browser.get(`${url}/welcome`)).status).toBe(200);
  workspace.clock.advance(12 * HOUR - 1);
  expect((await browser.get(`${url}/welcome`)).status).toBe(200);
  workspace.clock.advance(12 * HOUR);
  expect((await browser.get(`${url}/welcome`)).status).toBe(401);
});

test.each([
  ['a member', 'worker', {}, 7 * DAY],
  ['a tenant guest', 'visitor', { acct: 1, idp: 'https://sts.windows.net/72f988bf-86f1-41af-91ab-2d7cd0110000/' } as const, DAY],
])('SES-05: use does not extend the absolute end of the session of %s', async (_, key, claims, atMost) => {
  workspace.tenant.addPerson({ key, ...claims });
  const browser = await memberOf(workspace, key);
  const endsAt = workspace.clock.now() + atMost;
  while (workspace.clock.now() + 10 * HOUR < endsAt) {
    workspace.clock.advance(10 * HOUR);
    expect((await browser.get(`${url}/welcome`)).status).toBe(200);
  }
  workspace.clock.set(endsAt - 1);
  expect((await browser.get(`${url}/welcome`)).status).toBe(200);
  workspace.clock.set(endsAt);
  expect((await browser.get(`${url}/welcome`)).status).toBe(401);
});

test('SES-05: an administrator is asked again after 24 hours, a connected browser after 14 unused days', async () => {
  const { administrator, api, clock } = workspace;
  await signsIn(workspace, 'sam', administrator);
  for (let hours = 0; hours < 20; hours += 10) {
    clock.advance(10 * HOUR);
    expect((await administrator.get(`${url}/welcome`)).status).toBe(200);
  }
  clock.advance(4 * HOUR);
  expect((await administrator.get(`${url}/welcome`)).status).toBe(401);
  expect((await api('GET', '/me')).status).toBe(200);
  clock.advance(14 * DAY - MINUTE);
  expect((await api('GET', '/me')).status).toBe(200);
  clock.advance(14 * DAY);
  expect((await api('GET', '/me')).status).toBe(401);
});

test('SES-07: on loopback http the cookie is plain, and the database holds its hash only', async () => {
  const { browser, page } = await signsIn(workspace, 'jo');
  expect(page.url).toBe(`${url}/waiting`);
  const cookie = browser.cookies.get(url, sessionCookieName(url))!;
  expect(cookie).toMatchObject({ isHttpOnly: true, isSecure: false, sameSite: 'Lax', path: '/' });
  expect(cookie.name.startsWith('__Host-')).toBe(false);
  expect(await countOf(workspace, `sessions WHERE token_hash = '${cookie.value}'`)).toBe(0);
  expect(Buffer.from(cookie.value, 'base64url').length * 8).toBeGreaterThanOrEqual(128);
});
