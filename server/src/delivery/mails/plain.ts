import { atFirstUse } from '@doorstep/shared/at-first-use';

/** Controls, marks that turn the reading direction, and what has no width at all: names must not rearrange or hide words (MAIL-02). */
const BREAKS = /[\r\n\u0085\u2028\u2029\t\v\f]+/g;
const UNSHOWABLE = /[\p{Cc}\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/gu;
const SCHEME = /\b[a-z][a-z0-9+.-]*:\/\/+/gi;
/** A grapheme can be made of any number of marks: so many code units each are enough for every script. */
const MOST_PER_GRAPHEME = 16;
const graphemes = atFirstUse(() => new Intl.Segmenter('en', { granularity: 'grapheme' }));

/** Foreign text as one line of at most `most` characters as people count them. */
export function oneLine(text: string, most: number): string {
  return cut(text.toWellFormed().replace(BREAKS, ' ').replace(UNSHOWABLE, '').replace(/ {2,}/g, ' ').trim(), most);
}

/** A person's or workspace's name: one line, and never the address of a page (`https://` goes, MAIL-01). */
export function plainName(name: string, most = 60): string {
  return oneLine(name.replace(SCHEME, ''), most);
}

/** Foreign text of several lines: breaks stay, at most one empty line between two paragraphs. */
export function manyLines(text: string, most: number): string {
  const lines = text.replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n').split('\n');
  return cut(
    lines
      .map((line) => oneLine(line, most))
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim(),
    most,
  );
}

function cut(text: string, most: number): string {
  const segments = [...graphemes().segment(text.slice(0, most * MOST_PER_GRAPHEME))].map(({ segment }) => segment);
  if (text.length > most * MOST_PER_GRAPHEME && segments.length > 1) segments.pop(); // perhaps only its beginning
  const kept = segments.slice(0, most).join('');
  return kept.length < text.length ? `${kept.trimEnd().toWellFormed()}…` : kept;
}

/**
 * The same words with a word joiner (U+2060, no width) where a mail program would see a link: `evil.example`, `www.x`, `a@b`. For HTML
 * parts only, and for what strangers may write; in the text part names have lost their scheme instead, so that it stays plain text.
 */
export const unlinked = (text: string): string => text.replace(/(?<=\S)[.@:/](?=\S)/g, '\u2060$&\u2060');
