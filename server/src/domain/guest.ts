import { foldAddress } from '@doorstep/shared/email-address';
import type { Role } from '@doorstep/shared/member';
import { DAY, type Millis } from '@doorstep/shared/time';
import type { Identity, IdentityKey } from './identity.ts';
import { guestAccessUntil, type Settings } from './settings.ts';

/**
 * Where a tenant's GUID stands for everybody else: guests have no tenant. Their object id is derived from the address that they have proven
 * (identity/guest-id.ts), so an identity of a guest never meets one of the tenant, whatever their addresses.
 */
export const GUESTS = 'guest';

export const isGuest = ({ tenantId }: Pick<IdentityKey, 'tenantId'>): boolean => tenantId === GUESTS;

export const domainOf = (address: string): string => foldAddress(address.slice(address.lastIndexOf('@') + 1));

/** Who has just proven to read the mails of this address. */
export const guestIdentity = (objectId: string, address: string, name: string | null): Identity => ({
  tenantId: GUESTS,
  objectId,
  name,
  address,
  addressIsTrusted: true,
  trustedAddresses: [foldAddress(address)],
  guestOf: domainOf(address),
  loginHint: null,
});

export type GuestRefusal = 'guests-not-allowed' | 'guest-administrator';
/** What a guest would get: why nothing, else until when; `isCut` when the settings end it earlier than was wished. */
export type GuestTerms = { because: GuestRefusal } | { accessUntil: Millis | null; isCut: boolean };

/** What an invitation gives a guest who was to get this: nothing while SSO is forced, no office ever, and an end where one is compulsory. */
export function guestTerms(settings: Settings, wished: { role: Role; accessUntil: Millis | null }, now: Millis): GuestTerms {
  if (settings.forcesSso) return { because: 'guests-not-allowed' };
  if (wished.role === 'administrator') return { because: 'guest-administrator' };
  const accessUntil = guestAccessUntil(settings, wished.accessUntil, now);
  return { accessUntil, isCut: accessUntil !== wished.accessUntil };
}

/** What is wrong with a day that is to end a guest's access, as the end of a sentence; null when it may be so. Days end with the day, in UTC. */
export function guestEndProblem(settings: Settings, wished: Millis | null, now: Millis): string | null {
  if (!settings.guestEnd.isCompulsory) return null;
  if (wished === null) return 'must be a day: the settings want an end to the access of every guest';
  const { days } = settings.guestEnd;
  const last = Math.floor((now + days * DAY) / DAY) * DAY + DAY - 1;
  return wished <= last ? null : `must be at most ${days === 1 ? '1 day' : `${days} days`} ahead, as the settings say of guests`;
}
