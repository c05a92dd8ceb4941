import { atFirstUse } from './at-first-use.ts';
import type { Millis } from './time.ts';

const parts = atFirstUse(
  () =>
    new Intl.DateTimeFormat('en-GB', {
      timeZone: 'UTC',
      weekday: 'long',
      day: 'numeric',
      month: 'long',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }),
);

/**
 * "Monday 30 November 2026, 10:36 UTC": neither a mail nor the server knows its reader's zone, so it names its own. Built from parts: the
 * commas between them differ from one runtime to the next.
 */
export function inUtc(at: Millis): string {
  const part = Object.fromEntries(
    parts()
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  return `${part.weekday} ${part.day} ${part.month} ${part.year}, ${part.hour}:${part.minute} UTC`;
}
