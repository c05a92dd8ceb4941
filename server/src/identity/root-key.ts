import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { base64url } from 'jose';

/** One key for each purpose, 32 bytes each, all derived from `DOORSTEP_SECRET`; none can be computed from another. */
export type Keys = {
  invitation: Uint8Array;
  sealing: Uint8Array;
  setUp: Uint8Array;
  audit: Uint8Array;
  check: Uint8Array;
  /** Ids and mailed codes of guests. */
  guest: Uint8Array;
};

const KEY_BYTES = 32;

/** RFC 5869, with one label for each key. Space around a text is dropped: files end with a line break. */
export function deriveKeys(secret: string | Uint8Array): Keys {
  const root = typeof secret === 'string' ? utf8(secret.trim()) : secret;
  const derive = (label: string) => hkdf(sha256, root, undefined, utf8(`doorstep ${label}`), KEY_BYTES);
  return {
    invitation: derive('invitation'),
    sealing: derive('sealing'),
    setUp: derive('set-up'),
    audit: derive('audit'),
    check: derive('check'),
    guest: derive('guest'),
  };
}

/** What the database keeps to notice at start that it belongs to another secret. Tells nothing about the secret. */
export function proofOfSecret(keys: Keys): string {
  return base64url.encode(hmac(sha256, keys.check, utf8('the secret of this workspace')));
}

/** Seals a text of the audit chain: HMAC-SHA-256, base64url. Nobody can forge a row without the secret. */
export function sealOf(keys: Pick<Keys, 'audit'>): (text: string) => string {
  return (text) => base64url.encode(hmac(sha256, keys.audit, utf8(text)));
}

/** What the set-up link carries: never stored, the same at every start, worth nothing once there is an administrator (CONTRACT.md, 4). */
export function setUpToken(keys: Pick<Keys, 'setUp'>): string {
  return base64url.encode(hmac(sha256, keys.setUp, utf8('set-up')));
}

const MIN_BYTES = 32;
/** Any random 32 bytes are far above, in whatever notation: hex is near 240, base64 near 200. */
const MIN_BITS_BY_COUNTING = 100;
const HOW_TO = 'make one with: openssl rand -base64 32';
const FROM_EXAMPLES =
  /change.?me|example|placeholder|replace|default|password|passphrase|your.?(own|secret|key)|insert|sample|dummy|<.*>/i;

/** Why this text must not be the root secret, as a sentence that does not repeat it; null if it may (SUP-01). */
export function secretProblem(text: string): string | null {
  const secret = text.trim();
  if (secret === '') return `DOORSTEP_SECRET is empty; ${HOW_TO}`;
  if (FROM_EXAMPLES.test(secret)) return `DOORSTEP_SECRET looks like a value from an example; ${HOW_TO}`;
  if (bytesIn(secret) < MIN_BYTES) return `DOORSTEP_SECRET is shorter than 256 bits (32 bytes); ${HOW_TO}`;
  if (isGuessable(secret)) return `DOORSTEP_SECRET repeats itself or can be guessed; ${HOW_TO}`;
  return null;
}

/** Hexadecimal carries half a byte a character; every other text is taken as it stands. */
function bytesIn(secret: string): number {
  return /^[0-9a-f]+$/i.test(secret) ? secret.length / 2 : utf8(secret).length;
}

function isGuessable(secret: string): boolean {
  return isRepetition(secret) || isSequence(secret) || bitsByCounting(secret) < MIN_BITS_BY_COUNTING;
}

/** A text that is a shorter one over and over is found in its own double before the end. */
function isRepetition(secret: string): boolean {
  return (secret + secret).indexOf(secret, 1) < secret.length;
}

/** More than half of the neighbours are equal or follow each other, as in `aaaa`, `abcd` and `4321`. */
function isSequence(secret: string): boolean {
  const codes = [...secret].map((character) => character.codePointAt(0)!);
  const steps = codes.filter((code, at) => at > 0 && Math.abs(code - codes[at - 1]!) <= 1).length;
  return steps > codes.length / 2;
}

/** Shannon's entropy by how often each character comes, times the length: an upper bound for a text of few characters. */
function bitsByCounting(secret: string): number {
  const characters = [...secret];
  const counts = new Map<string, number>();
  for (const character of characters) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((bits, count) => bits - count * Math.log2(count / characters.length), 0);
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
