import { atFirstUse } from '@doorstep/shared/at-first-use';
import { inUtc } from '@doorstep/shared/exact-time';
import { DAY, HOUR, MINUTE, type Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import type { Html } from './layout.ts';

const dayParts = atFirstUse(
  () => new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric' }),
);
const relative = atFirstUse(() => new Intl.RelativeTimeFormat('en', { numeric: 'always' }));

/** "30 Nov 2026" */
export function dayText(at: Millis): string {
  const part = partsOf(dayParts(), at);
  return `${part.day} ${part.month} ${part.year}`;
}

const minuteParts = atFirstUse(
  () => new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
);

/** "30 Nov 2026, 10:36": for columns; the exact instant with its zone is in the title. */
export function shortText(at: Millis): string {
  const part = partsOf(minuteParts(), at);
  return `${dayText(at)}, ${part.hour}:${part.minute}`;
}

/** "in 7 days", "4 minutes ago", "just now". Days are spans of 24 hours, so that "1 day ago" is true in every zone. */
export function relativeText(at: Millis, now: Millis): string {
  const distance = at - now;
  const size = Math.abs(distance);
  if (size < MINUTE) return distance > 0 ? 'in less than a minute' : 'just now';
  if (Math.round(size / MINUTE) < 60) return relative().format(Math.round(distance / MINUTE), 'minute');
  if (Math.round(size / HOUR) < 24) return relative().format(Math.round(distance / HOUR), 'hour');
  return relative().format(Math.round(distance / DAY), 'day');
}

/** How long something has lasted: "2 minutes", "less than a minute". */
export function spanText(span: Millis): string {
  if (span < MINUTE) return 'less than a minute';
  return relativeText(span, 0).replace(/^in /, '');
}

export const exact = (at: Millis): Html => time(at, inUtc(at));
export const short = (at: Millis): Html => time(at, shortText(at));
export const day = (at: Millis): Html => time(at, dayText(at));
export const ago = (at: Millis, now: Millis): Html => time(at, relativeText(at, now));

/** `yyyy-mm-dd` for a date field: the last day on which the time has not passed. */
export const dateFieldValue = (at: Millis | null): string => (at === null ? '' : isoText(at).slice(0, 10));

const time = (at: Millis, text: string): Html => html`<time datetime="${isoText(at)}" title="${inUtc(at)}">${text}</time>`;

const isoText = (at: Millis) => new Date(at).toISOString();

function partsOf(format: Intl.DateTimeFormat, at: Millis): Partial<Record<Intl.DateTimeFormatPartTypes, string>> {
  return Object.fromEntries(format.formatToParts(at).map((part) => [part.type, part.value]));
}
