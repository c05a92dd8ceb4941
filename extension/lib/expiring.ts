import type { Summary } from '@doorstep/shared/me';
import { DAY, type Millis } from '@doorstep/shared/time';
import { countOf } from './words.ts';

/** "The client secret expires in 6 days", as a sentence without its full stop; nothing when nothing needs somebody. */
export function expirySentence({ expiring }: Summary, now: Millis): string | undefined {
  if (!expiring) return undefined;
  const left = expiring.expiresAt - now;
  const when = left > 0 ? `expires in ${countOf(Math.ceil(left / DAY), 'day', 'days')}` : 'has expired';
  return `The ${expiring.what.replace('-', ' ')} ${when}`; // the words of the API are words
}
