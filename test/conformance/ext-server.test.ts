import { CHROMIUM_EXTENSION_ID } from '@doorstep/shared/extension-ids';
import { SECOND } from '@doorstep/shared/time';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import { authorization, codeOf, connectExtension, connectedApi, REDIRECT_URI, requestToken } from './extension-client.ts';
import { memberOf, signsIn } from './stories.ts';
import { countOf, stateOf } from './web-visit.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
let url: string;
beforeAll(async () => {
  workspace = await openWorkspace();
  url = workspace.url;
});
afterAll(() => workspace.stop());

const authorize = (query: Record<string, string>, browser = workspace.administrator) =>
  browser.get(`${url}/connect/authorize?${new URLSearchParams(query)}`);
const allow = (query: Record<string, string>) => workspace.administrator.post(`${url}/connect/authorize`, query);
async function granted(changed: Record<string, string> = {}) {
  const { verifier, query } = authorization(changed);
  const answer = await allow(query);
  return { verifier, code: codeOf(answer), state: new URL(answer.location!).searchParams.get('state'), query };
}
const without = (name: string) => {
  const { query } = authorization();
  delete query[name];
  return query;
};

test.each([
  ['an unknown client', { client_id: 'a'.repeat(32) }],
  ['a foreign redirect', { redirect_uri: 'https://evil.example/' }],
  ['a redirect with something behind the slash', { redirect_uri: `${REDIRECT_URI}x` }],
  ['a redirect without the slash', { redirect_uri: REDIRECT_URI.slice(0, -1) }],
  ['a redirect with a query', { redirect_uri: `${REDIRECT_URI}?x=1` }],
  ['a redirect with a fragment', { redirect_uri: `${REDIRECT_URI}#` }],
  ['http', { redirect_uri: REDIRECT_URI.replace('https', 'http') }],
  ['upper case', { redirect_uri: REDIRECT_URI.toUpperCase() }],
  ['another extension`s redirect', { redirect_uri: `https://${'a'.repeat(32)}.chromiumapp.org/` }],
  ['a user in the address', { redirect_uri: REDIRECT_URI.replace('https://', 'https://x@') }],
  ['no state', { state: '' }],
])('EXT-10: %s gets a 400 page, no redirect and no code', async (_, changed) => {
  const { query } = authorization(changed);
  for (const answer of [await authorize(query), await allow(query)]) {
    expect([answer.status, answer.location]).toEqual([400, undefined]);
  }
  expect(await countOf(workspace, 'connect_codes WHERE used_at IS NULL')).toBe(0);
});

test.each([
  ['the plain method', { code_challenge_method: 'plain' }, 'invalid_request'],
  ['a short challenge', { code_challenge: 'short' }, 'invalid_request'],
  ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
  ['a scope', { scope: 'everything' }, 'invalid_scope'],
])('EXT-10: %s goes back with the error, the state and no code', async (_, changed, error) => {
  const { query } = authorization(changed);
  const back = new URL((await authorize(query)).location!);
  expect(back.origin + back.pathname).toBe(REDIRECT_URI);
  expect([back.searchParams.get('error'), back.searchParams.get('state')]).toEqual([error, query.state]);
  expect(back.searchParams.has('code')).toBe(false);
});

test('EXT-10: state and PKCE are compulsory', async () => {
  expect((await authorize(without('state'))).status).toBe(400);
  for (const name of ['code_challenge', 'code_challenge_method']) {
    const back = new URL((await authorize(without(name))).location!);
    expect([name, back.searchParams.get('error'), back.searchParams.has('code')]).toEqual([name, 'invalid_request', false]);
  }
  const twice = `${new URLSearchParams(authorization().query)}&redirect_uri=${encodeURIComponent('https://evil.example/')}`;
  expect((await workspace.administrator.get(`${url}/connect/authorize?${twice}`)).status).toBe(400);
});

