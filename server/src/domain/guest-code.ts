import type { Role } from '@doorstep/shared/member';
import type { Millis } from '@doorstep/shared/time';
import { isGuest } from './guest.ts';
import type { IdentityKey } from './identity.ts';
import { policy } from './policy.ts';

const { lasts, tries, within, mostCodes, mostWrong } = policy.guestCode;

/** What the rules need to know of one mailed code. */
export type KnownCode = { createdAt: Millis; endsAt: Millis; wrongTries: number; usedAt: Millis | null };

/** Codes of one address that were asked for within this time count together; a wrong try may come as long as its code lasts. */
export const codesCountFor: Millis = within;
export const wrongTriesCountFor: Millis = within + lasts;

/** How the addressee of an invitation comes in. `microsoft` also where nobody can tell a guest from a colleague. */
export type WayIn = 'microsoft' | 'code' | 'closed-to-guests';

/** `belonging`: of the invitation's address; an invitation that is bound to an identity of the tenant is for a Microsoft account, whatever its address. */
export function wayInOf(
  invitation: { address: string | null; role: Role; boundTo: IdentityKey | null },
  belonging: 'ours' | 'outside' | 'unknown',
  forcesSso: boolean,
): WayIn {
  const { address, boundTo, role } = invitation;
  if (address === null || belonging === 'ours' || (boundTo && !isGuest(boundTo))) return 'microsoft';
  if (belonging === 'unknown' && !boundTo) return 'microsoft';
  if (forcesSso) return 'closed-to-guests';
  return role === 'administrator' ? 'microsoft' : 'code'; // no guest becomes an administrator
}

/** What a code still is at this moment. */
export type CodeState = 'good' | 'used' | 'run-out' | 'tried-out';

export function stateOfCode(code: KnownCode, now: Millis): CodeState {
  if (code.usedAt !== null) return 'used';
  if (code.wrongTries >= tries) return 'tried-out';
  return now < code.endsAt ? 'good' : 'run-out';
}

export const triesLeft = (code: Pick<KnownCode, 'wrongTries'>): number => Math.max(0, tries - code.wrongTries);

/** Six digits as people type and paste them: spaces, hyphens and what mail programs put between them do not count. null: not six digits. */
export function readTypedCode(text: string): string | null {
  if (text.length > 100) return null;
  const digits = text.replace(/[\s\p{Pd}\u00AD\u200B-\u200D\u2060]/gu, '');
  return /^\d{6}$/.test(digits) ? digits : null;
}

/**
 * When an address that has had its share may ask for a code again; null: at once. `codes` are all of the address, whichever browser asked and
 * whatever became of them (DIR-04).
 */
export function mayAskAgainAt(codes: readonly Pick<KnownCode, 'createdAt' | 'wrongTries'>[], now: Millis): Millis | null {
  const newest = [...codes].sort((a, b) => b.createdAt - a.createdAt);
  const fullUntil = (newest[mostCodes - 1]?.createdAt ?? Number.NEGATIVE_INFINITY) + codesCountFor;
  const again = Math.max(fullUntil, mayTryAgainAt(codes, now) ?? Number.NEGATIVE_INFINITY);
  return again > now ? again : null;
}

/** When wrong tries of an address are forgotten so far that the next one is looked at; null: now. */
export function mayTryAgainAt(codes: readonly Pick<KnownCode, 'createdAt' | 'wrongTries'>[], now: Millis): Millis | null {
  let wrong = 0;
  for (const code of [...codes].sort((a, b) => b.createdAt - a.createdAt)) {
    wrong += code.wrongTries;
    const until = code.createdAt + wrongTriesCountFor;
    if (until <= now) return null;
    if (wrong >= mostWrong) return until;
  }
  return null;
}
