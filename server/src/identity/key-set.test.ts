import { exportJWK, generateKeyPair } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createKeySet, type KeySet } from './key-set.ts';
import { type LocalProvider, makeKey, OTHER_TENANT, sendJson, startLocalProvider } from './testing/local-provider.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let provider: LocalProvider;
let keySet: KeySet;
let now: number;

beforeEach(async () => {
  provider = await startLocalProvider();
  now = 1_800_000_000_000;
  const where = async () => ({ jwksUri: String(provider.metadata.jwks_uri) });
  keySet = createKeySet(where, provider.issuer, { fetch, now: () => now });
});
afterEach(() => provider.stop());

const fetches = () => provider.callsTo('/keys');
const outcomeOf = async (kid: string | undefined) => (await keySet.find(kid)).outcome;
const breakKeys = () => {
  provider.answers.keys = (_request, response) => sendJson(response, 503, {});
};

describe('rotation', () => {
  test('ENT-24: a new key works at once and costs one fetch', async () => {
    expect(await outcomeOf('k1')).toBe('key');
    provider.jwks = [(await makeKey('k2')).publicJwk];
    expect(await outcomeOf('k2')).toBe('key');
    expect(await outcomeOf('k2')).toBe('key');
    expect(fetches()).toBe(2);
  });

  test('OP-17: two rotations within 5 s work, with two fetches', async () => {
    await keySet.find('k1');
    for (const kid of ['k2', 'k3']) {
      now += 2000;
      provider.jwks = [(await makeKey(kid)).publicJwk];
      expect(await outcomeOf(kid)).toBe('key');
    }
    expect(fetches()).toBe(3);
  });

  test('OP-17: a rotation while an older fetch is under way is noticed', async () => {
    const rotated = (await makeKey('k2')).publicJwk;
    await keySet.find('k1');
    now += HOUR;
    const held = Promise.withResolvers<void>();
    const answer = provider.answers.keys;
    provider.answers.keys = async (_request, response) => {
      const before = provider.jwks;
      await held.promise;
      provider.answers.keys = answer;
      sendJson(response, 200, { keys: before });
    };
    await keySet.find('k1');
    await expect.poll(fetches).toBe(2);
    provider.jwks = [rotated];
    const found = outcomeOf('k2');
    held.resolve();
    expect(await found).toBe('key');
    expect(fetches()).toBe(3);
  });

  test('a key that was rotated out is refused after the hourly refresh', async () => {
    await keySet.find('k1');
    provider.jwks = [(await makeKey('k2')).publicJwk];
    now += HOUR;
    expect(await outcomeOf('k1')).toBe('key');
    await expect.poll(() => outcomeOf('k1')).toBe('no-key');
  });
});

describe('floods and outages', () => {
  test('ENT-26: a hundred made-up kids cost one fetch a cool-down, one after another and at once', async () => {
    for (let number = 0; number < 50; number += 1) expect(await outcomeOf(`made-up-${number}`)).toBe('no-key');
    expect(fetches()).toBe(1);
    await Promise.all(Array.from({ length: 50 }, (_, number) => keySet.find(`other-${number}`)));
    expect(fetches()).toBe(1);
  });

  test('OP-17: a thousand unknown kids at once cost one fetch, the next after the cool-down, and others still sign in', async () => {
    await keySet.find('k1');
    const flood = () => Promise.all(Array.from({ length: 1000 }, (_, number) => outcomeOf(`flood-${number}`)));
    expect(new Set(await flood())).toEqual(new Set(['no-key']));
    now += 29_000;
    await flood();
    expect(await outcomeOf('k1')).toBe('key');
    expect(fetches()).toBe(2);
    now += 1000;
    await flood();
    expect(fetches()).toBe(3);
  });

  test('ENT-25: with the key endpoint down for an hour, and up to a day, known keys work', async () => {
    await keySet.find('k1');
    breakKeys();
    for (let minutes = 0; minutes < 24 * 60 - 1; minutes += 30) {
      expect(await outcomeOf('k1')).toBe('key');
      now += 30 * MINUTE;
    }
    await expect.poll(() => outcomeOf('k1')).toBe('unreachable');
  });

  test('an outage is asked about every few seconds, not at every sign-in, and ends by itself', async () => {
    const answer = provider.answers.keys;
    breakKeys();
    expect(await Promise.all(Array.from({ length: 20 }, () => outcomeOf('k1')))).toEqual(Array(20).fill('unreachable'));
    expect(await outcomeOf('k1')).toBe('unreachable');
    expect(fetches()).toBe(1);
    provider.answers.keys = answer;
    now += 5000;
    expect(await outcomeOf('k1')).toBe('key');
  });

  test('an unknown kid while the endpoint is down is an outage, not a forgery', async () => {
    await keySet.find('k1');
    breakKeys();
    expect(await outcomeOf('k2')).toBe('unreachable');
  });
});

