/** Control characters, line separators, and what turns the direction of writing (a name must not reorder its page). */
const UNSHOWABLE = /[\p{Cc}\u2028\u2029\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/** A stranger's text as one line of at most `limit` characters; null if it is no text or nothing is left of it. */
export function plainLine(value: unknown, limit: number): string | null {
  if (typeof value !== 'string') return null;
  const line = [
    ...value
      .slice(0, limit * 4)
      .toWellFormed()
      .replace(UNSHOWABLE, '')
      .trim(),
  ]
    .slice(0, limit)
    .join('');
  return line === '' ? null : line;
}

const DETAIL_LENGTH = 200;

/** For logs and audit rows: what was wrong, at most 200 characters in one line. */
export function detailLine(text: string): string {
  return plainLine(text.replace(/\s+/g, ' '), DETAIL_LENGTH) ?? '';
}
