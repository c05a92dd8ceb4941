import type { IdTokenTamper } from './faults.ts';
import type { TokenClaims, TokenHeader } from './signing-keys.ts';

/** One attack on the ID token (openid.md 4.3, entra.md 8.8) and what a single-tenant relying party must make of it. */
export interface HostileToken {
  name: string;
  /** `ignore`: the sign-in stands, the value counts for nothing. */
  verdict: 'refuse' | 'accept' | 'ignore';
  tamper: IdTokenTamper;
}

const CONSUMERS = '9188040d-6c67-4c5b-b112-36a304b66dad';
const STRANGER = '11111111-2222-4333-8444-555555555555';
const LONG = 'a'.repeat(10_000);

/** Attacks on header and signature (OP-02). */
export const HOSTILE_HEADERS: readonly HostileToken[] = [
  ...['none', 'None', 'nOnE', ''].map((alg) => header(`alg "${alg}" without signature`, { alg })),
  keyed('alg none', 'none'),
  keyed("HS256 keyed with our public key's PEM", 'hs256-with-public-key'),
  keyed("a stranger's key under our kid", 'foreign'),
  keyed("a stranger's key under an unknown kid", 'unknown-kid'),
  header('RS512, validly signed', { alg: 'RS512' }),
  header('PS256, validly signed', { alg: 'PS256' }),
  header('no kid', { kid: undefined }),
  header('kid a number', { kid: 7 }),
  header('kid a path', { kid: '../../../../dev/null' }),
  header('kid with SQL', { kid: "' OR 1=1 --" }),
  header('kid of 10 kB', { kid: LONG }),
  header('an unknown critical extension', { crit: ['surprise'], surprise: true }),
  header('unencoded payload', { b64: false, crit: ['b64'] }),
  strangers('a key of its own in the header', { jwk: { kty: 'RSA', n: 'AQAB', e: 'AQAB' } }),
  strangers('a key set of its own', { jku: 'http://127.0.0.1:9/keys' }),
  strangers('a certificate of its own', { x5u: 'http://127.0.0.1:9/cert', x5c: ['AA=='] }),
  ...[0, 1, 2].map((part) => raw(`a flipped bit in part ${part + 1}`, (honest) => flipped(honest, part))),
  raw('trailing bytes', (honest) => `${honest}.AAAA`),
  raw('no signature part', (honest) => honest.split('.').slice(0, 2).join('.')),
  raw('JSON serialisation', (honest) => {
    const [head, payload, signature] = honest.split('.');
    return { payload, signatures: [{ protected: head, signature }] };
  }),
  raw('five parts, as if encrypted', (honest) => `${honest}.AA.AA`),
  raw('an empty text', () => ''),
  raw('a number', () => 42),
  raw('null', () => null),
];

