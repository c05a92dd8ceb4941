import { foldAddress } from '@doorstep/shared/email-address';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Keys } from './root-key.ts';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const CHARACTERS = 26;

/**
 * The object id of a guest: `gst_` and 130 bits of `HMAC-SHA-256(key, "guest" | address, folded)` in Crockford base 32. The same mailbox is the
 * same guest, without a table that could be raced for; the audit names the id, which tells nobody the address.
 */
export function guestIdOf(keys: Pick<Keys, 'guest'>, address: string): string {
  const digest = hmac(sha256, keys.guest, new TextEncoder().encode(`guest|${foldAddress(address)}`));
  let bits = 0n;
  for (const byte of digest.subarray(0, 17)) bits = (bits << 8n) | BigInt(byte);
  let id = '';
  for (let at = 0; at < CHARACTERS; at += 1) id += ALPHABET[Number((bits >> BigInt(131 - at * 5)) & 31n)];
  return `gst_${id}`;
}
