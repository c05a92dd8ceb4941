import type { Millis } from '@doorstep/shared/time';
import { announceAccessEnds } from '../store/access-end.ts';
import { announceExpiry } from '../store/expiry.ts';
import { remindInvited } from '../store/reminder.ts';
import type { Deps } from './deps.ts';

/** Tells the administrators of the secrets, certificates and tokens that are about to end. Few rows, whatever the size: each minute. */
export async function announceExpiring({ store, isSetByEnvironment, nudge }: Deps, now: Millis): Promise<void> {
  if ((await announceExpiry(store, isSetByEnvironment.signOn, now)) > 0) nudge();
}

/**
 * Tells members and their sponsors of the end of the access, and whom somebody invited of the end of the invitation. Goes through everybody
 * whose end is near, told already or not: each hour.
 */
export async function announceEnds({ store, settings, nudge }: Deps, now: Millis): Promise<void> {
  const isGuestAllowed = !settings.forcesSso;
  const mails =
    (await announceAccessEnds(store, isGuestAllowed, now)) +
    (settings.remindsInvited ? await remindInvited(store, isGuestAllowed, now) : 0);
  if (mails > 0) nudge();
}
