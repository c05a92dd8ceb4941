import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { policy } from '../domain/policy.ts';
import type { Keys } from './root-key.ts';
import { sameText } from './tokens.ts';

const { digits } = policy.guestCode;

/**
 * The code that is mailed for this id: six digits of `HMAC-SHA-256(key, "guest-code" | id)`. Derived whenever it is needed and never stored.
 * 64 bits are reduced, so that no code is likelier than another by more than one in 10^13.
 */
export function guestCodeOf(keys: Pick<Keys, 'guest'>, codeId: string): string {
  const mac = hmac(sha256, keys.guest, new TextEncoder().encode(`guest-code|${codeId}`));
  const number = new DataView(mac.buffer, mac.byteOffset).getBigUint64(0) % BigInt(10 ** digits);
  return String(number).padStart(digits, '0');
}

/** Takes as long for a nearly right code as for a wrong one. */
export const isGuestCode = (keys: Pick<Keys, 'guest'>, codeId: string, typed: string): boolean =>
  sameText(typed, guestCodeOf(keys, codeId));

/** As mails show it: two groups of three. */
export const showCode = (code: string): string => code.replace(/.{3}(?=.)/g, '$& ');
