import type { Millis } from '@doorstep/shared/time';
import { announceAccessEnds } from '../store/access-end.ts';
import { announceExpiry } from '../store/expiry.ts';
import { remindInvited } from '../store/reminder.ts';
import type { Deps } from './deps.ts';

/**
 * Tells what is about to end: the administrators of secrets, certificates and tokens; members and their sponsors of the end of the access; whom
 * somebody invited of the end of the invitation.
 */
export async function announceExpiring({ store, settings, isSetByEnvironment, nudge }: Deps, now: Millis): Promise<void> {
  const isGuestAllowed = !settings.forcesSso;
  const mails =
    (await announceExpiry(store, isSetByEnvironment.signOn, now)) +
    (await announceAccessEnds(store, isGuestAllowed, now)) +
    (settings.remindsInvited ? await remindInvited(store, isGuestAllowed, now) : 0);
  if (mails > 0) nudge();
}
