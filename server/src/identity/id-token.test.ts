import { CompactEncrypt, CompactSign, exportSPKI, generateKeyPair, importSPKI, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Expected, verifyIdToken } from './id-token.ts';
import { createKeySet, type KeySet } from './key-set.ts';
import {
  CLIENT,
  type LocalProvider,
  MIA,
  makeKey,
  memberClaims,
  OTHER_TENANT,
  SECRET,
  sign,
  startLocalProvider,
  TENANT,
} from './testing/local-provider.ts';

const NOW = 1_800_000_000_000;
const SECONDS = NOW / 1000;
const NONCE = 'n'.repeat(43);
const CONSUMERS = '9188040d-6c67-4c5b-b112-36a304b66dad';

let provider: LocalProvider;
let keySet: KeySet;

beforeAll(async () => {
  provider = await startLocalProvider();
  keySet = createKeySet(async () => ({ jwksUri: String(provider.metadata.jwks_uri) }), provider.issuer, {
    fetch,
    now: () => NOW,
  });
});
afterAll(() => provider.stop());

const expected = (facts: Partial<Expected> = {}): Expected => ({
  issuer: provider.issuer,
  clientId: CLIENT,
  tenantId: TENANT,
  nonce: NONCE,
  now: NOW,
  ...facts,
});
const claims = (changes: Record<string, unknown> = {}) => ({ ...memberClaims(provider.issuer, NONCE, NOW), ...changes });
const verify = (token: string, facts: Partial<Expected> = {}) => verifyIdToken(token, expected(facts), keySet);
const verifyClaims = async (changes: Record<string, unknown>, facts: Partial<Expected> = {}) =>
  verify(await sign(provider.key, claims(changes)), facts);

test('OP-01: a good token says who it is', async () => {
  expect(await verifyClaims({ xms_edov: true, auth_time: SECONDS - 60 })).toEqual({
    claims: {
      tenantId: TENANT,
      objectId: MIA,
      subject: 'HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ',
      name: 'Mia Hart',
      email: 'mia.hart@contoso.example',
      emailIsVerified: true,
      preferredUsername: 'mia@contoso.example',
      isGuest: false,
      guestOf: null,
      sessionId: '0d8c',
      loginHint: 'opaque-hint',
      authTime: NOW - 60_000,
    },
  });
});

