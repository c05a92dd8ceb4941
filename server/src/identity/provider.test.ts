import { generateKeyPair } from 'jose';
import { describe, expect, test } from 'vitest';
import { CLIENT, makeKey, memberClaims, REDIRECT_URI, sign, TENANT } from './testing/local-provider.ts';
import { useLocalProvider } from './testing/sign-in-run.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const run = useLocalProvider();

describe('start', () => {
  test('ENT-01: the sign-in goes to the discovered authorization endpoint of the tenant', async () => {
    const { url } = await run.start();
    expect(url.origin + url.pathname).toBe(run.remote.metadata.authorization_endpoint);
    expect(url.pathname).toContain(TENANT);
    expect(url.href).not.toContain('common');
  });

  test('ENT-02, ENT-03, OP-15: the request asks by code and S256 for identity and nothing else', async () => {
    const { url, attempt } = await run.start();
    const { code_challenge: challenge, ...rest } = Object.fromEntries(url.searchParams);
    expect(challenge).toMatch(/^[\w-]{43}$/);
    expect(challenge).toBe(
      Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(attempt.verifier))).toString('base64url'),
    );
    expect(rest).toEqual({
      response_type: 'code',
      response_mode: 'query',
      client_id: CLIENT,
      redirect_uri: REDIRECT_URI,
      scope: 'openid profile email',
      code_challenge_method: 'S256',
      state: attempt.state,
      nonce: attempt.nonce,
    });
  });

  test('OP-15: in 10,000 starts no state, nonce or verifier comes twice, and each has 256 bits', async () => {
    const seen = new Set<string>();
    for (let round = 0; round < 10_000; round += 1) {
      const { attempt } = await run.start();
      for (const value of Object.values(attempt)) seen.add(value);
    }
    expect(seen.size).toBe(30_000);
    expect([...seen].every((value) => /^[\w-]{43}$/.test(value))).toBe(true);
    expect(run.remote.calls.length).toBe(1);
  }, 30_000);

  test('ENT-04: login_hint and select_account never appear together', async () => {
    const hinted = (await run.start({ loginHint: 'mia@contoso.example' })).url.searchParams;
    expect([hinted.get('login_hint'), hinted.get('prompt')]).toEqual(['mia@contoso.example', null]);
    const chosen = (await run.start({ loginHint: 'mia@contoso.example', prompt: 'select_account' })).url.searchParams;
    expect([chosen.get('login_hint'), chosen.get('prompt')]).toEqual([null, 'select_account']);
  });

  test('SES-13: a fresh sign-in asks for the password and says how old it may be', async () => {
    const { url } = await run.start({ prompt: 'login', maxAge: 300_000 });
    expect([url.searchParams.get('prompt'), url.searchParams.get('max_age')]).toEqual(['login', '300']);
  });

  test('signing out at the provider leads back to us, once the provider is known', async () => {
    expect(run.provider.signOutUrl('https://door.example/')).toBeNull();
    await run.start();
    const url = new URL(run.provider.signOutUrl('https://door.example/')!);
    expect(url.origin + url.pathname).toBe(run.remote.metadata.end_session_endpoint);
    expect(url.searchParams.get('post_logout_redirect_uri')).toBe('https://door.example/');
  });
});

describe('tokens and keys on the whole way', () => {
  test('ENT-18, OP-06: an access token in place of the ID token is refused', async () => {
    const started = await run.start();
    const { nonce: _, ...claims } = memberClaims(run.remote.issuer, '', run.now);
    run.willSend(await sign(run.remote.key, { ...claims, aud: '00000003-0000-0000-c000-000000000000' }));
    expect(await run.finish(started)).toMatchObject({ because: 'token-not-valid' });
    run.willSend(await sign(run.remote.key, { ...claims, nonce: started.attempt.nonce, scp: 'User.Read' }, { typ: 'at+jwt' }));
    expect(await run.finish(started)).toMatchObject({ because: 'token-not-valid' });
  });

  test('ENT-24: after a rotation the next sign-in works and fetches the keys once', async () => {
    const first = await run.start();
    await run.willSignIn(first);
    await run.finish(first);
    const rotated = await makeKey('k2');
    run.remote.jwks = [rotated.publicJwk];
    const second = await run.start();
    run.willSend(await sign(rotated, memberClaims(run.remote.issuer, second.attempt.nonce, run.now)));
    expect(await run.finish(second)).toMatchObject({ outcome: 'signed-in' });
    expect(run.remote.callsTo('/keys')).toBe(2);
  });

  test('ENT-25: with the key endpoint down for an hour sign-ins still work; without any keys it is an outage', async () => {
    const first = await run.start();
    await run.willSignIn(first);
    await run.finish(first);
    run.remote.answers.keys = (_request, response) => void response.destroy();
    run.now += HOUR + MINUTE;
    const second = await run.start();
    await run.willSignIn(second);
    expect(await run.finish(second)).toMatchObject({ outcome: 'signed-in' });
    run.provider = run.providerFor(run.remote.issuer);
    const third = await run.start();
    await run.willSignIn(third);
    expect(await run.finish(third)).toMatchObject({ because: 'provider-unreachable' });
  });

  test('ENT-10: a forged token is refused on the whole way', async () => {
    const started = await run.start();
    const { privateKey } = await generateKeyPair('RS256');
    run.willSend(await sign({ ...run.remote.key, privateKey }, memberClaims(run.remote.issuer, started.attempt.nonce, run.now)));
    expect(await run.finish(started)).toMatchObject({ because: 'token-not-valid', detail: 'ID token: the signature is wrong' });
  });
});
