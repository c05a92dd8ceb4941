import type { DirectoryGroupId, DirectoryUserId } from '@doorstep/shared/ids';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ID = /^(dus|dgr)_([0-7][0-9a-hjkmnp-tv-z]{25})$/;

/**
 * Directory users and groups are named after the provider's object id, so that one person has one id, whichever source saw them: the 128 bits
 * of the GUID in the same 26 characters as every other id. `objectId` is a GUID in lower case.
 */
export const directoryUserId = (objectId: string): DirectoryUserId => `dus_${encode(objectId)}`;
export const directoryGroupId = (objectId: string): DirectoryGroupId => `dgr_${encode(objectId)}`;

/** The object id behind the id of a directory user or group; null for what is no such id. */
export const objectIdOf = (kind: 'dus' | 'dgr', id: string): string | null => {
  const [, prefix, text] = ID.exec(id) ?? [];
  return prefix === kind ? decode(text!) : null;
};

/** A GUID in lower case, null for anything else: object ids are compared, and stored, in lower case. */
export const readObjectId = (text: unknown): string | null => {
  if (typeof text !== 'string') return null;
  const lowered = text.toLowerCase();
  return GUID.test(lowered) ? lowered : null;
};

function encode(guid: string): string {
  let bits = BigInt(`0x${guid.replaceAll('-', '')}`);
  let text = '';
  for (let at = 0; at < 26; at += 1) {
    text = ALPHABET[Number(bits & 31n)]! + text;
    bits >>= 5n;
  }
  return text;
}

function decode(text: string): string {
  let bits = 0n;
  for (const letter of text) bits = (bits << 5n) | BigInt(ALPHABET.indexOf(letter));
  const hex = bits.toString(16).padStart(32, '0');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
