import { MINUTE, SECOND } from '@doorstep/shared/time';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { TokenFault } from '../demo-tenant/faults.ts';
import { HOSTILE_CLAIMS, HOSTILE_HEADERS } from '../demo-tenant/hostile.ts';
import { Browser, type BrowserResponse } from '../demo-tenant/sign-in-client.ts';
import type { TokenClaims } from '../demo-tenant/signing-keys.ts';
import { aboutToRedeem, atCallback, headingOf, invited, isMember, memberOf, somebody, whatStands } from './stories.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
let url: string;
beforeAll(async () => {
  workspace = await openWorkspace();
  url = workspace.url;
  await memberOf(workspace, 'mia');
});
afterAll(() => workspace.stop());
afterEach(() => {
  for (const fault of ['idToken', 'token', 'keys', 'discovery'] as const) workspace.tenant.faults[fault] = undefined;
});

const tokenCalls = () => workspace.tenant.requests.filter(({ kind }) => kind === 'token').length;
const keyCalls = () => workspace.tenant.requests.filter(({ kind }) => kind === 'keys').length;
const tampered = (changed: (honest: TokenClaims) => TokenClaims) => {
  workspace.tenant.faults.idToken = (claims, header) => ({ claims: { ...claims, ...changed(claims) }, header });
};

/** Mia, a member, signs in; the answer is the callback's. */
async function comesBack(browser = new Browser()): Promise<BrowserResponse> {
  return browser.get(await atCallback(`${url}/sign-in`, 'mia', browser));
}

/** No session, no change, no fault of ours. */
async function expectRefused(answer: BrowserResponse, before: Awaited<ReturnType<typeof whatStands>>): Promise<void> {
  expect([403, 502, 503, 504]).toContain(answer.status);
  expect(answer.location).toBeUndefined();
  expect(answer.setCookies.join()).not.toMatch(/session=[\w-]/);
  expect(headingOf(answer)).not.toBe('');
  expect(await whatStands(workspace)).toEqual(before);
}

test('ENT-08, OP-07: a callback without, with unknown or with another browser’s state is refused, and no token request leaves', async () => {
  const [own, other] = [new Browser(), new Browser()];
  const callback = await atCallback(`${url}/sign-in`, 'mia', own);
  const theirs = await atCallback(`${url}/sign-in`, 'mia', other);
  const before = await whatStands(workspace);
  const calls = tokenCalls();
  const without = new URL(callback);
  without.searchParams.delete('state');
  const unknown = new URL(callback);
  unknown.searchParams.set('state', 'A'.repeat(43));
  const mixed = new URL(callback);
  mixed.searchParams.set('state', new URL(theirs).searchParams.get('state')!);

  for (const asked of [without.href, unknown.href, mixed.href, theirs, `${url}/sign-in/callback`])
    await expectRefused(await own.get(asked), before);
  await expectRefused(await new Browser().get(callback), before);

  expect(tokenCalls()).toBe(calls);
  expect((await own.get(callback)).location).toBe(`${url}/welcome`);
});

test('ENT-08, ENT-19, OP-09: a used callback makes no second token call and no second session, and ends on a useful page', async () => {
  const browser = new Browser();
  const callback = await atCallback(`${url}/sign-in`, 'mia', browser);
  const jar = browser.cookies.of(url);
  await browser.get(callback);
  const before = await whatStands(workspace);
  const calls = tokenCalls();

  expect((await browser.get(callback)).location).toBe(`${url}/welcome`);
  const thief = new Browser();
  for (const { name, value } of jar) thief.cookies.set(url, name, value);
  await expectRefused(await thief.get(callback), before);

  expect(tokenCalls()).toBe(calls);
});

