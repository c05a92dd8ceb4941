import type { SignInOutcome } from '../../actions/sign-in.ts';
import { findInvitation, type InvitationRow } from '../../store/invitation.ts';
import { findAdministratorNames, findMember } from '../../store/member.ts';
import { dropJoin, dropSetUp, putArrival, setSessionToken } from '../cookies.ts';
import type { Ctx } from '../env.ts';
import { closedPage, supersededPage } from '../views/ended-invitation.ts';
import { refusedPage } from '../views/refused.ts';
import { deniedPage } from '../views/waiting.ts';
import { acceptable, ended, forSomebodyElse } from './invitation-pages.ts';
import { page, shellOf } from './page.ts';

/** Translates what became of a sign-in: cookie, page, way on. `returnTo` is a checked path of ours. */
export async function answerSignIn(
  c: Ctx,
  outcome: SignInOutcome,
  returnTo: string | null,
  signedInAs: string | null = null,
): Promise<Response> {
  switch (outcome.outcome) {
    case 'member':
      setSessionToken(c, outcome.sessionToken);
      return welcome(c, outcome, returnTo);
    case 'waiting':
      setSessionToken(c, outcome.sessionToken);
      return c.redirect('/waiting', 303);
    case 'accept':
      setSessionToken(c, outcome.sessionToken);
      return acceptable(c, await rowOf(c, outcome.invitation.id), signedInAs);
    case 'someone-else':
      setSessionToken(c, outcome.sessionToken);
      return forSomebodyElse(c, await rowOf(c, outcome.invitation.id), signedInAs);
    case 'closed':
      return page(c, closedPage({ ...(await shellOf(c)), state: outcome.state }), 410);
    case 'superseded':
      return page(c, supersededPage({ ...(await shellOf(c)), resentAt: outcome.resentAt }), 410);
    case 'expired':
      return ended(c, await rowOf(c, outcome.invitation.id), { outcome: 'expired', at: outcome.invitation.expiresAt });
    case 'denied': {
      const { denial, until } = outcome;
      return page(
        c,
        deniedPage({ ...(await shellOf(c)), decidedAt: denial.decidedAt, reason: denial.reason, knockAgainAt: until }),
        403,
      );
    }
    case 'refused':
      return page(
        c,
        refusedPage({
          ...(await shellOf(c)),
          because: outcome.because,
          askWhom: await findAdministratorNames(c.var.deps.store, c.var.now),
          signedInAs,
        }),
        403,
      );
    default:
      return outcome satisfies never;
  }
}

async function welcome(
  c: Ctx,
  outcome: Extract<SignInOutcome, { outcome: 'member' }>,
  returnTo: string | null,
): Promise<Response> {
  if (outcome.came === 'set-up') {
    dropSetUp(c);
    await putArrival(c, { by: 'set-up' });
  }
  if (outcome.came === 'admitted') await putArrival(c, { by: 'rule' });
  if (outcome.came === 'redeemed') await announceRedemption(c, outcome.memberId);
  if (outcome.unspent) await putArrival(c, { by: 'unspent-invitation' });
  return c.redirect(returnTo ?? '/welcome', 303);
}

async function announceRedemption(c: Ctx, memberId: string): Promise<void> {
  const member = await findMember(c.var.deps.store, memberId);
  const invitation = member?.invitationId ? await findInvitation(c.var.deps.store, member.invitationId) : null;
  if (invitation) dropJoin(c, invitation.id);
  await putArrival(
    c,
    invitation?.accessRequestId ? { by: 'approval' } : { by: 'invitation', inviterName: invitation?.inviterName ?? null },
  );
}

/** The row behind an outcome that names one: a reason for a page, never for a decision. */
async function rowOf(c: Ctx, id: string): Promise<InvitationRow> {
  const row = await findInvitation(c.var.deps.store, id);
  if (!row) throw new Error('an invitation that was decided on has gone');
  return row;
}
