import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type DemoTenant, startDemoTenant } from './demo-tenant.ts';
import type { TokenFault } from './faults.ts';
import { HOSTILE_CLAIMS, HOSTILE_HEADERS } from './hostile.ts';
import { type Attempt, beginAttempt, CALLBACK, redeemCode, verifyIdToken } from './relying-party.ts';
import { signInAt } from './sign-in-client.ts';

let tenant: DemoTenant;
let attempt: Attempt;
let callback: string;

beforeAll(async () => {
  tenant = await startDemoTenant({ redirectUris: [CALLBACK] });
});
afterAll(() => tenant.stop());
afterEach(() => {
  Object.assign(tenant.faults, { idToken: undefined, token: undefined, keys: undefined, discovery: undefined });
});

async function aCallback() {
  attempt = beginAttempt(tenant);
  callback = await signInAt(tenant, attempt.url, 'mia');
}

async function idToken(): Promise<string> {
  await aCallback();
  const body = await (await redeemCode(tenant, attempt, callback)).json();
  return body.id_token;
}

function document(path: string) {
  return fetch(`${tenant.origin}/${tenant.tenantId}/${path}`);
}

describe('the token endpoint in trouble', () => {
  const answers: [TokenFault, number, string][] = [
    ['invalid_grant', 400, 'invalid_grant'],
    ['invalid_client', 401, 'invalid_client'],
    [429, 429, 'temporarily_unavailable'],
    [500, 500, 'server_error'],
    [503, 503, 'server_error'],
  ];

  test.each(answers)('%s: status %i with Entra’s body, and the code is still good afterwards', async (fault, status, error) => {
    await aCallback();
    tenant.faults.token = fault;
    const answer = await redeemCode(tenant, attempt, callback);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ error, error_description: expect.stringMatching(/^AADSTS\d+: /) });
    tenant.faults.token = undefined;
    expect((await redeemCode(tenant, attempt, callback)).status).toBe(200);
  });

  test('html: a page where JSON should be', async () => {
    await aCallback();
    tenant.faults.token = 'html';
    const answer = await redeemCode(tenant, attempt, callback);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html']);
  });

  test('redirect: whoever follows is seen', async () => {
    await aCallback();
    tenant.faults.token = 'redirect';
    const answer = await redeemCode(tenant, attempt, callback);
    expect(answer.status).toBe(307);
    expect(tenant.requests.at(-1)?.kind).toBe('token');
    await fetch(answer.headers.get('location')!, { method: 'POST' });
    expect(tenant.requests.at(-1)?.kind).toBe('elsewhere');
  });

  test.each(['hang', 'drip'] as const)('%s: no answer within the caller’s time', async (fault) => {
    tenant.faults.token = fault;
    const url = `${tenant.origin}/${tenant.tenantId}/oauth2/v2.0/token`;
    const body = fetch(url, { method: 'POST', signal: AbortSignal.timeout(300) }).then((answer) => answer.text());
    await expect(body).rejects.toThrow(/timeout/);
  });

  test('drop: the connection is cut', async () => {
    await aCallback();
    tenant.faults.token = 'drop';
    await expect(redeemCode(tenant, attempt, callback)).rejects.toThrow('fetch failed');
  });

  test('huge: 20 MB come', async () => {
    await aCallback();
    tenant.faults.token = 'huge';
    expect((await (await redeemCode(tenant, attempt, callback)).text()).length).toBeGreaterThan(20_000_000);
  });

  test('no-id-token: everything but that', async () => {
    tenant.faults.token = 'no-id-token';
    expect(await idToken()).toBeUndefined();
  });

  test('id-token-is-access-token: validly signed, for another audience', async () => {
    tenant.faults.token = 'id-token-is-access-token';
    await expect(verifyIdToken(tenant, await idToken())).rejects.toMatchObject({
      code: 'ERR_JWT_CLAIM_VALIDATION_FAILED',
      claim: 'aud',
    });
  });

  test('a function rewrites the answer', async () => {
    tenant.faults.token = (body) => ({ ...body, id_token: 7 });
    expect(await idToken()).toBe(7);
  });
});

