import { foldAddress } from '@doorstep/shared/email-address';
import type { Identity, IdentityKey } from './identity.ts';

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
