import type { Millis } from '@doorstep/shared/time';
import { foldTrusted, type Identity, type ShownIdentity } from '../domain/identity.ts';
import { policy } from '../domain/policy.ts';
import { addressed } from '../domain/redemption.ts';
import { decideKnock } from '../domain/sign-in.ts';
import { recordRefusal, type Trace } from '../store/audit.ts';
import { findInvitation, knownInvitation } from '../store/invitation.ts';
import { newId } from '../store/new-id.ts';
import type { Session } from '../store/session.ts';
import { findKnown } from '../store/sign-in.ts';
import type { Deps } from './deps.ts';
import { knock } from './knock.ts';
import { finishSignIn, redeem, type SignInOutcome } from './sign-in.ts';
import { beginning } from './sign-in-attempt.ts';
import { identityFacts } from './sign-in-identity.ts';

/** Who a visitor or waiting session belongs to, as their sign-in said. */
export const visitorOf = (session: Pick<Session, 'visitor'>): Identity | null => {
  if (!session.visitor) return null;
  const { tenantId, objectId, name, address, guestOf, loginHint, ...trust } = JSON.parse(session.visitor) as ShownIdentity;
  const addressIsTrusted = Boolean(trust.addressIsTrusted);
  const trustedAddresses = addressIsTrusted && address !== null ? [foldTrusted(address)] : [];
  return { tenantId, objectId, name, address, addressIsTrusted, guestOf, loginHint, trustedAddresses };
};

/** *Ask the administrators* on the page of another account: an access request `other-account` that names the invitation. */
export async function askForOtherAccount(deps: Deps, session: Session, trace: Trace, now: Millis): Promise<SignInOutcome | null> {
  const who = visitorOf(session);
  if (!who || !session.invitationId) return null;
  const known = await findKnown(deps.store, who, now);
  const isLost = known.person !== null && known.person.status !== 'enabled';
  if (known.member || isLost) return finishSignIn(deps, who, { ...withoutInvitation(session) }, trace, now);
  const decision = decideKnock({ who, ...known }, 'other-account', session.invitationId, deps.settings, now);
  if (decision.outcome === 'denied' || decision.outcome === 'refused') {
    await recordRefusal(deps.store, {
      id: newId('aud'),
      at: now,
      what: 'request.refused',
      by: null,
      about: session.invitationId,
      facts: { because: decision.outcome, ...identityFacts(who) },
      trace,
    });
    return decision;
  }
  if (decision.outcome === 'waiting') return finishSignIn(deps, who, withoutInvitation(session), trace, now);
  const begun = beginning(who, withoutInvitation(session), trace, now);
  const opened = await knock(deps, decision, { ...begun.facts, inConnectWindow: session.inConnectWindow });
  return opened
    ? { outcome: 'waiting', sessionToken: begun.token }
    : finishSignIn(deps, who, withoutInvitation(session), trace, now);
}

/** *Accept* on the page of somebody whose identity the invitation is bound to: one POST within ten minutes of the sign-in. */
export async function acceptInvitation(deps: Deps, session: Session, trace: Trace, now: Millis): Promise<SignInOutcome | null> {
  const who = visitorOf(session);
  if (!who || !session.invitationId || session.signedInAt + policy.acceptWithin <= now) return null;
  const row = await findInvitation(deps.store, session.invitationId);
  if (!row) return null;
  const invitation = knownInvitation(row);
  if (!invitation.boundTo || addressed(invitation, who) !== 'redeem') return null;
  const redeemed = await redeem(
    deps,
    { invitation, generation: invitation.generation },
    who,
    withoutInvitation(session),
    trace,
    now,
  );
  return redeemed ?? finishSignIn(deps, who, withoutInvitation(session), trace, now);
}

const withoutInvitation = (session: Session) => ({
  presented: null,
  setsUp: false,
  isFresh: false,
  inConnectWindow: session.inConnectWindow,
  endsSession: session.tokenHash,
  providerSessionId: session.providerSessionId,
  method: session.method,
});
