import { Hono } from 'hono';
import { previewInvitations } from '../../../actions/invite.ts';
import { newId } from '../../../store/new-id.ts';
import { findUserGroupNames } from '../../../store/user-group.ts';
import type { Ctx, Env } from '../../env.ts';
import { unknownGroupErrors } from '../../group-refusals.ts';
import { groupsNamed } from '../../views/group-chips.ts';
import { type InviteForm, type Step, steps, WIZARD } from '../../views/invite.ts';
import { invitePlanPage } from '../../views/invite-plan.ts';
import { count } from '../../views/text.ts';
import { readForm } from '../form-body.ts';
import { page } from '../page.ts';
import { adminShellOf } from './admin-page.ts';
import { freshSignInFirst, isFreshlySignedIn } from './fresh-sign-in.ts';
import { carried, type Fields, type InviteAsked, keyIn, reachable, readInviteForm, stepOf, typedForm } from './invite-form.ts';
import { pressedInOptions } from './invite-options.ts';
import { lookedIn, pressedInOrganization } from './invite-organization.ts';
import { send, showBatch } from './invite-send.ts';
import { lookAtEmails, openWizard, showStep } from './invite-steps.ts';
import { groupQIn, pressedInUserGroups } from './invite-user-groups.ts';

/** Inviting without the extension: four steps on one form, a review, the result. Nothing is written before *Send*. */
export const invite = new Hono<Env>()
  .get('/new', (c) => openWizard(c, stepNamed(c.req.query('step'))))
  .post('/new', async (c) => pressed(c, await readForm(c)))
  .post('/plan', async (c) => review(c, await readForm(c)))
  .post('/send', async (c) => {
    const fields = await readForm(c);
    const asked = await readAsked(c, fields);
    if ('refusal' in asked) return asked.refusal;
    const people = reachable(asked.wanted).batch.recipients.length;
    if (people === 0) return showStep(c, 'emails', asked.form, { errors: [noAddress] });
    const key = keyIn(fields);
    if (asked.wanted.role === 'administrator' && !isFreshlySignedIn(c))
      return freshFirst(c, asked.form, key ?? newId('key'), people);
    return send(c, asked.wanted, asked.typed, key);
  })
  .get('/batches/:id', (c) => showBatch(c, c.req.param('id')));

const noAddress = { pointer: '#/recipients', detail: 'has no address in it' };

const stepNamed = (text: string | undefined): Step | null => steps.find((step) => step === text) ?? null;

/** Which button was pressed, on which step; without one, the step as it stands. */
async function pressed(c: Ctx, fields: Fields): Promise<Response> {
  const from = stepNamed(fields.get('step'));
  const button = fields.get('do') ?? '';
  const at = button.indexOf(':');
  const [verb, about] = at < 0 ? [button, ''] : [button.slice(0, at), button.slice(at + 1)];
  if (verb === 'enter') return entered(c, fields, from ?? 'emails');
  if (verb === 'to')
    return about === 'review' ? goOn(c, fields, from, null) : goOn(c, fields, from, stepNamed(about) ?? 'emails');
  const form = typedForm(fields, c.var.deps.settings.invitationDays);
  const looked = lookedIn(fields);
  const shown = verb === 'search' ? looked : { ...looked, q: looked.shownQ };
  return (
    (await pressedInOrganization(c, form, shown, [verb, about])) ??
    pressedInOptions(c, form, fields, verb) ??
    pressedInUserGroups(c, form, fields, verb) ??
    showStep(c, from ?? 'emails', form)
  );
}

/** Enter does what was typed last, else it goes on. */
async function entered(c: Ctx, fields: Fields, from: Step): Promise<Response> {
  const form = typedForm(fields, c.var.deps.settings.invitationDays);
  const looked = lookedIn(fields);
  if (from === 'organization' && looked.q !== looked.shownQ)
    return (await pressedInOrganization(c, form, looked, ['search', '']))!;
  if (from === 'options' && fields.get('presetName')?.trim()) return pressedInOptions(c, form, fields, 'save-preset')!;
  if (from === 'groups' && fields.get('newGroup')?.trim()) return pressedInUserGroups(c, form, fields, 'make-group')!;
  if (from === 'groups' && groupQIn(fields) !== (fields.get('shownGroupQ') ?? ''))
    return pressedInUserGroups(c, form, fields, 'search-groups')!;
  return goOn(c, fields, from, steps[steps.indexOf(from) + 1] ?? null);
}

/** To another step, or to the review (null). What is wrong on the step that is left is said there, when one goes on. */
async function goOn(c: Ctx, fields: Fields, from: Step | null, to: Step | null): Promise<Response> {
  const form = typedForm(fields, c.var.deps.settings.invitationDays);
  const isForward = from !== null && (to === null || steps.indexOf(to) > steps.indexOf(from));
  const looked = isForward && from === 'emails' ? await lookAtEmails(c, form) : null;
  if (looked) return looked;
  if (isForward && from === 'options') {
    const asked = readInviteForm(fields, c.var.deps.settings.invitationDays, c.var.now);
    const errors = 'errors' in asked ? asked.errors.filter((error) => stepOf(error) === 'options') : [];
    if (errors.length > 0) return showStep(c, 'options', form, { errors });
  }
  return to === null ? review(c, fields) : showStep(c, to, form);
}

async function review(c: Ctx, fields: Fields): Promise<Response> {
  const asked = await readAsked(c, fields);
  if ('refusal' in asked) return asked.refusal;
  const { form, wanted, typed } = asked;
  const preview = await previewInvitations(c.var.deps, wanted, c.var.now);
  const groups = groupsNamed(await findUserGroupNames(c.var.deps.store), form.userGroupIds);
  return page(
    c,
    invitePlanPage({ ...(await adminShellOf(c)), form, preview, typed, groups, fields: carried(form, newId('key')) }),
  );
}

/** What is to be sent, or the first step on which something is wrong. */
async function readAsked(c: Ctx, fields: Fields): Promise<Extract<InviteAsked, { wanted: unknown }> | { refusal: Response }> {
  const asked = readInviteForm(fields, c.var.deps.settings.invitationDays, c.var.now);
  const errors = 'errors' in asked ? asked.errors : await unknownGroupErrors(c.var.deps.store, asked.form.userGroupIds);
  if ('wanted' in asked && errors.length === 0) return asked;
  const step = steps.find((one) => errors.some((error) => stepOf(error) === one)) ?? 'emails';
  const here = errors.filter((error) => stepOf(error) === step);
  return { refusal: await showStep(c, step, asked.form, { errors: here }) };
}

const freshFirst = (c: Ctx, form: InviteForm, key: string, people: number) =>
  freshSignInFirst(c, {
    about: null,
    room: 'invitations',
    what: `invite ${count(people, 'administrator', 'administrators')}`,
    action: '/admin/invitations/send',
    fields: carried(form, key),
    back: WIZARD,
  });
