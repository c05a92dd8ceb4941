import { DAY, HOUR, MINUTE, type Millis } from '@doorstep/shared/time';

export const countOf = (count: number, one: string, many: string): string =>
  `${count.toLocaleString()} ${count === 1 ? one : many}`;

/** A time past, as short as a list has room for: `now`, `4 min`, `2 h`, `3 d`. */
export function span(length: Millis): string {
  if (length < MINUTE) return 'now';
  if (length < HOUR) return `${Math.floor(length / MINUTE)} min`;
  return length < DAY ? `${Math.floor(length / HOUR)} h` : `${Math.floor(length / DAY)} d`;
}

export const clock = (at: Millis): string => new Date(at).toLocaleTimeString([], { timeStyle: 'short' });
export const day = (at: Millis): string =>
  new Date(at).toLocaleDateString([], { weekday: 'short', day: 'numeric', month: 'short' });
export const instant = (at: Millis): string => new Date(at).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
