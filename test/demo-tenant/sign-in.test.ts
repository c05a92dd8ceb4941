import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DemoTenant, startDemoTenant } from './demo-tenant.ts';
import { FABRIKAM, NORTHWIND } from './people.ts';
import { type Attempt, beginAttempt, CALLBACK, postToken, redeemCode, verifyIdToken } from './relying-party.ts';
import { Browser, signInAt } from './sign-in-client.ts';

let tenant: DemoTenant;

beforeAll(async () => {
  // A secret that fails wherever credentials are not form-encoded (ENT-31).
  tenant = await startDemoTenant({ redirectUris: [CALLBACK], clientSecret: 'a%2F+b:c/d~e' });
});
afterAll(() => tenant.stop());

async function idTokenOf(attempt: Attempt, callback: string, issuer?: string) {
  const answer = await (await redeemCode(tenant, attempt, callback)).json();
  return verifyIdToken(tenant, answer.id_token, issuer);
}

async function signIn(personKey: string, extra: Record<string, string> = {}, issuer?: string) {
  const attempt = beginAttempt(tenant, extra);
  const callback = await signInAt(tenant, attempt.url, personKey);
  return { attempt, callback, ...(await idTokenOf(attempt, callback, issuer)) };
}

describe('the code flow', () => {
  test('a member comes back with state and a token dated as Entra dates it', async () => {
    const { attempt, callback, payload, protectedHeader } = await signIn('mia');
    const query = new URL(callback).searchParams;
    expect(query.get('state')).toBe(attempt.state);
    expect(query.has('iss')).toBe(false);
    expect(protectedHeader).toMatchObject({ typ: 'JWT', alg: 'RS256' });
    expect(payload).toMatchObject({
      ver: '2.0',
      iss: tenant.issuer,
      aud: tenant.clientId,
      tid: tenant.tenantId,
      name: 'Mia Novák',
      preferred_username: 'mia@contoso.example',
      email: 'mia@contoso.example',
      xms_edov: true,
      acct: 0,
      nonce: attempt.nonce,
    });
    expect(payload.exp! - payload.iat!).toBe(3900);
    expect(payload.nbf).toBe(payload.iat);
    expect(payload).not.toHaveProperty('at_hash');
    expect(payload).not.toHaveProperty('idp');
    expect(payload.sub).not.toBe(payload.oid);
    expect(payload.sid).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('the same person has the same subject again, another person another', async () => {
    const subjects = [await signIn('mia'), await signIn('mia'), await signIn('ana')].map(({ payload }) => payload.sub);
    expect(subjects[0]).toBe(subjects[1]);
    expect(subjects[2]).not.toBe(subjects[0]);
  });

  test('the guest comes with our issuer and the home identity provider', async () => {
    const { payload } = await signIn('tom');
    expect(payload).toMatchObject({ tid: tenant.tenantId, idp: `https://sts.windows.net/${FABRIKAM}/`, acct: 1 });
  });

  test('the person of another tenant comes with that issuer, validly signed', async () => {
    const { payload } = await signIn('olga', {}, `${tenant.origin}/${NORTHWIND}/v2.0`);
    expect(payload.tid).toBe(NORTHWIND);
  });

  test('an address nobody proved has no xms_edov; somebody without mailbox has no email', async () => {
    const [ben, jo] = [(await signIn('ben')).payload, (await signIn('jo')).payload];
    expect(ben.email).toBe('ben@contoso.example');
    expect(ben).not.toHaveProperty('xms_edov');
    expect(jo).not.toHaveProperty('email');
    expect(jo).not.toHaveProperty('xms_edov');
  });

  test('a person a test adds can sign in, with claims of its own', async () => {
    tenant.addPerson({ key: 'kim', name: 'Kim', extraClaims: { roles: ['admin'] } });
    expect((await signIn('kim')).payload).toMatchObject({ name: 'Kim', email: 'kim@contoso.example', roles: ['admin'] });
  });

  test('a redirect URI added later is accepted, an unknown one ends on a page', async () => {
    const elsewhere = 'http://localhost:4001/sign-in/callback';
    const refused = await new Browser().get(beginAttempt(tenant, { redirect_uri: elsewhere }).url);
    expect(refused.status).toBe(400);
    tenant.addRedirectUri(elsewhere);
    const callback = await signInAt(tenant, beginAttempt(tenant, { redirect_uri: elsewhere }).url, 'mia');
    expect(callback).toMatch(`${elsewhere}?code=`);
  });

  test('the secret is taken in the form too', async () => {
    const attempt = beginAttempt(tenant);
    const code = new URL(await signInAt(tenant, attempt.url, 'mia')).searchParams.get('code')!;
    const { clientId: client_id, clientSecret: client_secret } = tenant;
    const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: attempt.verifier };
    expect((await postToken(tenant, { ...form, client_id, client_secret })).status).toBe(200);
  });

  test('a request without PKCE is sent back with an error', async () => {
    const url = new URL(beginAttempt(tenant).url);
    url.searchParams.delete('code_challenge');
    url.searchParams.delete('code_challenge_method');
    const answer = await new Browser().get(url.href);
    expect(new URL(answer.location!).searchParams.get('error')).toBe('invalid_request');
  });
});

describe('refusals of the token endpoint, in Entra’s shape', () => {
  const cases: [string, number, string, (attempt: Attempt, callback: string) => Promise<Response>][] = [
    ['a code used twice', 54005, 'invalid_grant', async (a, c) => redeemCode(tenant, a, c).then(() => redeemCode(tenant, a, c))],
    ['another verifier', 501481, 'invalid_grant', (a, c) => redeemCode(tenant, a, c, { code_verifier: 'x'.repeat(43) })],
    ['another redirect URI', 500112, 'invalid_grant', (a, c) => redeemCode(tenant, a, c, { redirect_uri: `${CALLBACK}/` })],
    ['an unknown code', 70000, 'invalid_grant', (a, c) => redeemCode(tenant, a, c, { code: 'made-up' })],
    [
      'a wrong secret',
      7000215,
      'invalid_client',
      () => postToken(tenant, { client_id: tenant.clientId, client_secret: 'wrong' }),
    ],
    ['an unknown application', 700016, 'invalid_client', () => postToken(tenant, { client_id: 'nobody', client_secret: 'x' })],
    ['a browser', 9002327, 'invalid_request', () => postToken(tenant, {}, { origin: 'http://localhost:3999' })],
  ];

  test.each(cases)('%s is refused as AADSTS%i', async (_, number, error, send) => {
    const attempt = beginAttempt(tenant);
    const answer = await send(attempt, await signInAt(tenant, attempt.url, 'mia'));
    expect(answer.status).toBeGreaterThanOrEqual(400);
    const body = await answer.json();
    expect(body).toMatchObject({
      error,
      error_codes: [number],
      trace_id: expect.any(String),
      correlation_id: expect.any(String),
    });
    expect(body.error_description).toMatch(new RegExp(`^AADSTS${number}: `));
  });
});

describe('who is asked, and when', () => {
  test('with a session and no prompt nobody is asked', async () => {
    const browser = new Browser();
    await browser.signInAt(beginAttempt(tenant).url, 'mia');
    const attempt = beginAttempt(tenant);
    const again = await browser.follow(await browser.get(attempt.url), (location) => location.startsWith(CALLBACK));
    expect((await idTokenOf(attempt, again.location!)).payload.name).toBe('Mia Novák');
  });

  test('select_account asks although there is a session, and changes the account', async () => {
    const browser = new Browser();
    await browser.signInAt(beginAttempt(tenant).url, 'mia');
    const attempt = beginAttempt(tenant, { prompt: 'select_account' });
    const page = await browser.get(attempt.url, { follow: true });
    expect(page.text).toContain('Pick an account');
    const picked = await browser.follow(await browser.post(page.url, { account: 'ana' }), (location) =>
      location.startsWith(CALLBACK),
    );
    expect((await idTokenOf(attempt, picked.location!)).payload.name).toBe('Ana Lima');
    const silent = beginAttempt(tenant);
    expect((await idTokenOf(silent, await browser.signInAt(silent.url, 'nobody'))).payload.name).toBe('Ana Lima');
  });

  test('a login_hint of the account signed in is silent; of another it shows that one first', async () => {
    const browser = new Browser();
    await browser.signInAt(beginAttempt(tenant).url, 'mia');
    const silent = beginAttempt(tenant, { login_hint: 'MIA@contoso.example' });
    expect(await browser.signInAt(silent.url, 'nobody')).toMatch(CALLBACK);
    const other = beginAttempt(tenant, { login_hint: 'ana@contoso.example' });
    const page = await browser.get(other.url, { follow: true });
    expect(page.text).toContain('Sign in as Ana Lima');
    expect(page.text).not.toContain('Ben Walsh');
    const everybody = await browser.get(`${page.url}?account=another`);
    expect(everybody.text).toContain('Ben Walsh');
    const picked = await browser.follow(await browser.post(page.url, { account: 'ana' }), (location) =>
      location.startsWith(CALLBACK),
    );
    expect((await idTokenOf(other, picked.location!)).payload.name).toBe('Ana Lima');
  });

  test('the login_hint claim of a token is a hint as well', async () => {
    const { payload } = await signIn('jo');
    const page = await new Browser().get(beginAttempt(tenant, { login_hint: String(payload.login_hint) }).url, { follow: true });
    expect(page.text).toContain('Sign in as Jo Ferreira');
  });

  test('prompt=login asks again, and max_age brings auth_time', async () => {
    const browser = new Browser();
    await browser.signInAt(beginAttempt(tenant).url, 'mia');
    const attempt = beginAttempt(tenant, { prompt: 'login', max_age: '0' });
    const page = await browser.get(attempt.url, { follow: true });
    expect(page.text).toContain('Sign in as Mia Novák');
    const callback = await browser.follow(await browser.post(page.url, { account: 'mia' }), (location) =>
      location.startsWith(CALLBACK),
    );
    const { payload } = await idTokenOf(attempt, callback.location!);
    expect(Math.abs(Number(payload.auth_time) - Date.now() / 1000)).toBeLessThan(10);
  });

  test('max_age is honoured without prompt: an old session is asked again', async () => {
    const browser = new Browser();
    await browser.signInAt(beginAttempt(tenant).url, 'mia');
    const page = await browser.get(beginAttempt(tenant, { max_age: '0' }).url, { follow: true });
    expect(page.text).toContain('Sign in as Mia Novák');
  });

  test('prompt=none without a session comes back with login_required', async () => {
    const answer = await new Browser().get(beginAttempt(tenant, { prompt: 'none' }).url);
    const query = new URL(answer.location!).searchParams;
    expect(query.get('error')).toBe('login_required');
    expect(query.get('error_description')).toMatch(/^AADSTS50058/);
  });

  test('Cancel comes back with access_denied and Entra’s number', async () => {
    const browser = new Browser();
    const attempt = beginAttempt(tenant);
    const page = await browser.get(attempt.url, { follow: true });
    const back = await browser.follow(await browser.post(page.url, { cancel: 'yes' }), (location) =>
      location.startsWith(CALLBACK),
    );
    const query = new URL(back.location!).searchParams;
    expect(query.get('error')).toBe('access_denied');
    expect(query.get('error_description')).toMatch(/^AADSTS65004/);
    expect(query.get('state')).toBe(attempt.state);
  });

  test.each([
    ['nobody is signed in', 'mia', {}],
    ['nobody is signed in, two people', 'ana', {}],
    ['somebody is signed in, two people', 'ana', { prompt: 'select_account' }],
  ])('two tabs of one browser both arrive, in either order: %s', async (_, other, extra) => {
    const browser = new Browser();
    if ('prompt' in extra) await browser.signInAt(beginAttempt(tenant).url, 'ben');
    const attempts = [beginAttempt(tenant, extra), beginAttempt(tenant, extra)];
    const pages = await Promise.all(attempts.map((attempt) => browser.get(attempt.url, { follow: true })));
    for (const index of [1, 0]) {
      const picked = await browser.post(pages[index]!.url, { account: index === 0 ? 'mia' : other });
      const back = await browser.follow(picked, (location) => location.startsWith(CALLBACK));
      expect((await idTokenOf(attempts[index]!, back.location!)).payload.nonce).toBe(attempts[index]!.nonce);
    }
  });

  test('the sign-in page of another browser is of no use', async () => {
    const page = await new Browser().get(beginAttempt(tenant).url, { follow: true });
    expect((await new Browser().post(page.url, { account: 'mia' })).status).toBe(400);
  });

  test('signing out ends the session and leads back', async () => {
    const browser = new Browser();
    await browser.signInAt(beginAttempt(tenant).url, 'mia');
    const home = 'http://localhost:3999/';
    const out = await browser.get(
      `${tenant.origin}/${tenant.tenantId}/oauth2/v2.0/logout?post_logout_redirect_uri=${encodeURIComponent(home)}&logout_hint=x`,
    );
    const [, action] = /action="([^"]+)"/.exec(out.text)!;
    const [, xsrf] = /name="xsrf" value="([^"]+)"/.exec(out.text)!;
    const left = await browser.post(action!, { xsrf: xsrf!, logout: 'yes' });
    expect(left.location).toBe(home);
    const page = await browser.get(beginAttempt(tenant).url, { follow: true });
    expect(page.text).toContain('Pick an account');
  });
});

describe('starting', () => {
  test('a port in use rejects', async () => {
    const taken = startDemoTenant({ redirectUris: [], listen: new URL(tenant.origin).host });
    await expect(taken).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('two tenants live side by side, each by its own clock', async () => {
    const yesterday = Date.now() - 86_400_000;
    const other = await startDemoTenant({ redirectUris: [CALLBACK], now: () => yesterday });
    const attempt = beginAttempt(other);
    const answer = await redeemCode(other, attempt, await signInAt(other, attempt.url, 'mia'));
    const { id_token } = await answer.json();
    await expect(verifyIdToken(other, id_token)).rejects.toMatchObject({ code: 'ERR_JWT_EXPIRED' });
    await other.stop();
  });
});
