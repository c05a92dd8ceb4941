import type { AuditId, InvitationId, MemberId } from '@doorstep/shared/ids';
import type { Millis } from '@doorstep/shared/time';
import { type Identity, withDirectory, withVouching } from '../domain/identity.ts';
import type { KnownInvitation } from '../domain/invitation.ts';
import { type Denial, decideSignIn, type SignInDecision } from '../domain/sign-in.ts';
import { replaceWhy } from '../store/access-request.ts';
import { admitMember, findAdmission } from '../store/admission.ts';
import { recordRefusal, type Trace } from '../store/audit.ts';
import { makeFirstAdministrator } from '../store/first-administrator.ts';
import { findKnownInvitation } from '../store/invitation.ts';
import { newId } from '../store/new-id.ts';
import { redeemInvitation } from '../store/redemption.ts';
import { findKnown, signInMember } from '../store/sign-in.ts';
import type { Deps } from './deps.ts';
import { knock } from './knock.ts';
import { beginning, beginVisit, beginWaiting, type SignInAttempt } from './sign-in-attempt.ts';
import { identityFacts } from './sign-in-identity.ts';

/** `sessionToken` is for the cookie; a refusal has none. */
export type SignInOutcome =
  | {
      outcome: 'member';
      memberId: MemberId;
      sessionToken: string;
      came: 'set-up' | 'redeemed' | 'admitted' | 'back';
      unspent: InvitationId | null;
    }
  | { outcome: 'waiting'; sessionToken: string }
  | { outcome: 'accept' | 'someone-else'; invitation: KnownInvitation; sessionToken: string }
  | { outcome: 'expired'; invitation: KnownInvitation }
  | { outcome: 'closed'; state: 'redeemed' | 'revoked' | 'declined' }
  | { outcome: 'superseded'; resentAt: Millis }
  | { outcome: 'denied'; denial: Denial; until: Millis }
  | Extract<SignInDecision, { outcome: 'refused' }>;

/** Who lost a race is decided again on what is there now; a few rounds suffice, for each loss means that somebody else won. */
const MOST_ROUNDS = 5;

/** Reads, decides, writes: the only way in (DESIGN.md, section 4). */
export async function finishSignIn(
  deps: Deps,
  who: Identity,
  attempt: SignInAttempt,
  trace: Trace,
  now: Millis,
): Promise<SignInOutcome> {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const { decision, shown } = await decide(deps, who, attempt, now);
    const outcome = await carryOut(deps, decision, shown, attempt, trace, now);
    if (outcome) return outcome;
  }
  throw new Error('lost a sign-in that nobody won');
}

/** `shown`: who it is for all that is written. Rules are only looked for where somebody would have to wait. */
async function decide(
  deps: Deps,
  claimed: Identity,
  attempt: SignInAttempt,
  now: Millis,
): Promise<{ decision: SignInDecision; shown: Identity }> {
  const [{ person, forcesSso, ...known }, invitation] = await Promise.all([
    findKnown(deps.store, claimed, now),
    attempt.presented ? findKnownInvitation(deps.store, attempt.presented.invitationId) : null,
  ]);
  const proven = withDirectory(claimed, person);
  const shown = isVouchedFor(deps, proven) ? withVouching(proven, claimed.address) : proven;
  const who = { ...shown, address: claimed.address }; // what the account says itself is told apart from what is proven
  const presented = attempt.presented && invitation && { ...attempt.presented, invitation };
  const { setsUp, method } = attempt;
  const at = { who, ...known, presented, setsUp, method, inDirectory: person?.status ?? null, admission: null };
  const rules = { ...deps.settings, forcesSso };
  const decision = decideSignIn(at, rules, now);
  if (decision.outcome !== 'knock' && decision.outcome !== 'waiting') return { decision, shown };
  // a vouched address opens an invitation with its key; rules, which need no key, take proven ones alone
  const admission = await findAdmission(deps.store, who, proven.trustedAddresses);
  return { decision: decideSignIn({ ...at, admission }, rules, now), shown };
}

const isVouchedFor = ({ settings, tenantId }: Deps, who: Identity): boolean =>
  settings.vouchesForEmail && who.tenantId === tenantId && who.guestOf === null;