test('ENT-08: one callback opened twenty times at once is worth one token call and one session', async () => {
  const browser = new Browser();
  const callback = await atCallback(`${url}/sign-in`, 'mia', browser);
  const calls = tokenCalls();
  const sessions = (await whatStands(workspace)).sessions.length;
  const cookie = browser.cookies.of(url).map(({ name, value }) => `${name}=${value}`).join('; ');

  const answers = await Promise.all(Array.from({ length: 20 }, () => new Browser().get(callback, { headers: { cookie } })));

  expect(answers.filter(({ location }) => location === `${url}/welcome`)).toHaveLength(1);
  expect(tokenCalls() - calls).toBe(1);
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
  const calls = tokenCalls();
  const params = new URLSearchParams({ error, error_description: description, state: callback.searchParams.get('state')! });

  const answer = await browser.get(`${url}/sign-in/callback?${params}`);

  await expectRefused(answer, before);
  expect(answer.text).toMatch(/href="\/sign-in/);
  expect(answer.text).not.toMatch(/<script>alert|<img src=x|\u202E|aaaaaaaaaa/);
  expect(tokenCalls()).toBe(calls);
});

/** With one published key there is no doubt whose signature it is (OpenID Connect Core, 10.1). */
const DOUBTFUL = 'no kid';

test.each(HOSTILE_HEADERS.filter(({ name }) => name !== DOUBTFUL).map((one) => [one.name, one] as const))('ENT-10, OP-02: %s is refused', async (_, { tamper }) => {
  const before = await whatStands(workspace);
  workspace.tenant.faults.idToken = tamper;
  await expectRefused(await comesBack(), before);
});

test.each(HOSTILE_CLAIMS.filter(({ verdict }) => verdict === 'refuse').map((one) => [one.name, one] as const))(
  'ENT-11, ENT-12, ENT-13, ENT-16, ENT-17, OP-03: %s is refused',
  async (_, { tamper }) => {
    const before = await whatStands(workspace);
    workspace.tenant.faults.idToken = tamper;
    await expectRefused(await comesBack(), before);
  },
);

test.each(HOSTILE_CLAIMS.filter(({ verdict }) => verdict !== 'refuse').map((one) => [one.name, one] as const))(
  'ENT-12, ENT-22, ENT-65, OP-03: with %s the member is signed in, no more and no less',
  async (_, { tamper }) => {
    const before = await whatStands(workspace);
    workspace.tenant.faults.idToken = tamper;
    const browser = new Browser();
    expect((await comesBack(browser)).location).toBe(`${url}/welcome`);
    const page = await browser.get(`${url}/welcome`);
    expect(page.status).toBe(200);
    expect(page.text).not.toMatch(/<script>alert|<img src=x|\u202E|\u0000/);
    expect((await whatStands(workspace)).members).toEqual(before.members);
    expect(workspace.tenant.requests.filter(({ kind }) => kind === 'elsewhere')).toEqual([]);
  },
);

test('ENT-14, OP-26: expired or not yet valid beyond the tolerance is refused, two minutes of skew are not', async () => {
  const before = await whatStands(workspace);
  const seconds = Math.floor(workspace.clock.now() / SECOND);
  for (const changed of [{ exp: seconds - 360 }, { nbf: seconds + 360, iat: seconds + 360 }, { exp: undefined }]) {
    tampered(() => changed);
    await expectRefused(await comesBack(), before);
  }
  for (const changed of [{ exp: seconds - 30 }, { nbf: seconds + 30, iat: seconds + 30 }, { exp: seconds - 120 }, { iat: seconds + 120, nbf: seconds + 120 }]) {
    tampered(() => changed);
    expect((await comesBack()).location, JSON.stringify(changed)).toBe(`${url}/welcome`);
  }
});

test('ENT-15: a token issued five minutes ago is accepted', async () => {
  tampered(({ iat }) => ({ iat: Number(iat) - (5 * MINUTE) / SECOND, nbf: Number(iat) - (5 * MINUTE) / SECOND }));
  expect((await comesBack()).location).toBe(`${url}/welcome`);
});

test('ENT-16: the nonce of another live flow of the same browser is refused', async () => {
  const browser = new Browser();
  const other = new URL((await browser.get(`${url}/sign-in`)).location!).searchParams.get('nonce')!;
  const before = await whatStands(workspace);
  tampered(() => ({ nonce: other }));
  await expectRefused(await comesBack(browser), before);
});

test.each([
  'invalid_grant',
  'invalid_client',
  429,
  500,
  'html',
  'redirect',
  'drop',
  'huge',
  'no-id-token',
  'id-token-is-access-token',
] satisfies TokenFault[])('ENT-18, ENT-20, OP-28: a token endpoint that answers %s gives a page, and the next try works', async (fault) => {
  const browser = new Browser();
  const before = await whatStands(workspace);
  const calls = tokenCalls();
  workspace.tenant.faults.token = fault;

  await expectRefused(await comesBack(browser), before);

  expect(tokenCalls() - calls).toBeLessThanOrEqual(2);
  expect(workspace.tenant.requests.filter(({ kind }) => kind === 'elsewhere')).toEqual([]);
  workspace.tenant.faults.token = undefined;
  expect((await comesBack(browser)).location).toBe(`${url}/welcome`);
});

test('ENT-20: a failed token call consumes no invitation; the flow can be begun again', async () => {
  const ivy = somebody(workspace);
  const { joinUrl } = await invited(workspace, ivy.address);
  const { browser, callback } = await aboutToRedeem(joinUrl, ivy.key);
  const before = await whatStands(workspace);
  workspace.tenant.faults.token = 500;
  const answer = await browser.get(callback);
  await expectRefused(answer, before);

  workspace.tenant.faults.token = undefined;
  const again = /href="(\/sign-in\?invitation=[^"]+)"/.exec(answer.text)![1]!;
  expect((await browser.signIn(url + again.replaceAll('&amp;', '&'), ivy.key)).url).toBe(`${url}/welcome`);
  expect(await isMember(workspace, ivy)).toBe(true);
});

