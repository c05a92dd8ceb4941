import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { base64url } from 'jose';

const TOKEN_BYTES = 32;
const encoder = new TextEncoder();

/** A new secret for a session, a connected browser or a code: 256 random bits, base64url (43 characters). */
export function newToken(): string {
  return base64url.encode(crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)));
}

/** What the database keeps instead of a token: its SHA-256 in hex. A token has 256 bits, so it needs no salt. */
export function hashToken(token: string): string {
  return bytesToHex(sha256(encoder.encode(token)));
}

/** Are both the same? Takes as long for a nearly right text as for a wrong one; only lengths can be told from the time. */
export function sameText(one: string, other: string): boolean {
  const left = new TextEncoder().encode(one);
  const right = new TextEncoder().encode(other);
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let at = 0; at < left.length; at += 1) difference |= left[at]! ^ right[at]!;
  return difference === 0;
}
