import type { Role } from '@doorstep/shared/member';
import type { Millis } from '@doorstep/shared/time';
import { policy } from './policy.ts';

type KnownSession = { kind: 'member' | 'waiting' | 'visitor'; signedInAt: Millis; lastUsedAt: Millis; endsAt: Millis };

/**
 * Ended by the clock: idle too long or too old, whichever comes first; use does not move the second (SES-05). `role` is the member's now: who
 * has become an administrator since the sign-in has an administrator's time.
 */
export function hasEnded(session: KnownSession, role: Role | null, now: Millis): boolean {
  if (session.endsAt <= now) return true;
  if (session.kind !== 'member') return false;
  if (session.lastUsedAt + policy.session.idle <= now) return true;
  return role === 'administrator' && session.signedInAt + policy.session.administratorAtMost <= now;
}
