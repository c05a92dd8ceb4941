import { Hono } from 'hono';
import { findInvitation } from '../../../store/invitation.ts';
import { findLeavers, findWhatTheyLeft, takeOver } from '../../../store/left-behind.ts';
import { findMember } from '../../../store/member.ts';
import { isId, newId } from '../../../store/new-id.ts';
import { findSponsorNames } from '../../../store/sponsor.ts';
import type { Ctx, Env } from '../../env.ts';
import { memberOf } from '../../middleware/access.ts';
import { LEFT_BEHIND, leftBehindPage } from '../../views/left-behind.ts';
import { nameOf } from '../../views/text.ts';
import { errorPageOf } from '../error-pages.ts';
import { readForm } from '../form-body.ts';
import { page } from '../page.ts';
import { adminShellOf, conflictPage, cursorIn, recordRefusedWrite } from './admin-page.ts';

/** Guests and open invitations of each, where all are shown and where one person is. */
const FEW = 3;
const MANY = 20;

/** What people leave behind who do not administer any more: a to-do of the others. */
export const leftBehind = new Hono<Env>()
  .get('/', async (c) => {
    const { deps, now } = c.var;
    const of = cursorIn(c, 'of', 'mem');
    const leavers = await findLeavers(deps.store, now, of);
    const left = await findWhatTheyLeft(deps.store, leavers, of === null ? FEW : MANY, now);
    return page(c, leftBehindPage({ ...(await adminShellOf(c)), of, leavers, ...left }));
  })
  .post('/take-over', async (c) => {
    const { deps, now, trace } = c.var;
    const form = await readForm(c);
    const from = form.get('from') ?? '';
    const only = form.get('only') ?? null;
    if (!isId('mem', from) || (only !== null && !isId('mem', only) && !isId('inv', only))) return errorPageOf(c, 'not-found');
    const taken = await takeOver(deps.store, { by: memberOf(c).id, from, only, auditId: newId('aud'), now, trace });
    return taken > 0 ? c.redirect(`${LEFT_BEHIND}?done=taken-over`, 303) : lost(c, from, only);
  });

/** Somebody was faster, or it is not left behind any more. Who pressed twice is told what they have. */
async function lost(c: Ctx, from: string, only: string | null): Promise<Response> {
  const answers = only === null ? null : await whoAnswersFor(c, only);
  if (answers?.memberId === memberOf(c).id) return c.redirect(`${LEFT_BEHIND}?done=taken-over`, 303);
  await recordRefusedWrite(c, 'changed-meanwhile', only ?? from);
  const sentence = answers
    ? `${nameOf(answers)} answers for it now. Nothing was changed by you.`
    : 'Somebody else has taken over, or nothing is left behind any more. Nothing was changed by you.';
  return conflictPage(c, 'Taken over already', sentence, { href: LEFT_BEHIND, text: 'See what is left' });
}

async function whoAnswersFor(c: Ctx, id: string): Promise<{ memberId: string; name: string | null } | null> {
  const { store } = c.var.deps;
  if (isId('inv', id)) {
    const invitation = await findInvitation(store, id);
    return invitation?.inviterId ? { memberId: invitation.inviterId, name: invitation.inviterName } : null;
  }
  const guest = await findMember(store, id);
  if (!guest?.sponsorId) return null;
  return { memberId: guest.sponsorId, name: (await findSponsorNames(store, [guest])).get(guest.sponsorId) ?? null };
}