describe('OP-02, ENT-10: every attack on header and signature is refused', () => {
  const body = () => new TextEncoder().encode(JSON.stringify(claims()));
  const base64url = (text: string) => Buffer.from(text).toString('base64url');
  const unsigned = (header: object, signature = '') =>
    `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(claims()))}.${signature}`;
  const hmacWith = (secret: string | Uint8Array) =>
    new CompactSign(body())
      .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
      .sign(typeof secret === 'string' ? new TextEncoder().encode(secret) : secret);
  const publicPem = async () =>
    await exportSPKI(
      (await crypto.subtle.importKey('jwk', provider.key.publicJwk, { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, true, [
        'verify',
      ])) as CryptoKey,
    );
  const signedBy = async (alg: string) => {
    const { privateKey } = await generateKeyPair(alg);
    return await new CompactSign(body()).setProtectedHeader({ alg, kid: 'k1' }).sign(privateKey);
  };
  const sameKeyAs = async (alg: string, name: string, hash: string) => {
    const pkcs8 = await crypto.subtle.exportKey('pkcs8', provider.key.privateKey);
    const key = await crypto.subtle.importKey('pkcs8', pkcs8, { name, hash }, false, ['sign']);
    return await new CompactSign(body()).setProtectedHeader({ alg, kid: 'k1' }).sign(key);
  };
  const foreign = async (header: Record<string, unknown> = {}) => sign(await makeKey('k1'), claims(), header);
  const good = () => sign(provider.key, claims());
  const withHeader = (header: Record<string, unknown>) => sign(provider.key, claims(), header);
  const rawSigned = async (header: object) => {
    const input = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(claims()))}`;
    const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', provider.key.privateKey, new TextEncoder().encode(input));
    return `${input}.${Buffer.from(signature).toString('base64url')}`;
  };
  const flip = (token: string, part: number, at: number) => {
    const parts = token.split('.');
    const character = parts[part]![at]!;
    parts[part] = parts[part]!.slice(0, at) + (character === 'A' ? 'B' : 'A') + parts[part]!.slice(at + 1);
    return parts.join('.');
  };

  test.each<[string, () => Promise<string> | string]>([
    ['alg none as jose writes it', () => new UnsecuredJWT(claims()).encode()],
    ['alg None', () => unsigned({ alg: 'None' })],
    ['alg nOnE with something as signature', () => unsigned({ alg: 'nOnE' }, 'AAAA')],
    ['alg null', () => rawSigned({ alg: null, kid: 'k1' })],
    ['no alg', () => rawSigned({ kid: 'k1' })],
    ['alg as array', () => rawSigned({ alg: ['RS256'], kid: 'k1' })],
    ['alg in lower case', () => rawSigned({ alg: 'rs256', kid: 'k1' })],
    ['HS256 with the public key as PEM', async () => hmacWith(await publicPem())],
    [
      'HS256 with the public key as DER',
      async () => hmacWith(new Uint8Array(Buffer.from((await publicPem()).replace(/-----.*?-----|\s/g, ''), 'base64'))),
    ],
    ['HS256 with the public key as JWK', () => hmacWith(JSON.stringify(provider.key.publicJwk))],
    ['HS256 with the client secret', () => hmacWith(SECRET.repeat(2))],
    ['RS512 by the right key', () => sameKeyAs('RS512', 'RSASSA-PKCS1-v1_5', 'SHA-512')],
    ['PS256 by the right key', () => sameKeyAs('PS256', 'RSA-PSS', 'SHA-256')],
    ['ES256', () => signedBy('ES256')],
    ['EdDSA', () => signedBy('EdDSA')],
    ['a foreign key under our kid', () => foreign()],
    [
      'a foreign key with itself as jwk',
      async () => {
        const key = await makeKey('k1');
        return sign(key, claims(), { jwk: key.publicJwk });
      },
    ],
    ['a foreign key with jku', () => foreign({ jku: 'https://evil.example/keys' })],
    ['a foreign key with x5u', () => foreign({ x5u: 'https://evil.example/cert' })],
    ['a foreign key with x5c', () => foreign({ x5c: ['AAAA'] })],
    ['the right key with jku', () => withHeader({ jku: 'https://evil.example/keys' })],
    ['unknown kid', () => withHeader({ kid: 'k2' })],
    ['kid as path', () => withHeader({ kid: '../../../dev/null' })],
    ['kid as SQL', () => withHeader({ kid: "k1' OR '1'='1" })],
    ['kid of 10 kB', () => withHeader({ kid: 'k'.repeat(10_000) })],
    ['kid as number', () => rawSigned({ alg: 'RS256', kid: 1 })],
    ['kid as prototype', () => withHeader({ kid: '__proto__' })],
    ['empty kid', () => withHeader({ kid: '' })],
    ['unknown crit', () => rawSigned({ alg: 'RS256', kid: 'k1', crit: ['exp'], exp: 1 })],
    ['b64 false', () => rawSigned({ alg: 'RS256', kid: 'k1', b64: false, crit: ['b64'] })],
    ['typ at+jwt', () => withHeader({ typ: 'at+jwt' })],
    ['typ logout+jwt', () => withHeader({ typ: 'logout+jwt' })],
    ['zip', () => rawSigned({ alg: 'RS256', kid: 'k1', zip: 'DEF' })],
    [
      'a JWE',
      async () => {
        const key = await importSPKI(await publicPem(), 'RSA-OAEP-256');
        return await new CompactEncrypt(body()).setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM' }).encrypt(key);
      },
    ],
    [
      'JSON serialisation with two signatures',
      async () => {
        const [header, payload, signature] = (await good()).split('.');
        return JSON.stringify({
          payload,
          signatures: [
            { protected: header, signature },
            { protected: header, signature: 'AAAA' },
          ],
        });
      },
    ],
    ['trailing bytes', async () => `${await good()}AA`],
    ['a fourth part', async () => `${await good()}.AA`],
    ['a line break at the end', async () => `${await good()}\n`],
    ['padding', async () => `${await good()}==`],
    ['the signature cut off', async () => (await good()).replace(/[^.]*$/, '')],
    ['a flipped bit in the header', async () => flip(await good(), 0, 20)],
    ['a flipped bit in the content', async () => flip(await good(), 1, 40)],
    ['a flipped bit in the signature', async () => flip(await good(), 2, 100)],
    [
      'a changed last character that means the same bytes',
      async () => (await good()).replace(/.$/, (last) => String.fromCharCode(last.charCodeAt(0) + 1)),
    ],
    ['content that is no object', () => sign(provider.key, '["iss"]')],
    ['content that is no JSON', () => sign(provider.key, 'iss=me')],
    ['nothing', () => ''],
    ['70 kB', () => 'a'.repeat(70_000)],
  ])('%s', async (_, make) => {
    expect(await verify(await make())).toMatchObject({ outcome: 'refused', because: 'token-not-valid' });
  });

  test('only the attacks are refused: the same ways of making give good tokens otherwise', async () => {
    expect(await verify(await good())).toHaveProperty('claims');
    expect(await verify(await rawSigned({ alg: 'RS256', kid: 'k1' }))).toHaveProperty('claims');
    expect(await verify(await withHeader({ x5t: 'k1' }))).toHaveProperty('claims');
  });
});

describe('OP-03: every attack on a claim is refused', () => {
  const long = 'x'.repeat(10_000);
  const origin = () => provider.origin;
  test.each<[string, string, () => Record<string, unknown>]>([
    ['ENT-11', 'iss missing', () => ({ iss: undefined })],
    ['ENT-11', 'iss with a slash at the end', () => ({ iss: `${provider.issuer}/` })],
    ['ENT-11', 'iss in upper case', () => ({ iss: provider.issuer.toUpperCase() })],
    ['ENT-11', 'iss as template', () => ({ iss: `${origin()}/{tenantid}/v2.0` })],
    ['ENT-11', 'iss as array', () => ({ iss: [provider.issuer] })],
    ['ENT-11', 'iss of v1.0', () => ({ iss: `https://sts.windows.net/${TENANT}/`, ver: '1.0' })],
    ['ENT-11', 'iss without /v2.0', () => ({ iss: `${origin()}/${TENANT}` })],
    ['ENT-11', 'iss of our tenant at another host', () => ({ iss: `https://evil.example/${TENANT}/v2.0` })],
    ['ENT-13', 'aud of another application', () => ({ aud: MIA })],
    ['ENT-13', 'aud missing', () => ({ aud: undefined })],
    ['ENT-13', 'aud empty', () => ({ aud: [] })],
    ['ENT-13', 'aud of us and a stranger', () => ({ aud: [CLIENT, MIA], azp: CLIENT })],
    ['ENT-13', 'aud of us as array without azp', () => ({ aud: [CLIENT] })],
    ['ENT-13', 'azp of another application', () => ({ azp: MIA })],
    ['ENT-13', 'aud in upper case', () => ({ aud: CLIENT.toUpperCase() })],
    ['ENT-14', 'exp missing', () => ({ exp: undefined })],
    ['ENT-14', 'exp as text', () => ({ exp: String(SECONDS + 3600) })],
    ['ENT-14', 'exp 1e20', () => ({ exp: 1e20 })],
    ['ENT-14', 'exp negative', () => ({ exp: -1 })],
    ['ENT-14', 'nbf as text', () => ({ nbf: '0' })],
    ['OP-01', 'iat missing', () => ({ iat: undefined })],
    ['OP-01', 'iat null', () => ({ iat: null })],
    ['ENT-16', 'nonce missing', () => ({ nonce: undefined })],
    ['ENT-16', 'nonce of another sign-in', () => ({ nonce: 'm'.repeat(43) })],
    ['ENT-16', 'nonce as number', () => ({ nonce: 1 })],
    ['ENT-16', 'nonce as array', () => ({ nonce: [NONCE] })],
    ['ENT-16', 'nonce empty', () => ({ nonce: '' })],
    ...['oid', 'tid', 'sub'].flatMap((name): [string, string, () => Record<string, unknown>][] => [
      ['ENT-17', `${name} missing`, () => ({ [name]: undefined })],
      ['ENT-17', `${name} null`, () => ({ [name]: null })],
      ['ENT-17', `${name} empty`, () => ({ [name]: '' })],
      ['ENT-17', `${name} as number`, () => ({ [name]: 7 })],
      ['ENT-17', `${name} as array`, () => ({ [name]: [name === 'tid' ? TENANT : MIA] })],
      ['ENT-17', `${name} as object`, () => ({ [name]: {} })],
      ['ENT-17', `${name} of 10 kB`, () => ({ [name]: long })],
    ]),
    ['ENT-17', 'oid with a line break', () => ({ oid: `${MIA}\n` })],
    ['ENT-17', 'sub with a control character', () => ({ sub: 'a\u0000b' })],
    ['OP-03', 'ver 1.0', () => ({ ver: '1.0' })],
    ['OP-03', 'ver missing', () => ({ ver: undefined })],
    ['OP-03', 'ver as number', () => ({ ver: 2 })],
    ['OP-03', 'auth_time as text', () => ({ auth_time: 'now' })],
  ])('%s: %s', async (_rule, _what, changes) => {
    expect(await verifyClaims(changes())).toMatchObject({ outcome: 'refused', because: 'token-not-valid' });
  });

  test('ENT-13: an aud array is accepted only if it is us alone and azp says so too', async () => {
    expect(await verifyClaims({ aud: [CLIENT], azp: CLIENT })).toHaveProperty('claims');
  });
  test('ENT-16: an empty nonce of ours equals nothing', async () => {
    expect(await verifyClaims({ nonce: '' }, { nonce: '' })).toMatchObject({ because: 'token-not-valid' });
  });
  test('OP-01: an at_hash is compared where it comes', async () => {
    expect(await verifyClaims({ at_hash: 'AAAA' }, { accessToken: 'opaque' })).toMatchObject({ because: 'token-not-valid' });
    const right = Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode('opaque')))
      .subarray(0, 16)
      .toString('base64url');
    expect(await verifyClaims({ at_hash: right }, { accessToken: 'opaque' })).toHaveProperty('claims');
  });
});

