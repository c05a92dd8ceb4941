import type { Millis } from '@doorstep/shared/time';
import { announceExpiringTokens } from '../store/scim-token.ts';
import type { Deps } from './deps.ts';

/** Tells the administrators 30, 14, 7 and 1 days ahead of what expires: the provisioning tokens. */
export async function announceExpiring(deps: Deps, now: Millis): Promise<void> {
  const mails = await announceExpiringTokens(deps.store, now);
  if (mails > 0) deps.nudge();
}