test('ENT-20, OP-04: a token endpoint that hangs is left after ten seconds', async () => {
  const before = await whatStands(workspace);
  const browser = new Browser();
  const callback = await atCallback(`${url}/sign-in`, 'mia', browser);
  workspace.tenant.faults.token = 'hang';
  const start = performance.now();
  await expectRefused(await browser.get(callback), before);
  expect(performance.now() - start).toBeLessThan(11_000);
});

test('ENT-21, SES-01: a sign-in replaces the session: another id, and the old one is dead', async () => {
  const browser = new Browser();
  await comesBack(browser);
  const session = () => browser.cookies.of(url).find(({ name }) => name.endsWith('session'))!;
  const old = session();
  await comesBack(browser);

  expect(session().value).not.toBe(old.value);
  const thief = new Browser();
  thief.cookies.set(url, old.name, old.value);
  expect((await thief.get(`${url}/welcome`)).status).toBe(401);
  const fixed = new Browser();
  fixed.cookies.set(url, old.name, 'f'.repeat(43));
  await comesBack(fixed);
  expect(fixed.cookies.of(url).find(({ name }) => name === old.name)!.value).not.toBe('f'.repeat(43));
});

test('ENT-24: after the provider has rotated its keys the next sign-in works, with one fetch of the set', async () => {
  await comesBack();
  workspace.clock.advance(10 * MINUTE);
  await workspace.tenant.rotateKeys();
  const calls = keyCalls();
  expect((await comesBack()).location).toBe(`${url}/welcome`);
  expect((await comesBack()).location).toBe(`${url}/welcome`);
  expect(keyCalls() - calls).toBe(1);
});

test('ENT-10, OP-02: a token without kid is refused when several keys are published', async () => {
  await workspace.tenant.rotateKeys();
  workspace.clock.advance(10 * MINUTE);
  await comesBack();
  const before = await whatStands(workspace);
  workspace.tenant.faults.idToken = HOSTILE_HEADERS.find(({ name }) => name === DOUBTFUL)!.tamper;
  await expectRefused(await comesBack(), before);
});

test('ENT-25: with the key endpoint down for an hour, sign-ins with known keys still work', async () => {
  workspace.tenant.faults.keys = 'down';
  workspace.clock.advance(60 * MINUTE);
  expect((await comesBack()).location).toBe(`${url}/welcome`);
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
