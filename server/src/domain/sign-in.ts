import type { Why } from '@doorstep/shared/access-request';
import type { DirectoryStatus } from '@doorstep/shared/directory';
import type { AccessRequestId, InvitationId, MemberId } from '@doorstep/shared/ids';
import type { MemberState, Role } from '@doorstep/shared/member';
import type { Millis } from '@doorstep/shared/time';
import { isGuest } from './guest.ts';
import type { Identity } from './identity.ts';
import type { KnownInvitation } from './invitation.ts';

import { decideRedemption } from './redemption.ts';
import { quietAfterDenial, type Settings } from './settings.ts';

/** The settings that a sign-in depends on. */
export type SignInRules = Pick<Settings, 'whoMayKnock' | 'quietDays' | 'forcesSso'>;

export type KnownMember = {
  id: MemberId;
  state: MemberState;
  stateAt: Millis;
  role: Role;
  accessUntil: Millis | null;
  /** On the break-glass list; left out: no. */
  breaksGlass?: boolean;
};
export type OpenRequest = { id: AccessRequestId; why: Why; invitationId: InvitationId | null };
export type Denial = { decidedAt: Millis; reason: string | null };

/** All that a sign-in depends on; read before, decided here, written after. */
export type SignIn = {
  who: Identity;
  member: KnownMember | null;
  /** The invitation whose right key was presented, and whether *Ask for a new one* began the sign-in. */
  presented: { invitation: KnownInvitation; generation: number; asksForNew: boolean } | null;
  /** A pending, unexpired invitation bound to this identity. */
  bound: KnownInvitation | null;
  openRequest: OpenRequest | null;
  lastDenial: Denial | null;
  setsUp: boolean;
  /** How it was proven who this is; left out: by the identity provider. */
  method?: 'provider' | 'code' | 'passkey' | undefined;
  hasAdministrator: boolean;
  /** What the directory says of this identity; null when it does not know it. */
  inDirectory: DirectoryStatus | null;
  /** The admission rule that lets this identity in, of those that are on. */
  admission: { ruleId: string } | null;
};

export type SignInDecision =
  | { outcome: 'becomes-administrator' }
  | { outcome: 'signed-in'; member: KnownMember; unspent: InvitationId | null }
  | {
      outcome: 'refused';
      because:
        | 'suspended'
        | 'removed'
        | 'access-ended'
        | 'guests-not-allowed'
        | 'not-invited'
        | 'disabled-in-directory'
        | 'not-break-glass';
    }
  | { outcome: 'redeem'; invitation: KnownInvitation; generation: number }
  | { outcome: 'accept'; invitation: KnownInvitation }
  | { outcome: 'closed'; state: 'redeemed' | 'revoked' | 'declined' }
  | { outcome: 'superseded'; resentAt: Millis }
  | { outcome: 'expired'; invitation: KnownInvitation }
  | { outcome: 'someone-else'; invitation: KnownInvitation }
  | { outcome: 'knock'; why: Why; invitationId: InvitationId | null }
  | { outcome: 'admit'; ruleId: string }
  | { outcome: 'waiting'; request: OpenRequest; becomes: { why: Why; invitationId: InvitationId } | null }
  | { outcome: 'denied'; denial: Denial; until: Millis };

/** The table of DESIGN.md, section 4, row by row. Changes nothing. */
export function decideSignIn(at: SignIn, rules: SignInRules, now: Millis): SignInDecision {
  const decision = decideByHand(at, rules, now);
  return at.admission && isAdmitted(at, decision, rules, now) ? { outcome: 'admit', ruleId: at.admission.ruleId } : decision;
}

/** A rule answers only what administrators would have to: it overrules no denial and takes nobody else's invitation. */
function isAdmitted(at: SignIn, decision: SignInDecision, rules: SignInRules, now: Millis): boolean {
  if (at.lastDenial && isQuiet(at.lastDenial, rules, now)) return false;
  if (decision.outcome === 'knock') return decision.why !== 'other-account';
  return decision.outcome === 'waiting' && decision.becomes?.why !== 'other-account';
}

function decideByHand(at: SignIn, rules: SignInRules, now: Millis): SignInDecision {
  if (at.setsUp && !at.hasAdministrator && at.member?.state !== 'suspended') return { outcome: 'becomes-administrator' };
  const { member } = at;
  if (member?.state === 'suspended') return { outcome: 'refused', because: 'suspended' };
  if (isGuest(at.who) && isShutToGuests(at, rules)) return { outcome: 'refused', because: 'guests-not-allowed' };
  if (member && at.method === 'passkey' && !isGuest(at.who)) return decideBreakGlass(member, now);
  if (member && isIn(member, now)) {
    return {
      outcome: 'signed-in',
      member,
      unspent: at.presented?.invitation.state === 'pending' ? at.presented.invitation.id : null,
    };
  }
  if (at.inDirectory !== null && at.inDirectory !== 'enabled') {
    return member ? refusedAfterwards(member) : { outcome: 'refused', because: 'disabled-in-directory' };
  }
  const left = member && leftAt(member);
  if (at.presented) return decidePresented(at, at.presented, left, rules, now);
  if (at.bound && isAfter(at.bound, left)) {
    return at.bound.accessRequestId
      ? { outcome: 'redeem', invitation: at.bound, generation: at.bound.generation }
      : { outcome: 'accept', invitation: at.bound };
  }
  if (member) return refusedAfterwards(member);
  return decideKnock(at, 'no-invitation', null, rules, now);
}

