import type { Millis } from '@doorstep/shared/time';
import { foldTrusted, type Identity } from './identity.ts';
import type { KnownInvitation } from './invitation.ts';

export type RedemptionDecision =
  | { outcome: 'redeem' }
  | { outcome: 'address-not-proven' }
  | { outcome: 'someone-else' }
  | { outcome: 'closed'; state: 'redeemed' | 'revoked' | 'declined' }
  | { outcome: 'superseded'; resentAt: Millis }
  | { outcome: 'expired'; at: Millis };

/** What an invitation still is, whoever presents it. `generation` is that of the right key; a wrong one never gets here (INV-20). */
export function decideUsable(
  invitation: KnownInvitation,
  generation: number,
  now: Millis,
): { outcome: 'usable' } | Extract<RedemptionDecision, { outcome: 'closed' | 'superseded' | 'expired' }> {
  if (invitation.state !== 'pending') return { outcome: 'closed', state: invitation.state };
  if (generation < invitation.generation) return { outcome: 'superseded', resentAt: invitation.sentAt };
  if (invitation.expiresAt <= now) return { outcome: 'expired', at: invitation.expiresAt };
  return { outcome: 'usable' };
}

/** Decides, changes nothing: the table of DESIGN.md section 4 for somebody who presents an invitation with the right key. */
export function decideRedemption(
  invitation: KnownInvitation,
  generation: number,
  who: Identity,
  now: Millis,
): RedemptionDecision {
  const usable = decideUsable(invitation, generation, now);
  return usable.outcome === 'usable' ? { outcome: addressed(invitation, who) } : usable;
}

/** An object id decides where there is one; an address counts only when it is trusted for the identity (INV-02, ENT-40, ENT-41). */
export function addressed(invitation: KnownInvitation, who: Identity): 'redeem' | 'address-not-proven' | 'someone-else' {
  if (invitation.boundTo) {
    const isTheirs = invitation.boundTo.tenantId === who.tenantId && invitation.boundTo.objectId === who.objectId;
    return isTheirs ? 'redeem' : 'someone-else';
  }
  if (!invitation.address) return 'someone-else';
  const invited = foldTrusted(invitation.address);
  if (who.trustedAddresses.includes(invited)) return 'redeem';
  return who.address !== null && foldTrusted(who.address) === invited ? 'address-not-proven' : 'someone-else';
}