describe('ID tokens tampered with', () => {
  /** What jose alone lets pass (entra.md 8.8): the relying party's own checks have to refuse these. */
  const PASSES_JOSE = [
    'no kid',
    'no tid',
    'ver 1.0',
    'tid of another tenant under our issuer',
    'tid of personal accounts',
    'aud us and a stranger',
    'nonce of another sign-in',
    'nonce a number',
    'nonce a list',
    ...['sub', 'tid', 'oid'].flatMap((name) =>
      ['empty', 'a number', 'a list', 'an object', 'of 10 kB'].map((what) => `${name} ${what}`),
    ),
  ];

  test.each([...HOSTILE_HEADERS, ...HOSTILE_CLAIMS])('$name', async ({ name, verdict, tamper }) => {
    tenant.faults.idToken = tamper;
    const passes = await verifyIdToken(tenant, await idToken()).then(
      () => true,
      () => false,
    );
    expect(passes).toBe(verdict !== 'refuse' || PASSES_JOSE.includes(name));
  });

  test('off again: an honest token', async () => {
    expect((await verifyIdToken(tenant, await idToken())).payload.name).toBe('Mia Novák');
  });
});

describe('keys and discovery', () => {
  test('discovery is Entra’s, at our origin', async () => {
    const found = await (await document('v2.0/.well-known/openid-configuration')).json();
    expect(found).toMatchObject({
      issuer: tenant.issuer,
      authorization_endpoint: `${tenant.origin}/${tenant.tenantId}/oauth2/v2.0/authorize`,
      msgraph_host: new URL(tenant.origin).host,
      subject_types_supported: ['pairwise'],
    });
    expect(found).not.toHaveProperty('authorization_response_iss_parameter_supported');
  });

  test('another tenant’s discovery is refused', async () => {
    const answer = await fetch(`${tenant.origin}/common/v2.0/.well-known/openid-configuration`);
    expect([answer.status, (await answer.json()).error_codes]).toEqual([400, [90002]]);
  });

  test('every key names its issuer and nothing private', async () => {
    const { keys } = await (await document('discovery/v2.0/keys')).json();
    for (const key of keys) {
      expect(key).toMatchObject({ kty: 'RSA', use: 'sig', issuer: tenant.issuer });
      expect(key).not.toHaveProperty('d');
    }
  });

  test('after a rotation a new key signs, and tokens of the one before still verify', async () => {
    const before = await idToken();
    await tenant.rotateKeys();
    const after = await idToken();
    const [old, fresh] = [await verifyIdToken(tenant, before), await verifyIdToken(tenant, after)];
    expect(fresh.protectedHeader.kid).not.toBe(old.protectedHeader.kid);
    await tenant.rotateKeys();
    await expect(verifyIdToken(tenant, before)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
  });

  test('both can be down, or say something else', async () => {
    Object.assign(tenant.faults, { keys: 'down', discovery: 'down' });
    expect((await document('discovery/v2.0/keys')).status).toBe(503);
    expect((await document('v2.0/.well-known/openid-configuration')).status).toBe(503);
    tenant.faults.discovery = 'other-issuer';
    expect((await (await document('v2.0/.well-known/openid-configuration')).json()).issuer).not.toBe(tenant.issuer);
    tenant.faults.keys = () => ({ keys: [] });
    expect(await (await document('discovery/v2.0/keys')).json()).toEqual({ keys: [] });
  });

  test('the calls of machines are counted', async () => {
    const count = () => tenant.requests.filter((request) => request.kind === 'keys').length;
    const before = count();
    await document('discovery/v2.0/keys');
    expect(count()).toBe(before + 1);
  });
});