/** null when the write lost against somebody else's. */
async function carryOut(
  deps: Deps,
  decision: SignInDecision,
  who: Identity,
  attempt: SignInAttempt,
  trace: Trace,
  now: Millis,
): Promise<SignInOutcome | null> {
  switch (decision.outcome) {
    case 'becomes-administrator': {
      const begun = beginning(who, attempt, trace, now);
      const memberId = await makeFirstAdministrator(deps.store, {
        ...begun.facts,
        id: newId('red'),
        memberId: newId('mem') as MemberId,
      });
      return memberId && { outcome: 'member', memberId, sessionToken: begun.token, came: 'set-up', unspent: null };
    }
    case 'signed-in': {
      const begun = beginning(who, attempt, trace, now);
      const isIn = await signInMember(deps.store, { ...begun.facts, id: newId('sig'), memberId: decision.member.id });
      return isIn
        ? { outcome: 'member', memberId: decision.member.id, sessionToken: begun.token, came: 'back', unspent: decision.unspent }
        : null;
    }
    case 'redeem':
      return redeem(deps, decision, who, attempt, trace, now);
    case 'admit': {
      const { token, facts } = beginning(who, attempt, trace, now);
      const won = { ...facts, id: newId('adm'), memberId: newId('mem') as MemberId, ruleId: decision.ruleId };
      const memberId = await admitMember(deps.store, won);
      return memberId ? { outcome: 'member', memberId, sessionToken: token, came: 'admitted', unspent: null } : null;
    }
    case 'knock': {
      const begun = beginning(who, attempt, trace, now);
      const opened = await knock(deps, decision, { ...begun.facts, inConnectWindow: attempt.inConnectWindow });
      return opened ? { outcome: 'waiting', sessionToken: begun.token } : null;
    }
    case 'waiting':
      return wait(deps, decision, who, attempt, trace, now);
    case 'accept':
    case 'someone-else': {
      const begun = beginning(who, attempt, trace, now);
      const isBegun = await beginVisit(deps, decision, begun, attempt, trace);
      return isBegun ? { outcome: decision.outcome, invitation: decision.invitation, sessionToken: begun.token } : null;
    }
    case 'refused':
    case 'closed':
    case 'superseded':
    case 'expired':
    case 'denied':
      await recordRefusal(deps.store, {
        id: newId('aud') as AuditId,
        at: now,
        what: 'sign-in.refused',
        by: null,
        about: attempt.presented?.invitationId ?? null,
        facts: { because: decision.outcome === 'refused' ? decision.because : decision.outcome, ...identityFacts(who) },
        trace,
      });
      return decision;
    default:
      return unreachable(decision);
  }
}

/** Role, groups and end date come from the invitation's row inside the statement, so that no stale copy can be granted. */
export async function redeem(
  deps: Deps,
  { invitation, generation }: { invitation: KnownInvitation; generation: number },
  who: Identity,
  attempt: Omit<SignInAttempt, 'presented' | 'setsUp'>,
  trace: Trace,
  now: Millis,
): Promise<Extract<SignInOutcome, { outcome: 'member' }> | null> {
  const begun = beginning(who, attempt, trace, now);
  const memberId = await redeemInvitation(deps.store, {
    ...begun.facts,
    id: newId('red'),
    invitationId: invitation.id,
    generation,
    memberId: newId('mem') as MemberId,
  });
  return memberId ? { outcome: 'member', memberId, sessionToken: begun.token, came: 'redeemed', unspent: null } : null;
}

async function wait(
  deps: Deps,
  decision: Extract<SignInDecision, { outcome: 'waiting' }>,
  who: Identity,
  attempt: SignInAttempt,
  trace: Trace,
  now: Millis,
): Promise<SignInOutcome | null> {
  const { request, becomes } = decision;
  if (becomes) {
    const isChanged = await replaceWhy(deps.store, { requestId: request.id, auditId: newId('aud'), now, trace, ...becomes });
    if (!isChanged) return null;
  }
  const begun = beginning(who, attempt, trace, now);
  const isBegun = await beginWaiting(deps, request.id, begun, attempt, trace);
  return isBegun ? { outcome: 'waiting', sessionToken: begun.token } : null;
}

function unreachable(never: never): never {
  throw new Error(`not an outcome: ${JSON.stringify(never)}`);
}
