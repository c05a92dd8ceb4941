import type { FieldError } from '@doorstep/shared/problem';
import { Hono } from 'hono';
import { monthsLater, newScimToken, stopProvisioning, TOKEN_MONTHS } from '../../../actions/scim-tokens.ts';
import { newId } from '../../../store/new-id.ts';
import { endScimToken, findLiveTokens } from '../../../store/scim-token.ts';
import { CONTROL } from '../../control-characters.ts';
import type { Ctx, Env } from '../../env.ts';
import { memberOf } from '../../middleware/access.ts';
import { scimBase } from '../../scim/scim-answer.ts';
import { confirmPage } from '../../views/confirm.ts';
import type { DoneCode } from '../../views/notice.ts';
import { newTokenPage, SSO } from '../../views/provisioning.ts';
import { errorPageOf } from '../error-pages.ts';
import { readForm } from '../form-body.ts';
import { page } from '../page.ts';
import { adminShellOf, conflictPage, recordRefusedWrite } from './admin-page.ts';
import { freshSignInFirst, isFreshlySignedIn } from './fresh-sign-in.ts';
import { showSingleSignOn } from './single-sign-on-shown.ts';

/** The tokens by which the identity provider writes people and groups, and the end of all of it. */
export const provisioning = new Hono<Env>()
  .post('/tokens', async (c) => {
    const form = await readForm(c);
    const typed = { name: (form.get('name') ?? '').trim(), months: form.get('months') ?? '' };
    const errors = errorsOf(typed);
    const months = TOKEN_MONTHS.find((one) => String(one) === typed.months);
    if (errors.length > 0 || months === undefined) return showSingleSignOn(c, { form: typed, errors }, 422);
    if (!isFreshlySignedIn(c)) return freshFirst(c, null, 'make a provisioning token', '/tokens', Object.entries(typed));
    const { deps, now, trace } = c.var;
    const token = await newScimToken(deps, { name: typed.name, months, by: memberOf(c).id, now, trace });
    if (token === null) return tooMany(c);
    const shown = { token, name: typed.name, baseUrl: scimBase(deps.publicUrl), expiresAt: monthsLater(now, months) };
    return page(c, newTokenPage({ ...(await adminShellOf(c)), ...shown }));
  })
  .post('/tokens/:id/end', async (c) => {
    const { deps, now, trace } = c.var;
    const token = (await findLiveTokens(deps.store, now)).find(({ id }) => id === c.req.param('id'));
    if (!token) return errorPageOf(c, 'not-found');
    const path = `/tokens/${token.id}/end`;
    if (!isFreshlySignedIn(c)) return freshFirst(c, token.id, 'end a provisioning token', path, []);
    if ((await readForm(c)).get('confirmed') !== 'yes') return askFirst(c, endOf(token.name), path);
    // one that has ended meanwhile is as ended as was wanted
    await endScimToken(deps.store, { id: token.id, by: memberOf(c).id, auditId: newId('aud'), now, trace });
    return done(c, 'token-ended');
  })
  .post('/stop-provisioning', async (c) => {
    if (!isFreshlySignedIn(c)) return freshFirst(c, null, 'stop provisioning', '/stop-provisioning', []);
    if ((await readForm(c)).get('confirmed') !== 'yes') return askFirst(c, stopQuestion, '/stop-provisioning');
    const { deps, now, trace } = c.var;
    const outcome = await stopProvisioning(deps, { by: memberOf(c).id, now, trace });
    if (outcome === 'refused') return tokenWorks(c);
    return done(c, outcome === 'stopped' ? 'provisioning-stopped' : 'provisioning-stops');
  });

const done = (c: Ctx, code: DoneCode): Response => c.redirect(`${SSO}?done=${code}`, 303);

const LONGEST_NAME = 60;
function errorsOf({ name, months }: { name: string; months: string }): FieldError[] {
  const isName = name !== '' && name.length <= LONGEST_NAME && name.isWellFormed() && !CONTROL.test(name);
  return [
    ...(isName ? [] : [{ pointer: '#/name', detail: `must have 1 to ${LONGEST_NAME} characters` }]),
    ...(TOKEN_MONTHS.some((one) => String(one) === months)
      ? []
      : [{ pointer: '#/months', detail: 'must be one of those offered' }]),
  ];
}

const freshFirst = (c: Ctx, about: string | null, what: string, path: string, fields: [name: string, value: string][]) =>
  freshSignInFirst(c, { about, room: 'single-sign-on', what, action: SSO + path, fields, back: SSO });

type Question = { title: string; sentence: string; button: string };

const endOf = (name: string): Question => ({
  title: `End the token ${name}?`,
  sentence: `Whatever uses the token ${name} is turned away from now on, for good. What it has written stays.`,
  button: 'End the token',
});

const stopQuestion: Question = {
  title: 'Stop provisioning?',
  sentence:
    'Of everybody whom the directory knows too, what was provisioned is forgotten: the directory alone says who may come in. It cannot be taken back.',
  button: 'Stop provisioning',
};

const askFirst = async (c: Ctx, question: Question, path: string): Promise<Response> =>
  page(
    c,
    confirmPage({
      ...(await adminShellOf(c)),
      ...question,
      room: 'single-sign-on',
      isDestructive: true,
      action: SSO + path,
      fields: [['confirmed', 'yes']],
      back: SSO,
    }),
  );

const exit = { href: SSO, text: 'See the tokens' };

async function tooMany(c: Ctx): Promise<Response> {
  await recordRefusedWrite(c, 'two-tokens', null);
  return conflictPage(c, 'No token was made', 'Two tokens work already. End one of them first.', exit);
}

async function tokenWorks(c: Ctx): Promise<Response> {
  await recordRefusedWrite(c, 'token-works', null);
  return conflictPage(
    c,
    'Provisioning was not stopped',
    'A token works still. End it first, or the provider writes everything again.',
    exit,
  );
}