/** A passkey of one of the tenant's people opens the door while they are on the list, and makes no member of anybody. */
function decideBreakGlass(member: KnownMember, now: Millis): SignInDecision {
  if (!isIn(member, now)) return refusedAfterwards(member);
  return member.breaksGlass && member.role === 'administrator'
    ? { outcome: 'signed-in', member, unspent: null }
    : { outcome: 'refused', because: 'not-break-glass' };
}

function decidePresented(
  at: SignIn,
  { invitation, generation, asksForNew }: NonNullable<SignIn['presented']>,
  left: Millis | null,
  rules: SignInRules,
  now: Millis,
): SignInDecision {
  const member = at.member;
  const redemption = decideRedemption(invitation, generation, at.who, now);
  switch (redemption.outcome) {
    case 'closed':
    case 'superseded':
      return redemption;
    case 'redeem':
      return isAfter(invitation, left) ? { outcome: 'redeem', invitation, generation } : refusedAfterwards(member!);
    case 'someone-else':
      return { outcome: 'someone-else', invitation };
    case 'address-not-proven':
      if (member) return refusedAfterwards(member);
      return decideKnock(at, 'address-not-proven', invitation.id, rules, now);
    case 'expired':
      if (!asksForNew) return { outcome: 'expired', invitation };
      if (member) return refusedAfterwards(member);
      return decideKnock(at, asksFor(invitation, at.who), invitation.id, rules, now);
  }
}

/** Force SSO lets no guest in, and none ever becomes an administrator: what changes the door needs a sign-in at the provider. */
const isShutToGuests = ({ presented, bound }: SignIn, { forcesSso }: SignInRules): boolean =>
  forcesSso || [presented?.invitation, bound].some((invitation) => invitation?.role === 'administrator');

/** Who asks for a new one must be the addressee as far as the provider says; anybody else is another account. */
const asksFor = (invitation: KnownInvitation, who: Identity): Why =>
  decideRedemption({ ...invitation, expiresAt: Number.POSITIVE_INFINITY }, invitation.generation, who, 0).outcome ===
  'someone-else'
    ? 'other-account'
    : 'invitation-expired';

/** Only people of the identity provider knock, and guests whose invitation has expired. One open request per identity; a presented invitation replaces what the request is about, nobody is mailed again. */
export function decideKnock(
  at: Pick<SignIn, 'who' | 'openRequest' | 'lastDenial'>,
  why: Why,
  invitationId: InvitationId | null,
  rules: SignInRules,
  now: Millis,
): Extract<SignInDecision, { outcome: 'knock' | 'waiting' | 'denied' | 'refused' }> {
  const { openRequest, lastDenial, who } = at;
  if (openRequest) {
    const isNews = invitationId !== null && (openRequest.invitationId !== invitationId || openRequest.why !== why);
    return { outcome: 'waiting', request: openRequest, becomes: isNews ? { why, invitationId } : null };
  }
  if (lastDenial && isQuiet(lastDenial, rules, now)) {
    return { outcome: 'denied', denial: lastDenial, until: lastDenial.decidedAt + quietAfterDenial(rules) };
  }
  if (isGuest(who))
    return why === 'invitation-expired'
      ? { outcome: 'knock', why, invitationId }
      : { outcome: 'refused', because: 'not-invited' };
  const mayKnock = who.guestOf ? rules.whoMayKnock.tenantGuests : rules.whoMayKnock.members;
  return mayKnock ? { outcome: 'knock', why, invitationId } : { outcome: 'refused', because: 'guests-not-allowed' };
}

const isQuiet = ({ decidedAt }: Denial, rules: SignInRules, now: Millis): boolean => now < decidedAt + quietAfterDenial(rules);

/** A membership ends by the clock, whether or not a job has marked it. */
export const isIn = (member: Pick<KnownMember, 'state' | 'accessUntil'>, now: Millis): boolean =>
  member.state === 'active' && (member.accessUntil === null || now < member.accessUntil);

const leftAt = (member: KnownMember): Millis =>
  member.state === 'removed' ? member.stateAt : (member.accessUntil ?? member.stateAt);

/** Only an invitation sent after somebody left brings them back (INV-25). */
const isAfter = (invitation: KnownInvitation, left: Millis | null): boolean => left === null || invitation.sentAt > left;

const refusedAfterwards = (member: KnownMember): SignInDecision => ({
  outcome: 'refused',
  because: member.state === 'removed' ? 'removed' : 'access-ended',
});
