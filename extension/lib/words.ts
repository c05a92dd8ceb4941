import { DAY, HOUR, MINUTE, type Millis } from '@doorstep/shared/time';

export const countOf = (count: number, one: string, many: string): string =>
  `${count.toLocaleString()} ${count === 1 ? one : many}`;

/** A time past, as short as a list has room for: `now`, `4 min`, `2 h`, `3 d`. */
export function span(length: Millis): string {
  if (length < MINUTE) return 'now';
  if (length < HOUR) return `${Math.floor(length / MINUTE)} min`;
  return length < DAY ? `${Math.floor(length / HOUR)} h` : `${Math.floor(length / DAY)} d`;
}

/** How long something may take, in whole hours: `2 hours`. */
export const within = (length: Millis): string => countOf(Math.max(1, Math.ceil(length / HOUR)), 'hour', 'hours');

/** Where somebody comes from who has no account of the tenant's own. */
export const guestWord = ({ isGuest, guestOf }: { isGuest?: boolean | undefined; guestOf: string | null }): string =>
  isGuest ? 'guest' : guestOf ? 'tenant guest' : '';

export const clock = (at: Millis): string => new Date(at).toLocaleTimeString([], { timeStyle: 'short' });
export const day = (at: Millis): string =>
  new Date(at).toLocaleDateString([], { weekday: 'short', day: 'numeric', month: 'short' });
export const instant = (at: Millis): string => new Date(at).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
