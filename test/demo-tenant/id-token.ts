import { randomUUID } from 'node:crypto';
import type { Faults, Tampered } from './faults.ts';
import { foreignKey, type SigningKey, signCompact, type TokenClaims } from './signing-keys.ts';

/** Signs honest claims, or whatever the tamper switch makes of them. The result is normally a string; a hostile one need not be. */
export async function signIdToken(claims: TokenClaims, key: SigningKey, tamper: Faults['idToken']): Promise<unknown> {
  const header = { typ: 'JWT', alg: 'RS256', kid: key.kid };
  const honest = signCompact(header, claims, key.privateKey);
  if (!tamper) return honest;
  return tampered(tamper(structuredClone(claims), { ...header }, honest), key);
}

async function tampered(wanted: Tampered, key: SigningKey): Promise<unknown> {
  if ('raw' in wanted) return wanted.raw;
  const { claims, header } = wanted;
  switch (wanted.key ?? 'ours') {
    case 'ours':
      return signCompact(header, claims, key.privateKey);
    case 'foreign':
      return signCompact(header, claims, (await foreignKey()).privateKey);
    case 'unknown-kid':
      return signCompact({ ...header, kid: randomUUID() }, claims, (await foreignKey()).privateKey);
    case 'none':
      return signCompact({ ...header, alg: 'none' }, claims, key.privateKey);
    case 'hs256-with-public-key':
      return signCompact({ ...header, alg: 'HS256' }, claims, key.privateKey, publicPem(key));
  }
}

/** What a naive verifier would take for an HMAC secret. */
function publicPem(key: SigningKey): string {
  return String(key.publicKey.export({ type: 'spki', format: 'pem' }));
}

/**
 * A validly signed access token of the same person for another resource: looks like an ID token to whoever skips `aud` (ENT-18).
 * It keeps the nonce, which a real one lacks, so that the audience alone stands in its way.
 */
export function accessTokenLookalike(claims: TokenClaims, key: SigningKey): string {
  const graph = { ...claims, aud: '00000003-0000-0000-c000-000000000000', azp: claims.aud, scp: 'openid profile email' };
  return signCompact({ typ: 'JWT', alg: 'RS256', kid: key.kid }, graph, key.privateKey);
}
