/** Longest path of RFC 5321, 4.5.3.1.3, without the angle brackets. */
const MAX_LENGTH = 254;
const MAX_LOCAL_LENGTH = 64;
const LOCAL = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i; // dot-atom of RFC 5322, 3.2.3
const LABEL = /^[\p{L}\p{N}]([\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?$/u;

export type AddressCheck = { address: string } | { problem: string };

/** One address as typed, or a sentence that says what is wrong with it. Never folds anything but the space around. */
export function checkAddress(text: string): AddressCheck {
  const address = text.trim();
  const at = address.lastIndexOf('@');
  if (address === '') return { problem: 'is empty' };
  if (at < 0) return { problem: 'has no @' };
  const local = address.slice(0, at);
  const domain = address.slice(at + 1);
  if (local === '') return { problem: 'has nothing before the @' };
  if (domain === '') return { problem: 'has nothing after the @' };
  if (domain.includes(',')) return { problem: 'has a comma in the domain' };
  if (/\s/u.test(address)) return { problem: 'has a space inside' };
  if (address.length > MAX_LENGTH || local.length > MAX_LOCAL_LENGTH) return { problem: 'is too long for an address' };
  if (!LOCAL.test(local)) return { problem: 'has a character before the @ that mail servers do not take' };
  const labels = domain.split('.');
  if (labels.length < 2) return { problem: 'has no dot in the domain' };
  if (!labels.every((label) => LABEL.test(label))) return { problem: 'has a domain that cannot exist' };
  return { address };
}

export const isAddress = (text: string): boolean => 'address' in checkAddress(text);

/** The only folding that matching does: ASCII letters to lower case (INV-29). Dots, plus-tags and Unicode forms stay. */
export const foldAddress = (address: string): string => address.trim().replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
