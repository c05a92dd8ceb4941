import { constants, createHmac, generateKeyPair, type KeyObject, randomUUID, sign } from 'node:crypto';
import { promisify } from 'node:util';
import type { JWK } from 'jose';

/** One RS256 key pair. `jwk` is the public half as Entra publishes it, without the `issuer` member. */
export interface SigningKey {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
  jwk: JWK;
}

export type TokenHeader = Record<string, unknown>;
export type TokenClaims = Record<string, unknown>;

const generate = promisify(generateKeyPair);

/** Made once a process: a tenant of every test file would otherwise wait for its own prime numbers. */
let firstKey: Promise<SigningKey> | undefined;
let strangersKey: Promise<SigningKey> | undefined;

export function sharedFirstKey(): Promise<SigningKey> {
  firstKey ??= newSigningKey();
  return firstKey;
}

/** A key that is never published. */
export function foreignKey(): Promise<SigningKey> {
  strangersKey ??= newSigningKey();
  return strangersKey;
}

export async function newSigningKey(): Promise<SigningKey> {
  const { publicKey, privateKey } = await generate('rsa', { modulusLength: 2048 });
  const kid = randomUUID().replaceAll('-', '');
  const jwk = { ...publicKey.export({ format: 'jwk' }), use: 'sig', kid, x5t: kid } as JWK;
  return { kid, privateKey, publicKey, jwk };
}

/** The key that signs now, and the ones published: after a rotation the one before stays for a while, as at Entra. */
export class SigningKeys {
  #published: SigningKey[];

  constructor(first: SigningKey) {
    this.#published = [first];
  }

  get current(): SigningKey {
    return this.#published[0]!;
  }

  async rotate(): Promise<void> {
    this.#published = [await newSigningKey(), this.current];
  }

  /** Every entry names the issuer it may sign for (entra.md 1.3, row 5). */
  jwks(issuer: string): { keys: JWK[] } {
    return { keys: this.#published.map((key) => ({ ...key.jwk, issuer })) };
  }
}

/**
 * Compact serialisation of any header and claims, however wrong. The algorithm is the header's: `RSxxx` and `PSxxx` with the
 * private key, `HSxxx` with `hmacSecret`, everything else (`none`, `None`, nonsense) gets an empty signature.
 */
export function signCompact(header: TokenHeader, claims: TokenClaims, key: KeyObject, hmacSecret: string | Buffer = ''): string {
  const input = `${encode(header)}.${encode(claims)}`;
  return `${input}.${signature(String(header.alg), input, key, hmacSecret).toString('base64url')}`;
}

function signature(alg: string, input: string, key: KeyObject, hmacSecret: string | Buffer): Buffer {
  const [, family, bits] = /^(RS|PS|HS)(256|384|512)$/.exec(alg) ?? [];
  const hash = `sha${bits}`;
  if (family === 'HS') return createHmac(hash, hmacSecret).update(input).digest();
  if (family === 'RS') return sign(hash, Buffer.from(input), key);
  if (family === 'PS')
    return sign(hash, Buffer.from(input), {
      key,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    });
  return Buffer.alloc(0);
}

function encode(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
