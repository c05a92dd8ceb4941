import type { Batch, NewBatch, Row } from '@doorstep/shared/invitation-batch';
import type { FieldError } from '@doorstep/shared/problem';
import { Hono } from 'hono';
import { previewInvitations, invite as sendInvitations } from '../../../actions/invite.ts';
import { countPlans } from '../../../domain/invitation.ts';
import { newId } from '../../../store/new-id.ts';
import type { Ctx, Env } from '../../env.ts';
import { memberOf } from '../../middleware/access.ts';
import { type InviteForm, invitePage } from '../../views/invite.ts';
import { invitePlanPage, inviteResultPage } from '../../views/invite-plan.ts';
import { count } from '../../views/text.ts';
import { readForm } from '../form-body.ts';
import { page } from '../page.ts';
import { adminShellOf, conflictPage } from './admin-page.ts';
import { freshSignInFirst, isFreshlySignedIn } from './fresh-sign-in.ts';
import { carried, emptyInviteForm, keyIn, reachable, readInviteForm, typedForm } from './invite-form.ts';

/** Inviting without the extension: form, review, result. */
export const invite = new Hono<Env>()
  .get('/new', (c) => showForm(c, emptyInviteForm))
  .post('/new', async (c) => showForm(c, typedForm(await readForm(c)))) // *Back* on the review: nothing typed is lost
  .post('/plan', async (c) => {
    const asked = readInviteForm(await readForm(c), c.var.now);
    if ('errors' in asked) return showForm(c, asked.form, asked.errors);
    const preview = await previewInvitations(c.var.deps, asked.wanted, c.var.now);
    const fields = carried(asked.form, newId('key'));
    return page(c, invitePlanPage({ ...(await adminShellOf(c)), preview, typed: asked.typed, fields }));
  })
  .post('/send', async (c) => {
    const fields = await readForm(c);
    const asked = readInviteForm(fields, c.var.now);
    if ('errors' in asked) return showForm(c, asked.form, asked.errors);
    const key = keyIn(fields);
    const { batch, places } = reachable(asked.wanted);
    if (batch.recipients.length === 0)
      return showForm(c, asked.form, [{ pointer: '#/recipients', detail: 'has no address in it' }]);
    if (batch.role === 'administrator' && !isFreshlySignedIn(c))
      return freshFirst(c, asked.form, key ?? newId('key'), places.length);
    return send(c, asked, batch, places, key);
  });

async function send(
  c: Ctx,
  asked: { wanted: NewBatch; typed: string[] },
  wanted: NewBatch,
  places: number[],
  key: string | null,
) {
  const { deps, trace, now } = c.var;
  const result = await sendInvitations(deps, memberOf(c).id, wanted, key, trace, now);
  switch (result.outcome) {
    case 'invited': {
      const batch = withUnreachable(result.batch, places, asked.typed);
      return page(c, inviteResultPage({ ...(await adminShellOf(c)), batch, typed: asked.typed }));
    }
    case 'other-body':
      return conflictPage(
        c,
        'These were sent already',
        'The same review was sent before with other people or options. Nothing was sent now.',
        {
          href: '/admin/invitations',
          text: 'See the invitations',
        },
      );
    case 'not-addresses':
      throw new Error('only addresses were handed over');
  }
}

/** The result tells of everybody who was typed, in that order: of those, too, to whom no mail could go. */
function withUnreachable(batch: Batch, places: number[], typed: string[]): Batch {
  const reached = new Set(places);
  const told = batch.rows.map((row) => ({ ...row, recipient: places[row.recipient]! }));
  const others = typed.flatMap((text, place) => (reached.has(place) ? [] : [noAddress(text, place)]));
  const rows = [...told, ...others].sort((a, b) => a.recipient - b.recipient);
  const { invite, resend, refuse } = batch.counts;
  return { ...batch, rows, counts: { invite, resend, refuse: refuse + countPlans(others).refuse } };
}

const noAddress = (address: string, recipient: number): Row => ({
  recipient,
  address,
  directoryUserId: null,
  name: null,
  plan: 'refuse',
  because: 'not-an-address',
});

const showForm = async (c: Ctx, form: InviteForm, errors: FieldError[] = []): Promise<Response> =>
  page(c, invitePage({ ...(await adminShellOf(c)), form, errors }), errors.length > 0 ? 422 : 200);

const freshFirst = (c: Ctx, form: InviteForm, key: string, people: number) =>
  freshSignInFirst(c, {
    about: null,
    room: 'invitations',
    what: `invite ${count(people, 'administrator', 'administrators')}`,
    action: '/admin/invitations/send',
    fields: carried(form, key),
    back: '/admin/invitations/new',
  });