describe('other tenants', () => {
  const foreignIssuer = (tenant: string) => `${provider.origin}/${tenant}/v2.0`;

  test('OP-05, ENT-11: a validly signed token of another tenant is refused, and says who it was', async () => {
    const refused = await verifyClaims({ iss: foreignIssuer(OTHER_TENANT), tid: OTHER_TENANT });
    expect(refused).toMatchObject({ because: 'other-tenant', identity: { tenantId: OTHER_TENANT, objectId: MIA } });
  });
  test('OP-05: a personal account is told apart', async () => {
    const objectId = '00000000-0000-0000-66f3-3332eca7ea81';
    const refused = await verifyClaims({ iss: foreignIssuer(CONSUMERS), tid: CONSUMERS, oid: objectId });
    expect(refused).toMatchObject({ because: 'personal-account', identity: { tenantId: CONSUMERS, objectId } });
  });
  test('ENT-12: the right issuer with another tid is refused, our tid in upper case is ours', async () => {
    expect(await verifyClaims({ tid: OTHER_TENANT })).toMatchObject({ because: 'other-tenant' });
    expect(await verifyClaims({ iss: foreignIssuer(OTHER_TENANT) })).toMatchObject({ because: 'other-tenant' });
    expect(await verifyClaims({ tid: TENANT.toUpperCase(), oid: MIA.toUpperCase() })).toMatchObject({
      claims: { tenantId: TENANT, objectId: MIA },
    });
  });
  test('nobody is named as of another tenant by a token that is wrong otherwise', async () => {
    const foreign = { iss: foreignIssuer(OTHER_TENANT), tid: OTHER_TENANT };
    for (const change of [{ aud: MIA }, { nonce: 'x' }]) {
      const refused = await verifyClaims({ ...foreign, ...change });
      expect(refused).toMatchObject({ because: 'token-not-valid' });
      expect(refused).not.toHaveProperty('identity');
    }
    const token = await sign(await makeKey('k1'), claims(foreign));
    expect(await verify(token)).toMatchObject({ because: 'token-not-valid' });
  });
});

