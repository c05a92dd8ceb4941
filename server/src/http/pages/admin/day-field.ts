import { DAY, type Millis } from '@doorstep/shared/time';

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** The last moment of the day typed, in UTC; null for an empty field. A day that is none or has passed is a problem. */
export function readLastDay(typed: string, now: Millis): { at: Millis | null } | { problem: string } {
  const text = typed.trim();
  if (text === '') return { at: null };
  const start = DATE.test(text) ? Date.parse(`${text}T00:00:00.000Z`) : Number.NaN;
  if (Number.isNaN(start) || new Date(start).toISOString().slice(0, 10) !== text) {
    return { problem: 'must be a day of the calendar, as in 2027-03-31' };
  }
  const at = start + DAY - 1;
  return at > now ? { at } : { problem: 'must be a day that has not passed' };
}
