import { checkAddress } from './email-address.ts';

export type Found = { address: string; name?: string };
/** A `suggestion` is an address that the writer probably meant. */
export type Odd = { problem: string; suggestion?: string };

export const TWO_IN_ONE = 'looks like two addresses in one';
/** Zero-width characters, soft hyphens and marks of writing direction, which copying from chats and web pages brings along. */
export const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/** The address without what stood around it in a sentence, a link or a sheet. */
export function unwrap(text: string): string {
  const bare = text
    .replace(INVISIBLE, '')
    .trim()
    .replace(/^[("“”„«‹<[{*•]+/u, '')
    .replace(/^mailto:/iu, '')
    .replace(/\?.*$/su, (query) => (/^\?[a-z]+=/iu.test(query) ? '' : query));
  const end = endOf(bare);
  const closed = bare.slice(end).includes("'") && bare.startsWith("'");
  return bare.slice(closed ? 1 : 0, end);
}

/** Where the closing punctuation begins. A loop, because `[...]+$` takes quadratic time on hostile text. */
function endOf(text: string): number {
  let end = text.length;
  while (end > 0 && ')"“”»›>]}\'.,:!?*'.includes(text[end - 1]!)) end--;
  return end;
}

/** What stands where an address should be: the address, or what is wrong with it. */
export function readAddress(text: string): Found | Odd {
  if (text.indexOf('@') !== text.lastIndexOf('@')) return { problem: TWO_IN_ONE };
  const read = checkAddress(text);
  if ('address' in read) return read;
  const meant = text.replace(/\s+/gu, '').replace(/[,.。]+/gu, '.');
  return 'address' in checkAddress(meant) ? { ...read, suggestion: meant } : read;
}
