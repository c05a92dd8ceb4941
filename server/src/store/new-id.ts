import { v7 } from 'uuid';

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';

/** `{prefix}_` and the 26 characters of a UUIDv7 (RFC 9562) in lower-case Crockford base 32: sorts by time. */
export function newId(prefix: string): string {
  let text = '';
  let bits = 0;
  let width = 2; // 26 digits of 5 bits hold 130: two zeros come before the 128
  for (const byte of v7(undefined, new Uint8Array(16))) {
    bits = ((bits << 8) | byte) & 0xfff;
    for (width += 8; width >= 5; text += CROCKFORD[(bits >> width) & 31]) width -= 5;
  }
  return `${prefix}_${text}`;
}

/** Ids in paths and JSON are exact (CONTRACT.md, 1). */
export const isId = (prefix: string, text: string): boolean =>
  text.length === prefix.length + 27 &&
  text.startsWith(`${prefix}_`) &&
  /^[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(text.slice(prefix.length + 1));