describe('what a key set may hold', () => {
  test('OP-18: unknown and broken entries are passed over', async () => {
    const good = provider.jwks[0];
    provider.jwks = [
      null,
      7,
      'key',
      [],
      {},
      { kty: 'AKP', alg: 'ML-DSA-44', kid: 'k1', pub: 'AAAA' },
      { kty: 'new', kid: 'k1' },
      { kty: 'RSA', kid: 'k1' },
      { kty: 'RSA', kid: 'k1', n: '!', e: 'AQAB' },
      { kty: 'oct', kid: 'k1', k: 'AAAA' },
      good,
    ];
    expect(await outcomeOf('k1')).toBe('key');
  });

  test('ENT-27: a key of another tenant is not ours; our own and one for every tenant is', async () => {
    const origin = provider.origin;
    const named = async (kid: string, issuer: unknown) => ({ ...(await makeKey(kid)).publicJwk, issuer });
    provider.jwks = [
      await named('other', `${origin}/${OTHER_TENANT}/v2.0`),
      await named('number', 7),
      await named('other-host', 'https://login.example/{tenantid}/v2.0'),
      await named('ours', provider.issuer),
      await named('every', `${origin}/{tenantid}/v2.0`),
    ];
    for (const kid of ['other', 'number', 'other-host']) expect(await outcomeOf(kid)).toBe('no-key');
    for (const kid of ['ours', 'every']) expect(await outcomeOf(kid)).toBe('key');
  });

  test('OP-02: keys for encryption, short keys, private keys and odd exponents are not used', async () => {
    const sound = (await makeKey('x')).publicJwk;
    const weak = await crypto.subtle.generateKey(
      { name: 'RSASSA-PKCS1-v1_5', modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
      true,
      ['sign', 'verify'],
    );
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    provider.jwks.push(
      { ...sound, kid: 'enc', use: 'enc' },
      { ...sound, kid: 'ops', key_ops: ['encrypt'] },
      { ...sound, kid: 'alg', alg: 'RS512' },
      { ...sound, kid: 'exponent', e: 'AQ' },
      { ...(await exportJWK(weak.publicKey)), kid: 'weak' },
      { ...(await exportJWK(privateKey)), kid: 'private' },
      { ...sound, kid: 7 },
    );
    for (const kid of ['enc', 'ops', 'alg', 'exponent', 'weak', 'private', '7']) expect(await outcomeOf(kid)).toBe('no-key');
    expect(await outcomeOf('k1')).toBe('key');
  });

  test('OP-01: a token without kid is checked with the only key, and with none of several', async () => {
    expect(await outcomeOf(undefined)).toBe('key');
    provider.jwks = [provider.jwks[0], (await makeKey('k2')).publicJwk];
    now += 25 * HOUR;
    expect(await outcomeOf(undefined)).toBe('no-key');
  });

  test('OP-02: of two keys with one kid none is taken', async () => {
    provider.jwks = [provider.jwks[0], (await makeKey('k1')).publicJwk];
    expect(await outcomeOf('k1')).toBe('no-key');
  });

  test.each<[string, unknown]>([
    ['nothing', []],
    ['only useless entries', [{ kty: 'AKP' }]],
    ['no list', {}],
    ['10,000 entries', Array(10_000).fill({ kty: 'RSA' })],
  ])('a key set with %s counts as an outage', async (_, keys) => {
    provider.jwks = keys as unknown[];
    expect(await outcomeOf('k1')).toBe('unreachable');
  });
});
