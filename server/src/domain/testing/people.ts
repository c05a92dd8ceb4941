import type { Identity } from '../identity.ts';

/** Somebody of the tenant whose address the tenant vouches for. */
export const mia: Identity = {
  tenantId: 'contoso',
  objectId: 'mia',
  name: 'Mia Novák',
  address: 'mia@contoso.example',
  addressIsTrusted: true,
  guestOf: null,
  loginHint: null,
  trustedAddresses: ['mia@contoso.example'],
};