describe('time', () => {
  test.each([
    ['ENT-14: expired 30 s ago', { exp: SECONDS - 30 }],
    ['ENT-14: valid from in 30 s', { nbf: SECONDS + 30, iat: SECONDS + 30 }],
    ['OP-26: two minutes either way', { exp: SECONDS - 120, nbf: SECONDS + 120 }],
    ['ENT-15: issued five minutes ago', { iat: SECONDS - 300 }],
    ['issued a day ago', { iat: SECONDS - 86_400 }],
    ['no nbf', { nbf: undefined }],
  ])('%s is accepted', async (_, changes) => {
    expect(await verifyClaims(changes)).toHaveProperty('claims');
  });

  test.each([
    ['ENT-14: expired ten minutes ago', { exp: SECONDS - 600 }],
    ['ENT-14: expired for exactly the tolerance', { exp: SECONDS - 180 }],
    ['ENT-14: valid from in ten minutes', { nbf: SECONDS + 600 }],
    ['OP-26: issued in six minutes', { iat: SECONDS + 360 }],
  ])('%s is refused with a hint at the clock', async (_, changes) => {
    const refused = await verifyClaims(changes);
    expect(refused).toMatchObject({ because: 'clock', detail: expect.stringContaining('clock') });
    expect(await verifyClaims({ ...changes, nonce: 'x' })).toMatchObject({ because: 'token-not-valid' });
  });

  test('SES-13: a sign-in older than asked for is refused; without auth_time the prompt must do', async () => {
    const maxAge = 300_000;
    expect(await verifyClaims({ auth_time: SECONDS - 301 }, { maxAge })).toHaveProperty('claims');
    expect(await verifyClaims({ auth_time: SECONDS - 481 }, { maxAge })).toMatchObject({ because: 'sign-in-too-old' });
    expect(await verifyClaims({}, { maxAge })).toHaveProperty('claims');
    expect(await verifyClaims({ auth_time: SECONDS - 9999 })).toHaveProperty('claims');
  });
});

