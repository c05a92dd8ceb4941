import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import { callsOf, endFaults, expectRefused, miaComesBack, openWithMia } from './callback-story.ts';
import { aboutToRedeem, atCallback, headingOf, invited, somebody, whatStands } from './stories.ts';
import type { Workspace } from './workspace.ts';

let workspace: Workspace;
let url: string;
beforeAll(async () => {
  workspace = await openWithMia();
  url = workspace.url;
});
afterAll(() => workspace.stop());
afterEach(() => endFaults(workspace));

test('ENT-08, OP-07: a callback without, with unknown or with another browser’s state is refused, and no token request leaves', async () => {
  const [own, other] = [new Browser(), new Browser()];
  const callback = await atCallback(`${url}/sign-in`, 'mia', own);
  const theirs = await atCallback(`${url}/sign-in`, 'mia', other);
  const before = await whatStands(workspace);
  const calls = callsOf(workspace, 'token');
  const without = new URL(callback);
  without.searchParams.delete('state');
  const unknown = new URL(callback);
  unknown.searchParams.set('state', 'A'.repeat(43));
  const mixed = new URL(callback);
  mixed.searchParams.set('state', new URL(theirs).searchParams.get('state')!);

  for (const asked of [without.href, unknown.href, mixed.href, theirs, `${url}/sign-in/callback`])
    await expectRefused(workspace, await own.get(asked), before);
  await expectRefused(workspace, await new Browser().get(callback), before);

  expect(callsOf(workspace, 'token')).toBe(calls);
  expect((await own.get(callback)).location).toBe(`${url}/welcome`);
});

test('ENT-08, ENT-19, OP-09: a used callback makes no second token call and no second session, and ends on a useful page', async () => {
  const browser = new Browser();
  const callback = await atCallback(`${url}/sign-in`, 'mia', browser);
  const jar = browser.cookies.of(url);
  await browser.get(callback);
  const before = await whatStands(workspace);
  const calls = callsOf(workspace, 'token');

  expect((await browser.get(callback)).location).toBe(`${url}/welcome`);
  const thief = new Browser();
  for (const { name, value } of jar) thief.cookies.set(url, name, value);
  await expectRefused(workspace, await thief.get(callback), before);

  expect(callsOf(workspace, 'token')).toBe(calls);
});

test('ENT-08: one callback opened twenty times at once is worth one token call and one session', async () => {
  const browser = new Browser();
  const callback = await atCallback(`${url}/sign-in`, 'mia', browser);
  const calls = callsOf(workspace, 'token');
  const sessions = (await whatStands(workspace)).sessions.length;
  const cookie = browser.cookies
    .of(url)
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ');

  const answers = await Promise.all(Array.from({ length: 20 }, () => new Browser().get(callback, { headers: { cookie } })));

  expect(answers.filter(({ location }) => location === `${url}/welcome`)).toHaveLength(1);
  expect(callsOf(workspace, 'token') - calls).toBe(1);
  expect((await whatStands(workspace)).sessions).toHaveLength(sessions + 1);
});

test.each([
  ['access_denied', 'AADSTS65004: <script>alert(1)</script> declined'],
  ['access_denied', ''],
  ['server_error', `<img src=x onerror=alert(1)>${'a'.repeat(10_000)}`],
  ['temporarily_unavailable', '\u202Egnirts'],
  ['consent_required', 'AADSTS50105: not assigned'],
  ['<script>', 'x'],
])('ENT-09, OP-21: error=%s is a page with a way back, its description never shown as it is', async (error, description) => {
  const browser = new Browser();
  const callback = new URL(await atCallback(`${url}/sign-in`, 'mia', browser));
  const before = await whatStands(workspace);
  const calls = callsOf(workspace, 'token');
  const params = new URLSearchParams({ error, error_description: description, state: callback.searchParams.get('state')! });

  const answer = await browser.get(`${url}/sign-in/callback?${params}`);

  await expectRefused(workspace, answer, before);
  expect(answer.text).toMatch(/href="\/sign-in/);
  expect(answer.text).not.toMatch(/<script>alert|<img src=x|\u202E|aaaaaaaaaa/);
  expect(callsOf(workspace, 'token')).toBe(calls);
});

test('ENT-21, SES-01: a sign-in replaces the session: another id, and the old one is dead', async () => {
  const browser = new Browser();
  await miaComesBack(workspace, browser);
  const session = () => browser.cookies.of(url).find(({ name }) => name.endsWith('session'))!;
  const old = session();
  await miaComesBack(workspace, browser);

  expect(session().value).not.toBe(old.value);
  const thief = new Browser();
  thief.cookies.set(url, old.name, old.value);
  expect((await thief.get(`${url}/welcome`)).status).toBe(401);
  const fixed = new Browser();
  fixed.cookies.set(url, old.name, 'f'.repeat(43));
  await miaComesBack(workspace, fixed);
  expect(fixed.cookies.of(url).find(({ name }) => name === old.name)!.value).not.toBe('f'.repeat(43));
});

test('OP-29: no token of the provider stands in an answer, cookie, log line or database row', async () => {
  const seen: string[] = [];
  workspace.tenant.faults.token = (body) => {
    for (const value of Object.values(body)) if (typeof value === 'string' && value.length > 20) seen.push(value);
    return body;
  };
  const browser = new Browser();
  const callback = await atCallback(`${url}/sign-in`, 'mia', browser);
  const answer = await browser.get(callback);
  const page = await browser.get(`${url}/welcome`);

  expect(seen.length).toBeGreaterThan(0);
  const rows = JSON.stringify([await workspace.sql('SELECT * FROM sessions'), await workspace.sql('SELECT * FROM audit_events')]);
  const kept = [answer.text, ...answer.setCookies, answer.location!, page.text, rows, ...workspace.log].join('\n');
  for (const token of [...seen, new URL(callback).searchParams.get('code')!]) expect(kept).not.toContain(token);
});

test('OP-12: an iss parameter that names another issuer is refused, and no token request leaves', async () => {
  const browser = new Browser();
  const callback = new URL(await atCallback(`${url}/sign-in`, 'mia', browser));
  callback.searchParams.set('iss', 'https://evil.example/v2.0');
  const before = await whatStands(workspace);
  const calls = callsOf(workspace, 'token');
  await expectRefused(workspace, await browser.get(callback.href), before);
  expect(callsOf(workspace, 'token')).toBe(calls);
});

test('ENT-19: a visitor who opens the callback again is on the same page about the invitation', async () => {
  const { joinUrl, id } = await invited(workspace, somebody(workspace).address);
  const { browser, callback } = await aboutToRedeem(joinUrl, somebody(workspace).key);
  const first = await browser.get(callback);
  const before = await whatStands(workspace);

  const again = await browser.get(callback, { follow: true });

  expect([first.status, again.status]).toEqual([403, 403]);
  expect([again.url, headingOf(again)]).toEqual([`${url}/join/${id}`, headingOf(first)]);
  expect(await whatStands(workspace)).toEqual(before);
});
