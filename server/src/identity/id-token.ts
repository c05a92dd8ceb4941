import { type Millis, SECOND } from '@doorstep/shared/time';
import { sha256 } from '@noble/hashes/sha2.js';
import { base64url } from 'jose';
import { type Claims, CONSUMER_TENANT, readClaims, readGuid, type VerifiedClaims } from './claims.ts';
import { tenantOf } from './discovery.ts';
import type { KeySet } from './key-set.ts';
import { refuse, type SignInRefusal } from './sign-in-result.ts';
import { invalid, readSigned } from './signed-token.ts';
import { sameText } from './tokens.ts';

export type { VerifiedClaims } from './claims.ts';

export type Expected = {
  issuer: string;
  clientId: string;
  /** In any case of letters. */
  tenantId: string;
  nonce: string;
  now: Millis;
  /** For a fresh sign-in: how long ago it may have been, in milliseconds. */
  maxAge?: Millis;
  /** The access token that came along, to compare a present `at_hash` with. */
  accessToken?: string;
  /** For whoever tests a configuration: what the token says, right or wrong, once its signature was found good. */
  onClaims?: (claims: Claims) => void;
};

/** How far our clock and the provider's may be apart (DESIGN.md, numbers of the policy). */
export const CLOCK_TOLERANCE: Millis = 180 * SECOND;

/**
 * All checks of reference/entra.md 1.3, in its order: nothing is believed before the signature is right, and what is
 * wrong only with the tenant or the clock says so after everything else has been found good.
 */
export async function verifyIdToken(
  token: string,
  expected: Expected,
  keySet: KeySet,
): Promise<{ claims: VerifiedClaims } | SignInRefusal> {
  const signed = await readSigned(token, keySet);
  if ('outcome' in signed) return signed;
  const claims = signed.content;
  expected.onClaims?.(claims);
  const problem = problemOfOrigin(claims, expected) ?? problemOfTimes(claims) ?? problemOfFlow(claims, expected);
  if (problem !== null) return invalid(problem);
  const person = readPerson(claims);
  if ('problem' in person) return invalid(person.problem);
  return (
    refuseForeign(claims, person, expected) ??
    refuseByClock(claims, expected.now) ??
    refuseOld(claims, expected) ?? { claims: readClaims(claims, person.tenantId, person.objectId, person.subject) }
  );
}

function problemOfOrigin(claims: Claims, expected: Expected): string | null {
  const { iss, aud, azp, ver } = claims;
  if (typeof iss !== 'string') return 'iss is missing or no text';
  if (/^https:\/\/sts\.[^/]+\//.test(iss) || ver === '1.0')
    return 'it comes from the v1.0 endpoint; the issuer must end in /v2.0';
  if (iss !== expected.issuer && !isForeignTenant(tenantOf(iss), expected)) return 'iss is not the configured issuer';
  if (azp !== undefined && azp !== expected.clientId) return 'azp is another application';
  const isOurs = Array.isArray(aud)
    ? aud.length === 1 && aud[0] === expected.clientId && azp !== undefined
    : aud === expected.clientId;
  if (!isOurs) return 'aud is not this application alone';
  return ver === '2.0' ? null : 'ver is not 2.0';
}

/** The last second of the year 9999: later times are none. */
const END_OF_TIME = 253_402_300_799;
const isTime = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value <= END_OF_TIME;

function problemOfTimes({ exp, iat, nbf, auth_time: authTime }: Claims): string | null {
  if (!isTime(exp)) return 'exp is missing or no time';
  if (!isTime(iat)) return 'iat is missing or no time';
  if (nbf !== undefined && !isTime(nbf)) return 'nbf is no time';
  return authTime === undefined || isTime(authTime) ? null : 'auth_time is no time';
}

function problemOfFlow({ nonce, at_hash: hash }: Claims, expected: Expected): string | null {
  if (typeof nonce !== 'string' || expected.nonce === '' || !sameText(nonce, expected.nonce))
    return 'nonce is not of this sign-in';
  if (hash === undefined || expected.accessToken === undefined) return null;
  return hash === accessTokenHash(expected.accessToken) ? null : 'at_hash is not of the access token';
}

/** OpenID Connect Core, 3.1.3.6: the left half of the SHA-256. */
function accessTokenHash(accessToken: string): string {
  return base64url.encode(sha256(new TextEncoder().encode(accessToken)).slice(0, 16));
}

type Person = { tenantId: string; objectId: string; subject: string };
/** OpenID Connect Core, section 2: `sub` has at most 255 ASCII characters. */
const SUBJECT = /^[\x20-\x7e]{1,255}$/;

function readPerson({ tid, oid, sub }: Claims): Person | { problem: string } {
  const tenantId = readGuid(tid);
  const objectId = readGuid(oid);
  if (tenantId === null) return { problem: 'tid is missing or no GUID' };
  if (objectId === null) return { problem: 'oid is missing or no GUID' };
  if (typeof sub !== 'string' || !SUBJECT.test(sub)) return { problem: 'sub is missing or no short text' };
  return { tenantId, objectId, subject: sub };
}

/** Issuer and `tid` must both be ours; a token in which they contradict each other is nobody's. */
function refuseForeign(claims: Claims, { tenantId, objectId }: Person, expected: Expected): SignInRefusal | null {
  const issuerTenant = claims.iss === expected.issuer ? expected.tenantId.toLowerCase() : tenantOf(String(claims.iss));
  if (issuerTenant === tenantId && !isForeignTenant(tenantId, expected)) return null;
  const because = tenantId === CONSUMER_TENANT ? 'personal-account' : 'other-tenant';
  const detail = `the account belongs to tenant ${tenantId}, the issuer to ${issuerTenant}`;
  return refuse(because, detail, isForeignTenant(tenantId, expected) ? { identity: { tenantId, objectId } } : {});
}

function isForeignTenant(tenantId: string | null, expected: Expected): boolean {
  return tenantId !== null && tenantId !== expected.tenantId.toLowerCase();
}

/** Entra dates `iat` and `nbf` five minutes back, so only the future is wrong (ENT-15). */
function refuseByClock(claims: Claims, now: Millis): SignInRefusal | null {
  const { exp, iat, nbf = 0 } = claims as { exp: number; iat: number; nbf?: number };
  const hint = "compare this server's clock with the provider's";
  if (exp * SECOND + CLOCK_TOLERANCE <= now) return refuse('clock', `ID token: exp is past; ${hint}`);
  if (Math.max(nbf, iat) * SECOND > now + CLOCK_TOLERANCE)
    return refuse('clock', `ID token: nbf or iat is in the future; ${hint}`);
  return null;
}

/** Entra sends `auth_time` only where it is configured; the caller has asked for `prompt=login` besides (DESIGN.md, fresh sign-in). */
function refuseOld({ auth_time: authTime }: Claims, { maxAge, now }: Expected): SignInRefusal | null {
  if (maxAge === undefined || typeof authTime !== 'number') return null;
  const isOld = authTime * SECOND < now - maxAge - CLOCK_TOLERANCE;
  return isOld ? refuse('sign-in-too-old', 'ID token: auth_time is older than was asked for') : null;
}
