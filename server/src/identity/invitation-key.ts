import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Keys } from './root-key.ts';
import { sameText } from './tokens.ts';

/** Crockford base 32: no I, L, O, U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const BITS_PER_CHARACTER = 5;
const PROOF_LENGTH = 28;
const MAX_GENERATION = 1023;
const KEY = /^[0-9A-HJKMNP-TV-Z]{30}$/;
const ID = /^[0-9A-HJKMNP-TV-Z]{26}$/;
/** Nobody types more than this for an id or key; longer texts are not looked at. */
const MAX_TYPED = 200;

/**
 * The key of an invitation's generation (1 to 1023): 30 characters, two for the generation and 28 (140 bits) of an
 * HMAC-SHA-256. Derived whenever it is needed and never stored.
 */
export function invitationKey(keys: Pick<Keys, 'invitation'>, invitationId: string, generation: number): string {
  if (!Number.isInteger(generation) || generation < 1 || generation > MAX_GENERATION) throw new RangeError('generation');
  const mac = hmac(sha256, keys.invitation, new TextEncoder().encode(`invitation-key|${invitationId}|${generation}`));
  return ALPHABET[generation >> BITS_PER_CHARACTER]! + ALPHABET[generation & 31]! + base32(mac, PROOF_LENGTH);
}

/** The generation that the key is right for, the newest or an older one; null if it is no key of this invitation. */
export function generationOf(keys: Pick<Keys, 'invitation'>, invitationId: string, key: string): number | null {
  if (!KEY.test(key)) return null;
  const generation = ALPHABET.indexOf(key[0]!) * ALPHABET.length + ALPHABET.indexOf(key[1]!);
  if (generation < 1) return null;
  return sameText(key, invitationKey(keys, invitationId, generation)) ? generation : null;
}

/** As mails show it: six groups of five. */
export function showKey(key: string): string {
  return key.replace(/.{5}(?=.)/g, '$& ');
}

/** A key as links carry it, 30 characters exactly as made; null for anything else. */
export function exactKey(text: string): string | null {
  return KEY.test(text) ? text : null;
}

/** A key as people type it: case, spaces and hyphens do not matter, O is read as 0, I and L as 1. */
export function readTypedKey(text: string): string | null {
  if (text.length > MAX_TYPED) return null;
  return exactKey(foldTyped(text));
}

/** An invitation id as people type it, with or without `inv_`, folded like a key. Returns `inv_` and 26 lower-case characters. */
export function readTypedId(text: string): string | null {
  if (text.length > MAX_TYPED) return null;
  const folded = foldTyped(text.trim().replace(/^inv[\s_-]?/i, ''));
  return ID.test(folded) ? `inv_${folded.toLowerCase()}` : null;
}

/** As mails show an id: without prefix, in upper case, in groups of five and a last one of six (26 characters). */
export function showId(id: string): string {
  return id
    .replace(/^[a-z]+_/, '')
    .toUpperCase()
    .replace(/.{5}(?=.{5})/g, '$& ');
}

/** Also the hyphens and invisible characters that word processors and mail programs put in. */
function foldTyped(text: string): string {
  return text
    .replace(/[\s\p{Pd}\u00AD\u200B-\u200D\u2060]/gu, '')
    .toUpperCase()
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');
}

/** The first bits of `bytes`, five to a character. */
function base32(bytes: Uint8Array, length: number): string {
  let text = '';
  let held = 0;
  let bits = 0;
  for (let at = 0; text.length < length; at += 1) {
    held = ((held << 8) | bytes[at]!) & 0xfff;
    bits += 8;
    while (bits >= BITS_PER_CHARACTER && text.length < length) {
      bits -= BITS_PER_CHARACTER;
      text += ALPHABET[(held >> bits) & 31]!;
    }
  }
  return text;
}
