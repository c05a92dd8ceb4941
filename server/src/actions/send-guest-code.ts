import { foldAddress } from '@doorstep/shared/email-address';
import type { Millis } from '@doorstep/shared/time';
import { mayAskAgainAt, type WayIn, wayInOf } from '../domain/guest-code.ts';
import type { KnownInvitation } from '../domain/invitation.ts';
import { guestIdOf } from '../identity/guest-id.ts';
import { hashToken, newToken } from '../identity/tokens.ts';
import type { Trace } from '../store/audit.ts';
import { findRecentCodes, writeGuestCode } from '../store/guest-code.ts';
import { findKnownInvitation } from '../store/invitation.ts';
import { newId } from '../store/new-id.ts';
import { belongingOf, findOwnDomains } from '../store/own-domain.ts';
import type { Deps } from './deps.ts';

/** What the browser that asked keeps, sealed: without it the mailed code is worth nothing. */
export type AskedCode = { id: string; token: string; asksForNew: boolean };

export type CodeWanted = {
  address: string;
  /** Whose right key was presented; `asksForNew`: it has ended, and the code begins a request for a new one. */
  invitation: { id: string; generation: number; asksForNew: boolean } | null;
  /** What this browser keeps of the code it asked for before, which ends now. */
  previous: AskedCode | null;
};

export type CodeSending =
  | { outcome: 'sent'; code: AskedCode }
  /** The address has had its share, known here or not. */
  | { outcome: 'too-many'; againAt: Millis }
  /** A colleague's address, or an invitation for a Microsoft account: no code ever. */
  | { outcome: 'microsoft' }
  | { outcome: 'closed-to-guests' };

/** `sent` to whoever asks, also for an address that is nobody's here: whether a mail leaves is decided in the statement (MAIL-09). */
export async function sendGuestCode(deps: Deps, wanted: CodeWanted, trace: Trace, now: Millis): Promise<CodeSending> {
  const address = foldAddress(wanted.address);
  const way = await wayIn(deps, address, wanted.invitation?.id ?? null);
  if (way !== 'code') return { outcome: way };
  const code = {
    id: newId('gco'),
    token: wanted.previous?.token ?? newToken(),
    asksForNew: wanted.invitation?.asksForNew ?? false,
  };
  const isWritten = await writeGuestCode(deps.store, {
    id: code.id,
    address,
    objectId: guestIdOf(deps.keys, address),
    invitation: wanted.invitation,
    browserHash: hashToken(code.token),
    previousId: wanted.previous?.id ?? null,
    auditId: newId('aud'),
    now,
    trace,
  });
  if (!isWritten) {
    const againAt = mayAskAgainAt(await findRecentCodes(deps.store, address, now), now);
    return againAt === null ? { outcome: 'closed-to-guests' } : { outcome: 'too-many', againAt };
  }
  deps.nudge();
  return { outcome: 'sent', code };
}

/** Without an invitation only a colleague's address is turned away: a guest who is in already stays one while no domain is known. */
async function wayIn(deps: Deps, address: string, invitationId: string | null): Promise<WayIn> {
  const belonging = belongingOf(await findOwnDomains(deps.store), address);
  const { forcesSso } = deps.settings;
  if (invitationId !== null) {
    const invitation = await findKnownInvitation(deps.store, invitationId);
    return invitation ? wayInBy(deps, invitation) : 'microsoft';
  }
  if (forcesSso) return 'closed-to-guests';
  return belonging === 'ours' ? 'microsoft' : 'code';
}

/** How the addressee of this invitation comes in, as things stand now. */
export async function wayInBy(deps: Deps, invitation: KnownInvitation): Promise<WayIn> {
  const belonging = belongingOf(await findOwnDomains(deps.store), invitation.address ?? '');
  return wayInOf(invitation, belonging, deps.settings.forcesSso);
}
