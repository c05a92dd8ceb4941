import { describe, expect, test } from 'vitest';
import { type Answer, OTHER_TENANT, sendJson, TENANT } from './testing/local-provider.ts';
import { useLocalProvider } from './testing/sign-in-run.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const run = useLocalProvider();

describe('discovery', () => {
  test('ENT-30: another issuer than the configured one stops the sign-in and is named in the status', async () => {
    for (const issuer of [
      `${run.remote.issuer}/`,
      run.remote.issuer.replace(TENANT, OTHER_TENANT),
      '{tenantid}',
      undefined,
      [run.remote.issuer],
    ]) {
      run.remote.metadata.issuer = issuer;
      run.provider = run.providerFor(run.remote.issuer);
      expect(await run.provider.startSignIn()).toEqual({ problem: 'wrong-issuer' });
      expect(run.provider.status()).toMatchObject({ state: 'wrong-issuer', detail: expect.stringContaining(run.remote.issuer) });
    }
  });

  test('ENT-30: an issuer that names no tenant, or is not https, is not even asked', async () => {
    for (const issuer of [
      'https://login.microsoftonline.com/common/v2.0',
      `http://door.example/${TENANT}/v2.0`,
      `${run.remote.origin}/v2.0`,
      'nonsense',
      '',
    ]) {
      expect(await run.providerFor(issuer).startSignIn()).toEqual({ problem: 'wrong-issuer' });
    }
    expect(run.remote.calls).toEqual([]);
  });

  test('ENT-28, OP-19: an unreachable provider is asked again after some seconds, and is fine once it answers', async () => {
    const answer = run.remote.answers.discovery;
    run.remote.answers.discovery = (_request, response) => sendJson(response, 503, {});
    expect(run.provider.status()).toEqual({ state: 'not-yet-asked', since: run.now });
    const starts = await Promise.all(Array.from({ length: 50 }, () => run.provider.startSignIn()));
    expect(starts).toEqual(Array(50).fill({ problem: 'provider-unreachable' }));
    expect(run.provider.status()).toMatchObject({ state: 'unreachable', since: run.now });
    run.remote.answers.discovery = answer;
    expect(await run.provider.startSignIn()).toEqual({ problem: 'provider-unreachable' });
    expect(run.remote.calls.length).toBe(1);
    run.now += 5000;
    await run.start();
    expect(run.provider.status()).toEqual({ state: 'ready', since: run.now });
  });

  test('a check asks at once', async () => {
    expect(await run.provider.check()).toEqual({ state: 'ready', since: run.now });
    run.remote.metadata.issuer = 'https://evil.example/';
    run.now += 1000;
    expect(await run.provider.check()).toMatchObject({ state: 'wrong-issuer', since: run.now });
    run.now += 1000;
    expect(await run.provider.check()).toMatchObject({ state: 'wrong-issuer', since: run.now - 1000 });
    await run.start(); // what was good this morning is good until tomorrow
  });

  test('the document is looked at again after an hour, without anybody waiting', async () => {
    await run.start();
    run.now += HOUR;
    run.remote.metadata.authorization_endpoint = `${run.remote.origin}/moved`;
    expect((await run.start()).url.pathname).toContain('authorize');
    await expect.poll(async () => (await run.start()).url.pathname).toBe('/moved');
    expect(run.remote.calls.length).toBe(2);
  });

  test('a document of an hour ago serves through an outage, one of a day ago does not', async () => {
    await run.start();
    run.remote.answers.discovery = (_request, response) => void response.destroy();
    run.now += 23 * HOUR;
    await run.start();
    await expect.poll(() => run.provider.status().state).toBe('unreachable');
    run.now += HOUR;
    expect(await run.provider.startSignIn()).toEqual({ problem: 'provider-unreachable' });
  });

  test.each<[string, Record<string, unknown>]>([
    ['http elsewhere', { token_endpoint: 'http://login.example/token' }],
    ['a link-local address', { jwks_uri: 'https://169.254.169.254/keys' }],
    ['a link-local address of IPv6', { jwks_uri: 'https://[fe80::1]/keys' }],
    ['an address as one number', { jwks_uri: 'https://2852039166/keys' }],
    ['a script', { authorization_endpoint: 'javascript:alert(1)' }],
    ['a file', { jwks_uri: 'file:///etc/passwd' }],
    ['credentials', { token_endpoint: 'https://a:b@login.example/token' }],
    ['a number', { token_endpoint: 7 }],
    ['nothing', { jwks_uri: undefined }],
  ])('OP-04: an endpoint that is %s is refused', async (_, change) => {
    Object.assign(run.remote.metadata, change);
    expect(await run.provider.startSignIn()).toEqual({ problem: 'provider-unreachable' });
  });

  test.each<[string, Answer]>([
    ['HTML', (_request, response) => void response.end('<html>')],
    ['10 MB', (_request, response) => void response.end('x'.repeat(10_000_000))],
    ['a list', (_request, response) => sendJson(response, 200, [])],
    ['invalid UTF-8', (_request, response) => void response.end(Buffer.from([0x7b, 0xff, 0x7d]))],
    ['a redirect', (_request, response) => void response.writeHead(302, { location: `${run.remote.origin}/elsewhere` }).end()],
  ])('OP-04: a discovery document that is %s is refused', async (_, answer) => {
    run.remote.answers.discovery = answer;
    expect(await run.provider.startSignIn()).toEqual({ problem: 'provider-unreachable' });
    expect(run.remote.calls.length).toBe(1);
  });
});
