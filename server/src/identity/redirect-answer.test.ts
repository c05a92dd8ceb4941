import { describe, expect, test } from 'vitest';
import {
  CLIENT,
  MIA,
  memberClaims,
  OTHER_TENANT,
  REDIRECT_URI,
  SECRET,
  sendJson,
  sign,
  TENANT,
  tokensWith,
} from './testing/local-provider.ts';
import { useLocalProvider } from './testing/sign-in-run.ts';

const run = useLocalProvider();

describe('front channel', () => {
  const tokenCalls = () => run.remote.callsTo('/token');

  test('OP-01, ENT-31: a whole sign-in, with a secret that needs encoding at a strict provider', async () => {
    const started = await run.start();
    const token = await sign(run.remote.key, memberClaims(run.remote.issuer, started.attempt.nonce, run.now));
    let seen: Record<string, string> = {};
    run.remote.answers.token = (request, response, body) => {
      const [id, secret] = Buffer.from(request.headers.authorization!.replace(/^Basic /, ''), 'base64')
        .toString('latin1')
        .split(':');
      const decode = (text: string) => decodeURIComponent(text.replaceAll('+', '%20'));
      if (decode(id!) !== CLIENT || decode(secret!) !== SECRET) return sendJson(response, 401, { error: 'invalid_client' });
      seen = Object.fromEntries(new URLSearchParams(body));
      sendJson(response, 200, { ...tokensWith(token), token_type: 'bEaReR', expires_in: undefined });
    };
    expect(await run.finish(started)).toMatchObject({ outcome: 'signed-in', claims: { tenantId: TENANT, objectId: MIA } });
    expect(seen).toEqual({
      grant_type: 'authorization_code',
      code: 'the-code',
      redirect_uri: REDIRECT_URI,
      code_verifier: started.attempt.verifier,
    });
  });

  test.each<[string, (state: string) => string]>([
    ['no state', () => 'code=c'],
    ['an empty state', () => 'code=c&state='],
    ['another state', () => `code=c&state=${'s'.repeat(43)}`],
    ['a shorter state', (state) => `code=c&state=${state.slice(1)}`],
    ['two states', (state) => `code=c&state=${state}&state=${state}`],
    ['two codes', (state) => `code=c&code=d&state=${state}`],
    ['two issuers', (state) => `code=c&state=${state}&iss=a&iss=b`],
    ['an error without state', () => 'error=access_denied'],
    ['nothing', () => ''],
  ])('ENT-08: %s is refused and no token request leaves', async (_, params) => {
    const started = await run.start();
    expect(await run.finish(started, params(started.attempt.state))).toMatchObject({
      outcome: 'refused',
      because: 'unknown-attempt',
    });
    expect(tokenCalls()).toBe(0);
  });

  test('OP-07: a missing state does not equal a missing attempt', async () => {
    const empty = { state: '', nonce: '', verifier: '' };
    for (const params of ['code=c', 'code=c&state=']) {
      expect(await run.provider.finishSignIn(empty, new URLSearchParams(params))).toMatchObject({ because: 'unknown-attempt' });
    }
    expect(run.remote.calls).toEqual([]);
  });

  test('OP-12: an iss parameter of somebody else is refused before anything is sent, also with an error', async () => {
    const started = await run.start();
    await run.willSignIn(started);
    for (const iss of ['https://evil.example', '', `${run.remote.issuer}/`]) {
      expect(await run.finish(started, { iss })).toMatchObject({ because: 'token-not-valid' });
      expect(await run.finish(started, { iss, error: 'access_denied' })).toMatchObject({ because: 'token-not-valid' });
    }
    expect(tokenCalls()).toBe(0);
    expect(await run.finish(started, { iss: run.remote.issuer })).toMatchObject({ outcome: 'signed-in' });
  });

  test('OP-13: an iss parameter that is promised must come', async () => {
    run.remote.metadata.authorization_response_iss_parameter_supported = true;
    const started = await run.start();
    await run.willSignIn(started);
    expect(await run.finish(started)).toMatchObject({ because: 'token-not-valid' });
    expect(tokenCalls()).toBe(0);
    expect(await run.finish(started, { iss: run.remote.issuer })).toMatchObject({ outcome: 'signed-in' });
  });

  test.each<[string, Record<string, string>, Record<string, unknown>]>([
    [
      'declined',
      { error: 'access_denied', error_description: 'AADSTS65004: User declined' },
      { because: 'cancelled', code: '65004' },
    ],
    ['cancelled', { error: 'access_denied' }, { because: 'cancelled' }],
    [
      'not assigned',
      { error: 'access_denied', error_description: 'AADSTS50105: not assigned' },
      { because: 'not-assigned', code: '50105' },
    ],
    [
      'not assigned, as it comes too',
      { error: 'invalid_grant', error_description: 'AADSTS50105: x' },
      { because: 'not-assigned' },
    ],
    [
      'consent missing',
      { error: 'consent_required', error_description: 'AADSTS65001: x' },
      { because: 'provider-refused', code: '65001' },
    ],
    [
      'conditional access',
      { error: 'access_denied', error_description: 'AADSTS53003: x' },
      { because: 'provider-refused', code: '53003' },
    ],
    ['an outage', { error: 'temporarily_unavailable' }, { because: 'provider-unreachable' }],
    ['an unknown error', { error: 'whatever' }, { because: 'provider-refused' }],
    ['an empty error', { error: '' }, { because: 'provider-refused' }],
  ])('ENT-09: %s comes before any code and is told by its reason', async (_, params, expected) => {
    const started = await run.start();
    expect(await run.finish(started, params)).toMatchObject({ outcome: 'refused', ...expected });
    expect(tokenCalls()).toBe(0);
  });

  test('OP-21: a description with markup, 10 kB and turning characters is cut to one line for the log', async () => {
    const result = await run.finish(await run.start(), {
      error: 'x',
      error_description: `<b>\u202E\r\nset-cookie: a\u0000${'y'.repeat(10_000)}`,
    });
    if (result.outcome !== 'refused') return expect.unreachable();
    expect(result.detail).toMatch(/^x: <b> set-cookie: ay+$/);
    expect(result.detail.length).toBe(200);
  });

  test('a redirect without code or with one of 10 kB is refused', async () => {
    const started = await run.start();
    for (const code of ['', 'c'.repeat(10_000)])
      expect(await run.finish(started, { code })).toMatchObject({ because: 'token-not-valid' });
    expect(tokenCalls()).toBe(0);
  });

  test('ENT-16: a token for another live sign-in of the same browser is refused', async () => {
    const first = await run.start();
    const second = await run.start();
    await run.willSignIn(second);
    expect(await run.finish(first)).toMatchObject({ because: 'token-not-valid' });
    expect(await run.finish(second)).toMatchObject({ outcome: 'signed-in' });
  });

  test('OP-05: somebody of another tenant is named for the audit', async () => {
    const started = await run.start();
    await run.willSignIn(started, { iss: `${run.remote.origin}/${OTHER_TENANT}/v2.0`, tid: OTHER_TENANT });
    expect(await run.finish(started)).toMatchObject({
      because: 'other-tenant',
      identity: { tenantId: OTHER_TENANT, objectId: MIA },
    });
  });
});
