import { isAddress } from '@doorstep/shared/email-address';
import { type Millis, SECOND } from '@doorstep/shared/time';
import { plainLine } from './plain-line.ts';

/** What a checked ID token says. The person is `(tenantId, objectId)`; names and addresses are for showing. */
export type VerifiedClaims = {
  tenantId: string;
  objectId: string;
  subject: string;
  name: string | null;
  /** Anybody's word (reference/entra.md, 1.5) unless `emailIsVerified`. */
  email: string | null;
  emailIsVerified: boolean;
  preferredUsername: string | null;
  /** Home identity provider of a guest: a tenant id, `live.com`, another provider's name, or a mail domain. */
  guestOf: string | null;
  isGuest: boolean;
  sessionId: string | null;
  loginHint: string | null;
  authTime: Millis | null;
};

export type Claims = Record<string, unknown>;

export const CONSUMER_TENANT = '9188040d-6c67-4c5b-b112-36a304b66dad';
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const NAME_LENGTH = 256;
const OPAQUE_LENGTH = 1024;

/** `tenantId`, `objectId` and `subject` have been checked; everything else is read here and is null where it is no use. */
export function readClaims(claims: Claims, tenantId: string, objectId: string, subject: string): VerifiedClaims {
  const email = readEmail(claims.email);
  return {
    tenantId,
    objectId,
    subject,
    name: plainLine(claims.name, NAME_LENGTH),
    email,
    emailIsVerified: email !== null && isVouchedFor(claims.xms_edov),
    preferredUsername: plainLine(claims.preferred_username, NAME_LENGTH),
    ...readGuest(claims, tenantId),
    sessionId: readOpaque(claims.sid),
    loginHint: readOpaque(claims.login_hint),
    authTime: typeof claims.auth_time === 'number' ? claims.auth_time * SECOND : null,
  };
}

/** A GUID in lower case, null for anything else (numbers, arrays, 10 kB of text). */
export function readGuid(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const lowered = value.toLowerCase();
  return GUID.test(lowered) ? lowered : null;
}

/** One plain address exactly as sent, or null: nothing is trimmed, folded or picked out of it. */
function readEmail(value: unknown): string | null {
  return typeof value === 'string' && value === value.trim() && isAddress(value) ? value : null;
}

/** `xms_edov` arrives as boolean, number or text (ENT-42). */
function isVouchedFor(edov: unknown): boolean {
  return edov === true || edov === 1 || edov === '1' || edov === 'true';
}

/** External members carry `acct` 0, and `idp` is not always sent: either one is enough (reference/entra.md, 1.6). */
function readGuest(claims: Claims, tenantId: string): { isGuest: boolean; guestOf: string | null } {
  const home = claims.idp === claims.iss ? null : homeOf(plainLine(claims.idp, NAME_LENGTH));
  const isForeign = home !== null && home !== tenantId;
  const isGuest = isForeign || claims.acct === 1 || claims.acct === '1';
  if (!isGuest) return { isGuest, guestOf: null };
  return { isGuest, guestOf: isForeign ? home : (domainOf(claims.email) ?? domainOf(claims.preferred_username)) };
}

/** `https://sts.windows.net/{tenant}/` is shortened to the tenant; the consumer tenant has a name that people know. */
function homeOf(idp: string | null): string | null {
  const tenant = readGuid(/^https:\/\/[^/]+\/([^/]+)\//.exec(`${idp}/`)?.[1]);
  return tenant === CONSUMER_TENANT ? 'live.com' : (tenant ?? idp);
}

function domainOf(address: unknown): string | null {
  const email = readEmail(address);
  return email === null ? null : email.slice(email.lastIndexOf('@') + 1).toLowerCase();
}

/** Values that we hand back to the provider as they came, so either whole or not at all. */
function readOpaque(value: unknown): string | null {
  return typeof value === 'string' && plainLine(value, OPAQUE_LENGTH) === value ? value : null;
}
