import { HOUR, MINUTE, type Millis, SECOND } from '@doorstep/shared/time';

const FIRST_CEILING: Millis = 10 * SECOND;
const LAST_CEILING: Millis = 15 * MINUTE;
const LEAST: Millis = SECOND;
const LONGEST_OBEYED: Millis = HOUR;

/**
 * Full jitter under a ceiling that doubles with each attempt up to 15 minutes (OUT-06). `random` is in [0, 1); `askedFor` is what the
 * provider's Retry-After said, obeyed up to an hour.
 */
export function retryDelay(attempts: number, random: number, askedFor: Millis = 0): Millis {
  const ceiling = Math.min(LAST_CEILING, FIRST_CEILING * 2 ** Math.min(attempts - 1, 10));
  return Math.max(LEAST, Math.round(random * ceiling), Math.min(askedFor, LONGEST_OBEYED));
}
