import { foldAddress } from '@doorstep/shared/email-address';
import type { Identity } from '../domain/identity.ts';
import type { VerifiedClaims } from '../identity/id-token.ts';

/** The verified claims as an identity: the address is trusted only when its domain's owner vouches for it (ENT-41, ENT-42). */
export const identityOf = (claims: VerifiedClaims): Identity => ({
  tenantId: claims.tenantId,
  objectId: claims.objectId,
  name: claims.name,
  address: claims.email,
  addressIsTrusted: claims.email !== null && claims.emailIsVerified,
  trustedAddresses: claims.email !== null && claims.emailIsVerified ? [foldAddress(claims.email)] : [],
  guestOf: homeOf(claims),
  loginHint: claims.loginHint ?? claims.preferredUsername,
});

const GUID = /^[0-9a-f-]{36}$/;

/** A home tenant is a GUID in the token; people know it by its domain, which is in the address that is shown beside it anyway. */
const homeOf = ({ guestOf, preferredUsername, email }: VerifiedClaims): string | null => {
  if (guestOf === null || !GUID.test(guestOf)) return guestOf;
  return (preferredUsername ?? email)?.split('@').at(-1) || guestOf;
};

export const identityFacts = (who: { tenantId: string; objectId: string }) => ({
  tenantId: who.tenantId,
  objectId: who.objectId,
});