test('EXT-10: a code needs its verifier, its redirect and its client, and works for 60 seconds', async () => {
  const { verifier, code } = await granted();
  const browsers = await countOf(workspace, 'connected_browsers');
  const wrong: Record<string, string>[] = [
    { code, code_verifier: authorization().verifier },
    { code, code_verifier: verifier, redirect_uri: 'https://evil.example/' },
    { code: `${code.slice(0, -1)}${code.endsWith('A') ? 'B' : 'A'}`, code_verifier: verifier },
    { code: '', code_verifier: verifier },
  ];
  for (const fields of wrong)
    expect(await requestToken(url, fields)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  const malformed = { code, code_verifier: 'short' };
  expect(await requestToken(url, malformed)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  const password = { code, code_verifier: verifier, grant_type: 'password' };
  expect(await requestToken(url, password)).toMatchObject({ status: 400, body: { error: 'unsupported_grant_type' } });
  const foreign = await requestToken(url, { code, code_verifier: verifier }, `chrome-extension://${'a'.repeat(32)}`);
  expect(foreign).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  workspace.clock.advance(60 * SECOND);
  expect((await requestToken(url, { code, code_verifier: verifier })).status).toBe(400);
  expect(await countOf(workspace, 'connected_browsers')).toBe(browsers);
});

test('EXT-10: the second use of a code ends the token of the first', async () => {
  const { verifier, code } = await granted();
  const first = await requestToken(url, { code, code_verifier: verifier });
  expect(first.body).toMatchObject({ token_type: 'Bearer', expires_in: 90 * 24 * 60 * 60 });
  const api = connectedApi(url, first.body.access_token);
  expect((await api('GET', '/me')).status).toBe(200);
  expect(await requestToken(url, { code, code_verifier: verifier })).toMatchObject({
    status: 400,
    body: { error: 'invalid_grant' },
  });
  expect((await api('GET', '/me')).status).toBe(401);
});

test('EXT-10: a code used twenty times at once connects at most one browser', async () => {
  const { verifier, code } = await granted();
  const before = await countOf(workspace, "audit_events WHERE what = 'browser.connected'");
  const answers = await Promise.all(Array.from({ length: 20 }, () => requestToken(url, { code, code_verifier: verifier })));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(await countOf(workspace, "audit_events WHERE what = 'browser.connected'")).toBe(before + 1);
});

test('EXT-10: two flows at once do not mix: each has its state, its code and its verifier', async () => {
  const [one, two] = await Promise.all([granted(), granted()]);
  expect([one.state, two.state]).toEqual([one.query.state, two.query.state]);
  expect((await requestToken(url, { code: one.code, code_verifier: two.verifier })).status).toBe(400);
  const tokens = [
    await requestToken(url, { code: one.code, code_verifier: one.verifier }),
    await requestToken(url, { code: two.code, code_verifier: two.verifier }),
  ];
  expect(tokens.map(({ status }) => status)).toEqual([200, 200]);
  expect(tokens[0]!.body.access_token).not.toBe(tokens[1]!.body.access_token);
});

test('EXT-10: only an administrator connects: others go back with access_denied', async () => {
  const member = await memberOf(workspace, 'mia');
  const before = await stateOf(workspace);
  const { query } = authorization();
  for (const answer of [await authorize(query, member), await member.post(`${url}/connect/authorize`, query)]) {
    const back = new URL(answer.location!);
    expect([back.origin + back.pathname, back.searchParams.get('error')]).toEqual([REDIRECT_URI, 'access_denied']);
    expect(back.searchParams.get('state')).toBe(query.state);
  }
  const cancelled = new URL((await allow({ ...query, answer: 'cancel' })).location!);
  expect(cancelled.searchParams.get('error')).toBe('access_denied');
  expect(await stateOf(workspace)).toBe(before);
});

test('EXT-11: a revoked token is 401 at once, for reads and writes; revoking says 200 always', async () => {
  const api = await connectExtension(url, workspace.administrator);
  const revoke = (token: string) => fetch(`${url}/connect/revoke`, { method: 'POST', body: new URLSearchParams({ token }) });
  expect((await api('GET', '/summary')).status).toBe(200);
  const etag = (await api('GET', '/summary')).headers.get('etag')!;
  expect((await revoke(api.token)).status).toBe(200);
  expect((await api('GET', '/summary', undefined, { 'if-none-match': etag })).status).toBe(401);
  const refused = await api('POST', '/invitation-batches', { recipients: [{ email: 'x@contoso.example' }] });
  expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  for (const token of [api.token, 'nonsense', '']) expect((await revoke(token)).status).toBe(200);
  expect(await countOf(workspace, "invitations WHERE address = 'x@contoso.example'")).toBe(0);
});

test('EXT-10: the flow begins the sign-in of whoever is nobody, and comes back to *Connect*', async () => {
  const browser = new Browser();
  const { query } = authorization();
  const page = await browser.signIn(`${url}/connect/authorize?${new URLSearchParams(query)}`, 'sam');
  expect([page.status, new URL(page.url).pathname]).toEqual([200, '/connect/authorize']);
  expect(page.headers.get('content-security-policy')).toContain(
    `form-action 'self' https://${CHROMIUM_EXTENSION_ID}.chromiumapp.org`,
  );
  expect((await signsIn(workspace, 'sam', browser)).page.headers.get('content-security-policy')).not.toContain('chromiumapp');
});