describe('OP-03: what is only for showing is bounded or left out', () => {
  const claimsOf = async (changes: Record<string, unknown>) => {
    const result = await verifyClaims(changes);
    return 'claims' in result ? result.claims : expect.unreachable(result.detail);
  };

  test('ENT-22: without name, address and user name somebody still signs in', async () => {
    const bare = { name: undefined, email: undefined, preferred_username: undefined, sid: undefined, login_hint: undefined };
    expect(await claimsOf(bare)).toMatchObject({
      name: null,
      email: null,
      preferredUsername: null,
      sessionId: null,
      loginHint: null,
      authTime: null,
    });
  });
  test.each([
    null,
    7,
    ['a@b.example'],
    {},
    '',
    'a@b.example\r\nBcc: x@y.example',
    'A <a@b.example>',
    'a@b.example,c@d.example',
    ' a@b.example',
    'a\u0000@b.example',
    'a@b.example.',
    `${'a'.repeat(10_000)}@b.example`,
  ])('ENT-23: the address %j is none', async (email) => {
    expect(await claimsOf({ email, xms_edov: true })).toMatchObject({ email: null, emailIsVerified: false });
  });
  test('an address is kept as it was sent', async () => {
    expect(await claimsOf({ email: 'Mia.Hart+x@Contoso.Example' })).toMatchObject({
      email: 'Mia.Hart+x@Contoso.Example',
      emailIsVerified: false,
    });
  });
  test('ENT-42: only true, 1, "1" and "true" vouch for an address', async () => {
    for (const edov of [true, 1, '1', 'true']) expect((await claimsOf({ xms_edov: edov })).emailIsVerified).toBe(true);
    for (const edov of [false, 0, '0', 'false', undefined, null, 'True', 2, [true], {}])
      expect((await claimsOf({ xms_edov: edov, email_verified: true })).emailIsVerified).toBe(false);
  });
  test('ENT-23: names lose control characters and what turns the writing, and end after 256 characters', async () => {
    expect((await claimsOf({ name: ' Mia\u202E\r\n <b>Hart\u0007\u2066 ' })).name).toBe('Mia <b>Hart');
    expect((await claimsOf({ name: '\u{1F600}'.repeat(10_000) })).name).toBe('\u{1F600}'.repeat(256));
    for (const name of [null, 7, ['Mia'], {}, '\u202E']) expect((await claimsOf({ name })).name).toBeNull();
  });
  test('OP-03: opaque values come whole or not at all', async () => {
    expect(await claimsOf({ sid: 'a\nb', login_hint: 'x'.repeat(2000) })).toMatchObject({ sessionId: null, loginHint: null });
  });
  test('OP-25: guests are labelled with where they are at home', async () => {
    const sts = (tenant: string) => `https://sts.windows.net/${tenant}/`;
    expect(await claimsOf({ idp: sts(OTHER_TENANT), acct: 1 })).toMatchObject({ isGuest: true, guestOf: OTHER_TENANT });
    expect(await claimsOf({ idp: sts(OTHER_TENANT), acct: 0 })).toMatchObject({ isGuest: true, guestOf: OTHER_TENANT });
    expect(await claimsOf({ idp: 'live.com' })).toMatchObject({ isGuest: true, guestOf: 'live.com' });
    expect(await claimsOf({ idp: sts(CONSUMERS) })).toMatchObject({ isGuest: true, guestOf: 'live.com' });
    expect(await claimsOf({ acct: 1, email: 'rita@Fabrikam.example' })).toMatchObject({
      isGuest: true,
      guestOf: 'fabrikam.example',
    });
    expect(await claimsOf({ acct: 0 })).toMatchObject({ isGuest: false, guestOf: null });
    expect(await claimsOf({ idp: sts(TENANT), acct: 0 })).toMatchObject({ isGuest: false, guestOf: null });
    expect(await claimsOf({ idp: provider.issuer })).toMatchObject({ isGuest: false, guestOf: null });
  });
  test('OP-03: roles, groups and claim sources change nothing and nothing is fetched', async () => {
    const before = provider.calls.length;
    const sources = { src1: { endpoint: `${provider.origin}/steal` } };
    const plain = await claimsOf({});
    expect(
      await claimsOf({ roles: ['admin'], groups: ['x'], _claim_names: { groups: 'src1' }, _claim_sources: sources }),
    ).toEqual(plain);
    expect(provider.calls.length).toBe(before);
  });
});
