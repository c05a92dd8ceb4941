import { wayInBy } from '../../actions/send-guest-code.ts';
import { maskAddress } from '../../domain/invitation.ts';
import type { decideUsable } from '../../domain/redemption.ts';
import { type InvitationRow, knownInvitation } from '../../store/invitation.ts';
import type { Ctx } from '../env.ts';
import { closedPage, expiredPage, supersededPage } from '../views/ended-invitation.ts';
import { acceptPage, type InvitationShown, joinPage } from '../views/join.ts';
import { otherAccountPage } from '../views/other-account.ts';
import { page, shellOf } from './page.ts';

type Ended = Exclude<ReturnType<typeof decideUsable>, { outcome: 'usable' }>;

/** Its own sentence and next step for each way in which an invitation has ended: 410. */
export async function ended(c: Ctx, row: InvitationRow, how: Ended): Promise<Response> {
  const shell = await shellOf(c);
  const wayIn = await wayInBy(c.var.deps, knownInvitation(row));
  // renewed by approving a guest's request: what was mailed is the way to a code, not a newer key
  if (how.outcome === 'superseded' && row.accessRequestId !== null && wayIn === 'code') return c.redirect('/guest', 303);
  switch (how.outcome) {
    case 'closed':
      return page(c, closedPage({ ...shell, state: how.state, wayIn }), 410);
    case 'superseded':
      return page(c, supersededPage({ ...shell, resentAt: how.resentAt, wayIn }), 410);
    case 'expired':
      return page(c, expiredPage({ ...shell, ...addressee(row), expiredAt: row.expiresAt, wayIn }), 410);
  }
}

/** Live, with the right key: shows, changes nothing. */
export async function offered(c: Ctx, row: InvitationRow): Promise<Response> {
  const member = c.var.session?.member;
  const viewer = member ? { name: member.name, address: member.address } : null;
  return page(
    c,
    joinPage({
      ...(await shellOf(c)),
      invitation: shown(row),
      viewer,
      wayIn: await wayInBy(c.var.deps, knownInvitation(row)),
      maskedAddress: addressee(row).maskedAddress,
    }),
  );
}

/** Bound to whoever signed in: one press takes it. */
export const acceptable = async (c: Ctx, row: InvitationRow, signedInAs: string | null): Promise<Response> =>
  page(c, acceptPage({ ...(await shellOf(c)), invitation: shown(row), signedInAs }));

/** Right key, another account: untouched, and three ways on. */
export const forSomebodyElse = async (c: Ctx, row: InvitationRow, signedInAs: string | null): Promise<Response> =>
  page(
    c,
    otherAccountPage({ ...(await shellOf(c)), ...addressee(row), signedInAs: signedInAs ?? 'an account without a name' }),
    403,
  );

const addressee = (row: InvitationRow) => ({
  invitationId: row.id,
  maskedAddress: row.address && maskAddress(row.address),
  inviterName: row.inviterName,
});

const shown = (row: InvitationRow): InvitationShown => ({
  id: row.id,
  inviter: row.inviterId ? { memberId: row.inviterId, name: row.inviterName } : null,
  note: row.note,
  address: row.address,
  role: row.role,
  accessUntil: row.accessUntil,
  expiresAt: row.expiresAt,
});
