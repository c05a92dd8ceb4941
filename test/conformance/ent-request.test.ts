import { MINUTE, SECOND } from '@doorstep/shared/time';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rawRequest } from '../demo-tenant/raw-request.ts';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import { atCallback, invited, memberOf, signInLinkOf, signsIn, somebody } from './stories.ts';
import { openEmptyWorkspace, openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
let url: string;
beforeAll(async () => {
  workspace = await openWorkspace();
  url = workspace.url;
});
afterAll(() => workspace.stop());

/** Where `/sign-in` leads, as a URL with its parameters. */
async function begun(query = '', browser = new Browser(), headers: Record<string, string> = {}): Promise<URL> {
  const answer = await browser.get(`${url}/sign-in${query}`, { headers });
  expect(answer.status).toBe(302);
  return new URL(answer.location!);
}

test('ENT-01: a sign-in goes to the discovered endpoint of the pinned tenant, never to common', async () => {
  const { tenant } = workspace;
  const to = await begun();
  const discovered = await (await fetch(`${tenant.issuer}/.well-known/openid-configuration`)).json();

  expect(to.origin + to.pathname).toBe((discovered as { authorization_endpoint: string }).authorization_endpoint);
  expect(to.pathname).toContain(tenant.tenantId);
  expect(to.pathname).not.toMatch(/common|organizations|consumers/);
});

test('ENT-02: code with S256, a 43-character challenge; challenge, state and nonce of 128 bits or more, never the same twice (OP-15)', async () => {
  const asked = await Promise.all(Array.from({ length: 50 }, () => begun()));
  for (const { searchParams: sent } of asked) {
    expect([sent.get('response_type'), sent.get('code_challenge_method')]).toEqual(['code', 'S256']);
    expect(sent.get('code_challenge')).toMatch(/^[\w-]{43}$/);
    expect(sent.get('redirect_uri')).toBe(`${url}/sign-in/callback`);
    for (const name of ['state', 'nonce']) expect(Buffer.from(sent.get(name)!, 'base64url').length).toBeGreaterThanOrEqual(16);
  }
  for (const name of ['state', 'nonce', 'code_challenge'])
    expect(new Set(asked.map(({ searchParams }) => searchParams.get(name))).size).toBe(asked.length);
});

test('ENT-03: the scope is exactly openid profile email', async () => {
  expect((await begun()).searchParams.get('scope')).toBe('openid profile email');
});

test('ENT-04: login_hint and prompt=select_account never go together', async () => {
  const { joinUrl, id } = await invited(workspace, somebody(workspace).address);
  const browser = new Browser();
  await browser.get(joinUrl, { follow: true });
  const member = await memberOf(workspace, somebody(workspace).key);
  for (const query of ['', `?invitation=${id}`, `?invitation=${id}&account=other`, '?account=other', '?fresh']) {
    const { searchParams } = await begun(query, query.includes('invitation') ? browser : member);
    expect(searchParams.has('login_hint') && searchParams.get('prompt') === 'select_account', query).toBe(false);
  }
  expect((await begun(`?invitation=${id}`, browser)).searchParams.get('prompt')).toBe('select_account');
  expect((await begun('?account=other')).searchParams.get('prompt')).toBe('select_account');
});

test('ENT-04: whoever was approved is led back to Microsoft with a hint and is in without a question', async () => {
  const ivy = somebody(workspace);
  const { browser } = await signsIn(workspace, ivy.key);
  const [request] = await workspace.sql(`SELECT id FROM access_requests WHERE object_id = '${ivy.oid}'`);
  await workspace.api('POST', `/access-requests/${request!.id}/approve`, {});

  expect((await begun('', browser)).searchParams.get('login_hint')).toBeTruthy();
  expect((await browser.get(`${url}/waiting`, { follow: true })).url).toBe(`${url}/welcome`);
});

test.each([
  ['https://evil.example/'],
  ['//evil.example'],
  ['/\\evil.example'],
  ['\\\\evil.example'],
  ['/\tevil'],
  ['/welcome\r\nSet-Cookie: a=b'],
  ['javascript:alert(1)'],
  ['/..//evil.example'],
  ['@evil.example'],
  ['data:text/html,x'],
  ['/%2f%2fevil.example/../..//evil.example'],
  [''],
])('ENT-05, WEB-02: the return path %j leads to a page of ours', async (path) => {
  const member = new Browser();
  await signsIn(workspace, 'sam', member);
  const callback = await atCallback(`${url}/sign-in?return=${encodeURIComponent(path)}`, 'sam', member);

  const { location } = await member.get(callback);

  expect(new URL(location!).origin).toBe(url);
  if (!path.startsWith('/%2f')) expect(location).toBe(`${url}/welcome`);
});

test('ENT-05: a path of ours survives the sign-in, with its query', async () => {
  const browser = new Browser();
  const callback = await atCallback(`${url}/sign-in?return=${encodeURIComponent('/admin/users?q=mia')}`, 'sam', browser);
  expect((await browser.get(callback)).location).toBe(`${url}/admin/users?q=mia`);
});

test('ENT-06: the flow cookie is HttpOnly, Lax, lives ten minutes at most and shows neither verifier nor key', async () => {
  const { joinUrl, key } = await invited(workspace, somebody(workspace).address);
  const browser = new Browser();
  const answer = await browser.get(signInLinkOf(await browser.get(joinUrl, { follow: true })));
  const line = answer.setCookies.find((cookie) => cookie.includes('flow-'))!;

  expect(line).toMatch(/; HttpOnly/);
  expect(line).toMatch(/; SameSite=Lax/);
  expect(line).toMatch(/; Path=\//);
  expect(line).not.toMatch(/Domain/i);
  expect(Number(/Max-Age=(\d+)/.exec(line)![1])).toBeLessThanOrEqual(600);
  const sent = new URL(answer.location!).searchParams;
  const value = line.split(';')[0]!.split('=').slice(1).join('=');
  for (const text of [value, Buffer.from(value, 'base64url').toString('latin1')])
    for (const secret of [key, sent.get('nonce')!, '"verifier"', 'generation']) expect(text).not.toContain(secret);
});

test('ENT-06: over https the cookie is Secure and __Host-', async () => {
  const host = 'door.contoso.example';
  const other = await openEmptyWorkspace({ environment: { DOORSTEP_PUBLIC_URL: `https://${host}` } });
  try {
    const answer = await rawRequest(`${other.localUrl}/sign-in`, 'GET', { host });
    expect(answer.headers.getSetCookie().join()).toMatch(/^__Host-doorstep-flow-[^;]+;.*Secure/);
  } finally {
    await other.stop();
  }
});

test.each([
  ['first', 'second'],
  ['second', 'first'],
])('ENT-07, OP-10: of two sign-ins in two tabs the %s comes back before the %s, and both end well', async (first) => {
  const browser = new Browser();
  const one = await atCallback(`${url}/sign-in?return=/admin/users`, 'sam', browser);
  const two = await atCallback(`${url}/sign-in?return=/welcome`, 'sam', browser);
  const order = first === 'first' ? [one, two] : [two, one];
  const answers = [await browser.get(order[0]!), await browser.get(order[1]!)];
  expect(answers.map(({ location }) => location).sort()).toEqual([`${url}/admin/users`, `${url}/welcome`]);
});

test('OP-16: forged Host and X-Forwarded-* headers do not change the redirect URI', async () => {
  const headers = {
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    forwarded: 'host=evil.example',
    'x-original-url': '//evil.example',
  };
  expect((await begun('', new Browser(), headers)).searchParams.get('redirect_uri')).toBe(`${url}/sign-in/callback`);
  expect((await new Browser().get(`${url}/sign-in`, { headers: { host: 'evil.example' } })).status).toBe(421);
});

test('OP-11: a callback after eleven minutes took too long, and starting again keeps the invitation', async () => {
  const ivy = somebody(workspace);
  const { joinUrl, id } = await invited(workspace, ivy.address);
  const browser = new Browser();
  const callback = await atCallback(signInLinkOf(await browser.get(joinUrl, { follow: true })), ivy.key, browser);
  workspace.clock.advance(11 * MINUTE);
  const calls = tokenCalls();

  const answer = await browser.get(callback);

  expect(answer.status).toBe(403);
  expect(answer.setCookies.join()).not.toContain('session=');
  expect(tokenCalls()).toBe(calls);
  const again = await browser.get(`${url}/join/${id}`);
  workspace.clock.advance(SECOND);
  expect((await browser.signIn(signInLinkOf(again), ivy.key)).url).toBe(`${url}/welcome`);
});

const tokenCalls = () => workspace.tenant.requests.filter(({ kind }) => kind === 'token').length;