/** Attacks on single claims (OP-03); the signature is ours and valid. */
export const HOSTILE_CLAIMS: readonly HostileToken[] = [
  ...(['iss', 'aud', 'exp', 'nonce', 'sub', 'tid', 'oid'] as const).map((name) => claims(`no ${name}`, { [name]: undefined })),
  ...(['sub', 'tid', 'oid'] as const).flatMap((name) => [
    claims(`${name} empty`, { [name]: '' }),
    claims(`${name} a number`, { [name]: 1 }),
    claims(`${name} a list`, { [name]: ['a'] }),
    claims(`${name} an object`, { [name]: {} }),
    claims(`${name} of 10 kB`, { [name]: LONG }),
  ]),
  claimsOf('iss with a slash at the end', (honest) => ({ iss: `${honest.iss}/` })),
  claimsOf('iss in upper case', (honest) => ({ iss: String(honest.iss).toUpperCase() })),
  claimsOf('iss without /v2.0', (honest) => ({ iss: String(honest.iss).replace('/v2.0', '') })),
  claimsOf('iss of version 1', (honest) => ({ iss: `https://sts.windows.net/${honest.tid}/`, ver: '1.0' })),
  claimsOf('iss the template', (honest) => ({ iss: String(honest.iss).replace(String(honest.tid), '{tenantid}') })),
  claimsOf('iss and tid of another tenant', (honest) => ({
    iss: String(honest.iss).replace(String(honest.tid), STRANGER),
    tid: STRANGER,
  })),
  claims('tid of another tenant under our issuer', { tid: STRANGER }),
  claims('tid of personal accounts', { tid: CONSUMERS }),
  claims('ver 1.0', { ver: '1.0' }),
  claims('aud another application', { aud: STRANGER }),
  claimsOf('aud us and a stranger', (honest) => ({ aud: [honest.aud, STRANGER], azp: STRANGER })),
  claimsOf('exp ten minutes ago', (honest) => ({ exp: Number(honest.iat) - 300 })),
  claims('exp a text', { exp: '9999999999' }),
  claims('exp negative', { exp: -1 }),
  claimsOf('nbf in ten minutes', (honest) => ({ nbf: Number(honest.nbf) + 900 })),
  claims('nonce of another sign-in', { nonce: 'somebody-elses' }),
  claims('nonce a number', { nonce: 1 }),
  claimsOf('nonce a list', (honest) => ({ nonce: [honest.nonce] })),
  claimsOf('tid in upper case', (honest) => ({ tid: String(honest.tid).toUpperCase() }), 'accept'),
  claims('no name, address or user name', { name: undefined, email: undefined, preferred_username: undefined }, 'accept'),
  claims('roles and groups', { roles: ['admin'], groups: [STRANGER] }, 'ignore'),
  claims(
    'groups elsewhere',
    { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint: 'http://127.0.0.1:9/' } } },
    'ignore',
  ),
  claims('email a list', { email: ['sam@contoso.example'] }, 'ignore'),
  claims('email an object', { email: { value: 'sam@contoso.example' } }, 'ignore'),
  claims('email with a line break', { email: 'sam@contoso.example\r\nBcc: eve@evil.example' }, 'ignore'),
  claims('email with markup', { email: '<script>alert(1)</script>@contoso.example' }, 'ignore'),
  claims('email with NUL', { email: 'sam\u0000@contoso.example' }, 'ignore'),
  claims('email with a look-alike letter', { email: 's\u0430m@contoso.example' }, 'ignore'),
  claims('email of 10 kB', { email: `${LONG}@contoso.example` }, 'ignore'),
  claims('email not proven', { email: 'sam@contoso.example', xms_edov: false, email_verified: false }, 'ignore'),
  claims('name with markup', { name: '<img src=x onerror=alert(1)>' }, 'ignore'),
  claims('name right to left', { name: '\u202Eadmin' }, 'ignore'),
  claims('name null', { name: null }, 'ignore'),
  claims('name of 10 kB', { name: LONG }, 'ignore'),
];

function header(name: string, changed: TokenHeader): HostileToken {
  return { name, verdict: 'refuse', tamper: (claims, honest) => ({ claims, header: { ...honest, ...changed } }) };
}

function strangers(name: string, changed: TokenHeader): HostileToken {
  return { name, verdict: 'refuse', tamper: (claims, honest) => ({ claims, header: { ...honest, ...changed }, key: 'foreign' }) };
}

function keyed(name: string, key: 'foreign' | 'none' | 'hs256-with-public-key' | 'unknown-kid'): HostileToken {
  return { name, verdict: 'refuse', tamper: (claims, header) => ({ claims, header, key }) };
}

function raw(name: string, text: (honest: string) => unknown): HostileToken {
  return { name, verdict: 'refuse', tamper: (_, __, honest) => ({ raw: text(honest) }) };
}

function claims(name: string, changed: TokenClaims, verdict: HostileToken['verdict'] = 'refuse'): HostileToken {
  return claimsOf(name, () => changed, verdict);
}

function claimsOf(
  name: string,
  changed: (honest: TokenClaims) => TokenClaims,
  verdict: HostileToken['verdict'] = 'refuse',
): HostileToken {
  return { name, verdict, tamper: (honest, header) => ({ header, claims: { ...honest, ...changed(honest) } }) };
}

/** Changes one bit of one part and leaves it base64url. */
function flipped(token: string, part: number): string {
  const parts = token.split('.');
  const bytes = Buffer.from(parts[part]!, 'base64url');
  bytes[bytes.length - 2]! ^= 1;
  return parts.with(part, bytes.toString('base64url')).join('.');
}
