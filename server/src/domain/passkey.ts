import type { Role } from '@doorstep/shared/member';
import { isGuest } from './guest.ts';
import type { IdentityKey } from './identity.ts';

/** What an authenticator made and we keep: `id` and `publicKey` (COSE) in base64url. */
export type NewPasskey = { id: string; publicKey: string; counter: number; transports: string[]; isBackedUp: boolean };

/**
 * Whose passkeys open the door: guests', and those of administrators on the break-glass list, as long as they are on it. Everybody else signs in
 * at the identity provider, which alone knows whether they still belong here (DESIGN.md, section 4, Force SSO).
 */
export const mayHavePasskeys = (member: Pick<IdentityKey, 'tenantId'> & { role: Role; breaksGlass: boolean }): boolean =>
  isGuest(member) || (member.breaksGlass && member.role === 'administrator');
