import { DAY, type Millis, SECOND } from '@doorstep/shared/time';

/** A pause that somebody else names is obeyed, but a slip of theirs must not stop us for good. */
const LONGEST_OBEYED = DAY;

/** `Retry-After` (RFC 9110, 10.2.3): seconds or an HTTP date. The moment it names; null when the header is missing or means nothing. */
export function readRetryAfter(header: string | null, now: Millis): Millis | null {
  const text = header?.trim() ?? '';
  const until = /^\d{1,9}$/.test(text) ? now + Number(text) * SECOND : readDate(text);
  return until === null ? null : Math.min(Math.max(until, now), now + LONGEST_OBEYED);
}

/** An HTTP date ends in GMT; `Date.parse` alone would take nearly anything. */
function readDate(text: string): Millis | null {
  const at = /^\w{3,9}, .* GMT$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}
