import type { MemberId } from '@doorstep/shared/ids';
import type { FieldError } from '@doorstep/shared/problem';
import { Hono } from 'hono';
import { changeLogo } from '../../../store/logo.ts';
import { newId } from '../../../store/new-id.ts';
import { chooseRequestMails, isAnybodyToldAtOnce } from '../../../store/request-mail-choice.ts';
import { type Changed, changeSettings, findWhetherTwoAdministrators, type SettingsChange } from '../../../store/settings.ts';
import type { Ctx, Env } from '../../env.ts';
import { memberOf } from '../../middleware/access.ts';
import type { HiddenField } from '../../views/form.ts';
import type { DoneCode } from '../../views/notice.ts';
import { SETTINGS, type SettingsForm, settingsPage } from '../../views/settings.ts';
import { readForm } from '../form-body.ts';
import { readLogo } from '../logo.ts';
import { page } from '../page.ts';
import { adminShellOf, conflictPage, recordRefusedWrite } from './admin-page.ts';
import { freshSignInFirst, isFreshlySignedIn } from './fresh-sign-in.ts';
import { formOf, readRequestMails, readSection, type Section } from './settings-form.ts';

/** What administrators decide for the whole workspace, and each for themselves. Every section is a form of its own. */
export const settings = new Hono<Env>()
  .get('/', (c) => show(c))
  .post('/workspace', (c) => change(c, 'workspace'))
  .post('/knocking', (c) => change(c, 'knocking'))
  .post('/invitations', (c) => change(c, 'invitations'))
  .post('/approvals', (c) => change(c, 'approvals'))
  .post('/email-claim', (c) => change(c, 'email-claim'))
  .post('/guests', (c) => change(c, 'guests'))
  .post('/logo', async (c) => {
    const read = await readLogo(c);
    if ('problem' in read) return wrong(c, [{ pointer: '#/logo', detail: read.problem }]);
    return after(c, await changeLogo(c.var.deps.store, read.logo, changeOf(c)), 'logo-changed');
  })
  .post('/logo/remove', async (c) => after(c, await changeLogo(c.var.deps.store, null, changeOf(c)), 'logo-removed'))
  .post('/notifications', async (c) => {
    const fields = await readForm(c);
    const mails = readRequestMails(fields);
    if (!mails) return wrong(c, [{ pointer: '#/requestMails', detail: 'must be one of those offered' }]);
    const { by: memberId, ...rest } = changeOf(c);
    return after(
      c,
      await chooseRequestMails(c.var.deps.store, { memberId, mails, auditId: newId('aud'), ...rest }),
      'request-mails-chosen',
    );
  });

/** Changes who can come in, or who makes administrators: the person proves again who they are (SES-13). */
const FRESH: Partial<Record<Section, string>> = {
  approvals: 'change how administrators are made',
  'email-claim': 'change which addresses count as proven',
};

async function change(c: Ctx, section: Section): Promise<Response> {
  const asked = readSection(section, await readForm(c));
  if ('errors' in asked) return wrong(c, asked.errors, asked.typed);
  if (isAsItIs(c, asked.typed)) return after(c, 'same', 'settings-changed');
  const alone = await wouldBeAlone(c, asked.change);
  if (alone) return wrong(c, [alone], asked.typed);
  const what = FRESH[section];
  if (what && !isFreshlySignedIn(c)) return freshFirst(c, section, what, asked.typed);
  return after(c, await changeSettings(c.var.deps.store, asked.change, changeOf(c)), 'settings-changed');
}

/** Whoever presses without a change proves nothing first. */
function isAsItIs(c: Ctx, typed: Partial<SettingsForm>): boolean {
  const form = formOf(c.var.deps.settings, memberOf(c).requestMails);
  return Object.entries(typed).every(([name, text]) => form[name as keyof SettingsForm] === text);
}

const changeOf = (c: Ctx) => ({ by: memberOf(c).id as MemberId, now: c.var.now, trace: c.var.trace });

/** Who is alone in office would never find a second one to agree. */
async function wouldBeAlone(c: Ctx, { needsTwoApprovals }: SettingsChange): Promise<FieldError | null> {
  const { deps, now } = c.var;
  if (!needsTwoApprovals || deps.settings.needsTwoApprovals) return null;
  if (await findWhetherTwoAdministrators(deps.store, now)) return null;
  return {
    pointer: '#/needsTwoApprovals',
    detail: 'You are the only administrator: make a second one first, then switch this on.',
  };
}

async function after(c: Ctx, changed: Changed, done: DoneCode): Promise<Response> {
  if (changed !== 'lost') return c.redirect(`${SETTINGS}?done=${changed === 'same' ? 'settings-same' : done}`, 303);
  await recordRefusedWrite(c, 'changed-meanwhile', null);
  const sentence =
    'Somebody changed the same setting, or your membership, in the same moment. Look at it again; nothing of yours was done.';
  return conflictPage(c, 'That was changed meanwhile', sentence, { href: SETTINGS, text: 'Show the settings as they are' });
}

async function wrong(c: Ctx, errors: FieldError[], typed: Partial<SettingsForm> = {}): Promise<Response> {
  await recordRefusedWrite(c, 'invalid-fields', null);
  return show(c, errors, typed);
}

async function show(c: Ctx, errors: FieldError[] = [], typed: Partial<SettingsForm> = {}): Promise<Response> {
  const { deps, now } = c.var;
  const [shell, isAnybodyTold] = await Promise.all([adminShellOf(c), isAnybodyToldAtOnce(deps.store, now)]);
  const form = { ...formOf(deps.settings, memberOf(c).requestMails), ...typed };
  const { forcesSso } = deps.settings;
  return page(c, settingsPage({ ...shell, form, forcesSso, isAnybodyTold, errors }), errors.length > 0 ? 422 : 200);
}

/** A field that is not ticked is none. */
const freshFirst = (c: Ctx, section: Section, what: string, typed: Partial<SettingsForm>) =>
  freshSignInFirst(c, {
    about: null,
    room: 'settings',
    what,
    action: `${SETTINGS}/${section}`,
    fields: Object.entries(typed).filter(([, text]) => text !== '') as HiddenField[],
    back: SETTINGS,
  });
