import type { MemberId } from '@doorstep/shared/ids';
import { invitationFilters } from '@doorstep/shared/invitation';
import { Hono } from 'hono';
import {
  findInvitation,
  findInvitations,
  type InvitationRow,
  resendInvitation,
  revokeInvitation,
} from '../../../store/invitation.ts';
import { newId } from '../../../store/new-id.ts';
import { isForGuest } from '../../../store/own-domain.ts';
import { pageOf } from '../../api/page-of.ts';
import type { Ctx, Env } from '../../env.ts';
import { memberOf } from '../../middleware/access.ts';
import { invitationShown } from '../../shown.ts';
import { confirmPage } from '../../views/confirm.ts';
import { invitationsPage } from '../../views/invitations.ts';
import { nameOf } from '../../views/text.ts';
import { errorPageOf } from '../error-pages.ts';
import { readForm } from '../form-body.ts';
import { page } from '../page.ts';
import { adminShellOf, choiceIn, conflictPage, cursorIn, ENTRIES, recordRefusedWrite, searchIn } from './admin-page.ts';
import { freshSignInFirst, isFreshlySignedIn } from './fresh-sign-in.ts';

const LIST = '/admin/invitations';

/** All invitations, sent again and revoked by a press. */
export const invitations = new Hono<Env>()
  .get('/', async (c) => {
    const { deps, now } = c.var;
    const filter = choiceIn(c, 'state', invitationFilters);
    const cursor = cursorIn(c, 'cursor', 'inv');
    const q = searchIn(c);
    const wanted = {
      q,
      limit: ENTRIES + 1,
      ...(filter === null ? {} : { state: filter }),
      ...(cursor === null ? {} : { cursor }),
    };
    const rows = await findInvitations(deps.store, wanted, now);
    const shown = pageOf(rows, ENTRIES, (row) => invitationShown(row, now));
    return page(c, invitationsPage({ ...(await adminShellOf(c)), invitations: shown, filter, q, cursor }));
  })
  .post('/:id/resend', async (c) => {
    const { deps } = c.var;
    const invitation = await invitationAsked(c);
    if (!invitation) return errorPageOf(c, 'not-found');
    if (invitation.state === 'pending' && invitation.role === 'administrator' && !isFreshlySignedIn(c))
      return freshFirst(c, invitation);
    const isGuest = await isForGuest(deps.store, invitation);
    if (isGuest && invitation.state === 'pending' && deps.settings.forcesSso) return noGuests(c, invitation);
    const isSent = await resendInvitation(deps.store, { ...changeOf(c, invitation), isGuest });
    if (!isSent) return cannot(c, invitation, 'sent again');
    deps.nudge();
    return c.redirect(`${LIST}?done=resent`, 303);
  })
  .post('/:id/revoke', async (c) => {
    const invitation = await invitationAsked(c);
    if (!invitation) return errorPageOf(c, 'not-found');
    if (invitation.state === 'pending' && (await readForm(c)).get('confirmed') !== 'yes') return askBeforeRevoking(c, invitation);
    const isRevoked = await revokeInvitation(c.var.deps.store, changeOf(c, invitation));
    return isRevoked ? c.redirect(`${LIST}?done=revoked`, 303) : cannot(c, invitation, 'revoked');
  });

const invitationAsked = (c: Ctx): Promise<InvitationRow | null> => findInvitation(c.var.deps.store, c.req.param('id') ?? '');

const changeOf = (c: Ctx, { id }: InvitationRow) => ({
  id,
  by: memberOf(c).id as MemberId,
  auditId: newId('aud'),
  now: c.var.now,
  trace: c.var.trace,
});

/** It is not pending any more, or was sent as often as there are keys. Who revokes twice is told the same twice. */
async function cannot(c: Ctx, before: InvitationRow, what: 'sent again' | 'revoked'): Promise<Response> {
  const { state } = (await findInvitation(c.var.deps.store, before.id)) ?? before;
  if (what === 'revoked' && state === 'revoked') return c.redirect(`${LIST}?done=revoked`, 303);
  const sentence =
    state === 'pending'
      ? 'It was sent as often as an invitation can be. Revoke it and invite the person anew.'
      : `${nameOf(before)} has ${endings[state]} it. Nothing was changed.`;
  return conflictPage(c, `This invitation cannot be ${what}`, sentence, { href: LIST, text: 'See the invitations' });
}

async function noGuests(c: Ctx, invitation: InvitationRow): Promise<Response> {
  await recordRefusedWrite(c, 'guests-not-allowed', invitation.id);
  const sentence = `Everybody signs in with Microsoft here while SSO is forced, and ${nameOf(invitation)} is from elsewhere. The invitation is kept and works again when Force SSO is switched off.`;
  return conflictPage(c, 'This invitation cannot be sent again now', sentence, { href: LIST, text: 'See the invitations' });
}

const endings = { redeemed: 'used', declined: 'declined', revoked: 'lost' } as const;

const freshFirst = (c: Ctx, invitation: InvitationRow) =>
  freshSignInFirst(c, {
    about: invitation.id,
    room: 'invitations',
    what: `invite ${nameOf(invitation)} as administrator again`,
    action: `${LIST}/${invitation.id}/resend`,
    fields: [],
    back: LIST,
  });

const askBeforeRevoking = async (c: Ctx, invitation: InvitationRow) =>
  page(
    c,
    confirmPage({
      ...(await adminShellOf(c)),
      room: 'invitations',
      title: `Revoke the invitation of ${nameOf(invitation)}?`,
      sentence: 'The link and the key in the mail stop working now. Nobody is told; you can invite the person again at any time.',
      action: `${LIST}/${invitation.id}/revoke`,
      fields: [['confirmed', 'yes']],
      button: 'Revoke the invitation',
      isDestructive: true,
      back: LIST,
    }),
  );
