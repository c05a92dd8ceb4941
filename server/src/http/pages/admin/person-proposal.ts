import { Hono } from 'hono';
import { findMember, type MemberRow } from '../../../store/member.ts';
import { confirmAdministrator, declineAdministrator, findProposal } from '../../../store/proposal.ts';
import type { Ctx, Env } from '../../env.ts';
import { memberOf } from '../../middleware/access.ts';
import { nameOf } from '../../views/text.ts';
import { errorPageOf } from '../error-pages.ts';
import { freshSignInFirst, isFreshlySignedIn } from './fresh-sign-in.ts';
import { changeOf, done, lost, memberAsked, pathOf, refused } from './person.ts';
import { whyNot } from './person-refusal.ts';

/** The second approval of a new administrator, or its end. Who may is decided in the store. */
export const personProposal = new Hono<Env>()
  .post('/:id/confirm-administrator', async (c) => {
    const member = await memberAsked(c);
    if (!member) return errorPageOf(c, 'not-found');
    if (member.role === 'administrator') return done(c, member, 'administrator-confirmed');
    const no = (await whyNot(c, member)) ?? (await whyNotConfirmed(c, member));
    if (no) return refused(c, member, no);
    if (!isFreshlySignedIn(c)) return freshFirst(c, member);
    const isDone = await confirmAdministrator(c.var.deps.store, changeOf(c, member));
    if (isDone) return done(c, member, 'administrator-confirmed');
    const because = await whyNotConfirmed(c, (await findMember(c.var.deps.store, member.id)) ?? member);
    return because
      ? refused(c, member, because)
      : lost(c, member, 'administrator-confirmed', ({ role }) => role === 'administrator');
  })
  .post('/:id/decline-administrator', async (c) => {
    const member = await memberAsked(c);
    if (!member) return errorPageOf(c, 'not-found');
    if (member.proposedBy === null) return refused(c, member, 'no-proposal');
    const no = await whyNot(c, member);
    if (no) return refused(c, member, no);
    const isDone = await declineAdministrator(c.var.deps.store, changeOf(c, member));
    return isDone
      ? done(c, member, 'administrator-declined')
      : lost(c, member, 'administrator-declined', ({ role, proposedBy }) => role !== 'administrator' && proposedBy === null);
  });

async function whyNotConfirmed(c: Ctx, member: MemberRow) {
  if (member.role === 'administrator') return null;
  const proposal = await findProposal(c.var.deps.store, member.id, c.var.now);
  if (proposal === null) return 'no-proposal';
  return proposal.by.memberId === memberOf(c).id ? 'own-proposal' : null;
}

const freshFirst = (c: Ctx, member: MemberRow) =>
  freshSignInFirst(c, {
    about: member.id,
    room: 'users',
    what: `make ${nameOf(member)} an administrator`,
    action: `${pathOf(member)}/confirm-administrator`,
    fields: [],
    back: pathOf(member),
  });
