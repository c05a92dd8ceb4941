import type { ExpiringThing } from '@doorstep/shared/me';
import { DAY, type Millis } from '@doorstep/shared/time';
import { policy } from './policy.ts';

/** When each thing that expires ends: of several of a kind the last one, so that who renewed in time is left in peace. null: there is none. */
export type Ends = {
  /** Of the client secret in the environment, as far as the administrators have said. */
  environmentSecret: Millis | null;
  /** Of what the configured single sign-on shows; at most one of the two. */
  secret: Millis | null;
  certificate: Millis | null;
  provisioningToken: Millis | null;
};
export type Expiring = { what: ExpiringThing; expiresAt: Millis };

const TOLD_AHEAD = policy.expiryTold[0] * DAY;

/** What needs somebody at `now`, the first end first. What has expired stays among it. */
export function whatExpires(ends: Ends, isSetByEnvironment: boolean, now: Millis): Expiring[] {
  const secret = isSetByEnvironment ? ends.environmentSecret : ends.secret;
  const all: [ExpiringThing, Millis | null][] = [
    ['client-secret', secret],
    ['certificate', isSetByEnvironment ? null : ends.certificate],
    ['provisioning-token', isForgotten(ends.provisioningToken, now) ? null : ends.provisioningToken],
  ];
  return all
    .flatMap(([what, expiresAt]) => (expiresAt !== null && expiresAt <= now + TOLD_AHEAD ? [{ what, expiresAt }] : []))
    .sort((a, b) => a.expiresAt - b.expiresAt);
}

/** Who lets the last token end and makes no new one does without provisioning. */
const isForgotten = (end: Millis | null, now: Millis): boolean => end !== null && end <= now - TOLD_AHEAD;
