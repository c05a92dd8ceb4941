import { createHash } from 'node:crypto';
import { opaqueLoginHint, type Person } from './people.ts';
import type { TokenClaims } from './signing-keys.ts';

const BACKDATED_S = 5 * 60;
const LIFETIME_S = 60 * 60;

/** Entra's claims about a person (entra.md 1.6, 8.2, 8.3). `sub` is the account the provider knows, pairwise only in the token. */
export function accountClaims(person: Person, sid: string): { sub: string; [claim: string]: unknown } {
  return {
    sub: person.oid,
    ver: '2.0',
    tid: person.tenantId,
    oid: person.oid,
    name: person.name,
    preferred_username: person.preferredUsername,
    email: person.email,
    xms_edov: person.email === undefined ? undefined : person.xmsEdov,
    idp: person.idp,
    acct: person.acct,
    sid,
    login_hint: opaqueLoginHint(person),
  };
}

/** Which claims come with which scope: Entra gives the object id with `profile`, not with `openid`. */
export const CLAIMS_BY_SCOPE = {
  openid: ['sub', 'ver', 'tid', 'idp', 'acct', 'sid', 'login_hint'],
  profile: ['oid', 'name', 'preferred_username'],
  email: ['email', 'xms_edov'],
};

/**
 * The provider's honest claims as Entra dates and names them: `iat` and `nbf` five minutes back (entra.md 1.3), pairwise `sub`,
 * the issuer of the person's own tenant, no `at_hash`. `now` in milliseconds.
 */
export function entraIdToken(issued: TokenClaims, person: Person | undefined, origin: string, now: number): TokenClaims {
  const { at_hash: _, iat, auth_time, ...claims } = issued;
  const seconds = Math.floor(now / 1000);
  const authenticatedAgo = Number(iat) - Number(auth_time);
  return {
    ...claims,
    iss: `${origin}/${claims.tid}/v2.0`,
    sub: pairwise(String(claims.sub), String(claims.aud)),
    iat: seconds - BACKDATED_S,
    nbf: seconds - BACKDATED_S,
    exp: seconds + LIFETIME_S,
    ...(auth_time === undefined ? {} : { auth_time: seconds - authenticatedAgo }),
    ...person?.extraClaims,
  };
}

/** The same person has another `sub` at every application. */
export function pairwise(oid: string, clientId: string): string {
  return createHash('sha256').update(`${clientId}/${oid}`).digest('base64url');
}
