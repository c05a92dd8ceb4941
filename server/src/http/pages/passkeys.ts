import type { FieldError } from '@doorstep/shared/problem';
import { Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import { addPasskey } from '../../actions/add-passkey.ts';
import { isGuest } from '../../domain/guest.ts';
import { mayHavePasskeys } from '../../domain/passkey.ts';
import { policy } from '../../domain/policy.ts';
import { newId } from '../../store/new-id.ts';
import { findPasskeysOf, type PasskeyRow, removePasskey, renamePasskey } from '../../store/passkey.ts';
import { CONTROL } from '../control-characters.ts';
import type { Ctx, Env } from '../env.ts';
import { memberOf, membersOnly } from '../middleware/access.ts';
import { recordRefused } from '../record-refused.ts';
import { type DoneCode, isDoneCode } from '../views/notice.ts';
import {
  PASSKEYS,
  type PasskeyProblem,
  passkeyOfferPage,
  passkeysPage,
  removePasskeyPage,
  renamePasskeyPage,
} from '../views/passkeys.ts';
import { isFreshlySignedIn } from './admin/fresh-sign-in.ts';
import { deviceNameOf } from './device-name.ts';
import { errorPageOf } from './error-pages.ts';
import { readForm } from './form-body.ts';
import { page, shellOf } from './page.ts';
import { newPasskeyCeremony, takeAnswer } from './passkey-ceremony.ts';
import { viewerOf } from './welcome.ts';

/** For everybody else there is no such page: they sign in at the identity provider. */
const thoseWhoMay = createMiddleware<Env>(async (c, next) =>
  mayHavePasskeys(memberOf(c)) ? next() : errorPageOf(c, 'not-found'),
);

/** A member's own passkeys. */
export const passkeyPages = new Hono<Env>()
  .get('/welcome/passkeys', membersOnly, thoseWhoMay, async (c) =>
    c.req.query('offer') === undefined ? show(c, null) : offer(c),
  )
  .post('/welcome/passkeys', membersOnly, thoseWhoMay, async (c) => {
    const { deps, now, trace } = c.var;
    const { id: memberId } = memberOf(c);
    if (!mayAddNow(c)) return problem(c, 'fresh-sign-in-needed', null, 403);
    const answered = await takeAnswer(c, await readForm(c), { id: memberId });
    if (!answered) return problem(c, 'passkey-challenge', 'took-too-long', 403);
    const name = deviceNameOf(c.req.header('user-agent') ?? '');
    const added = await addPasskey(deps, { ...answered, memberId, name }, trace, now);
    if (added.outcome === 'added') return done(c, 'passkey-added');
    if (added.outcome !== 'not-verified') return problem(c, added.outcome, added.outcome, 409);
    deps.log('info', 'passkey refused', { detail: added.detail.slice(0, 200), requestId: c.var.requestId });
    return problem(c, 'passkey-not-verified', 'not-verified', 403);
  })
  .get('/welcome/passkeys/rename', membersOnly, thoseWhoMay, async (c) => {
    const { passkey } = await chosen(c, c.req.query('passkey'));
    return passkey ? askName(c, passkey, passkey.name, []) : errorPageOf(c, 'not-found');
  })
  .post('/welcome/passkeys/rename', membersOnly, thoseWhoMay, async (c) => {
    const form = await readForm(c);
    const { passkey } = await chosen(c, form.get('passkey'));
    if (!passkey) return errorPageOf(c, 'not-found');
    const name = (form.get('name') ?? '').trim();
    if (!isName(name)) return askName(c, passkey, name, wrongName, 422);
    // one that has gone meanwhile has no name any more
    await renamePasskey(c.var.deps.store, passkey.memberId, passkey.id, name);
    return done(c, 'passkey-renamed');
  })
  .post('/welcome/passkeys/remove', membersOnly, thoseWhoMay, async (c) => {
    const form = await readForm(c);
    const { passkey, isLast } = await chosen(c, form.get('passkey'));
    if (!passkey) return errorPageOf(c, 'not-found');
    const { id, name, memberId } = passkey;
    if (form.get('confirmed') !== 'yes') {
      return page(c, removePasskeyPage({ ...(await memberShellOf(c)), id, name, isLast, breaksGlass: breaksGlass(c) }));
    }
    const { deps, now, trace } = c.var;
    await removePasskey(deps.store, { id, memberId, auditId: newId('aud'), now, trace });
    return done(c, 'passkey-removed');
  });

const breaksGlass = (c: Ctx): boolean => !isGuest(memberOf(c));

/** A passkey of the break-glass list passes by the identity provider: whoever adds one has just proven who they are. */
const mayAddNow = (c: Ctx): boolean => !breaksGlass(c) || isFreshlySignedIn(c);

const memberShellOf = async (c: Ctx) => ({ ...(await shellOf(c)), viewer: viewerOf(c) });

async function show(c: Ctx, problem: PasskeyProblem | null, status: 200 | 403 | 409 = 200): Promise<Response> {
  const [shell, passkeys] = await Promise.all([memberShellOf(c), findPasskeysOf(c.var.deps.store, memberOf(c).id)]);
  const { mostPasskeys: most } = policy.passkeyChallenge;
  const mayAdd = mayAddNow(c) && passkeys.length < most;
  const ceremony = mayAdd ? await newPasskeyCeremony(c, shell.workspaceName, memberOf(c), passkeys) : null;
  const done = c.req.query('done');
  const said = { problem, done: c.req.method === 'GET' && isDoneCode(done) ? done : null };
  const model = { ...shell, passkeys, most, ceremony, needsFreshSignIn: !mayAddNow(c), breaksGlass: breaksGlass(c), ...said };
  return page(c, passkeysPage(model), status);
}

/** Who has one already is offered none. */
async function offer(c: Ctx): Promise<Response> {
  const [shell, passkeys] = await Promise.all([memberShellOf(c), findPasskeysOf(c.var.deps.store, memberOf(c).id)]);
  if (passkeys.length > 0 || !mayAddNow(c)) return c.redirect(passkeys.length > 0 ? '/welcome' : PASSKEYS, 303);
  const ceremony = await newPasskeyCeremony(c, shell.workspaceName, memberOf(c), passkeys);
  return page(c, passkeyOfferPage({ ...shell, ceremony }));
}

async function problem(c: Ctx, because: string, shown: PasskeyProblem | null, status: 403 | 409): Promise<Response> {
  const { id } = memberOf(c);
  await recordRefused(c, 'write.refused', { by: id, about: id, facts: { because, path: c.req.routePath } });
  return show(c, shown, status);
}

async function chosen(c: Ctx, id: string | undefined): Promise<{ passkey: PasskeyRow | undefined; isLast: boolean }> {
  const passkeys = await findPasskeysOf(c.var.deps.store, memberOf(c).id);
  return { passkey: passkeys.find((one) => one.id === id), isLast: passkeys.length === 1 };
}

const LONGEST_NAME = 60;
const isName = (name: string) => name !== '' && name.length <= LONGEST_NAME && name.isWellFormed() && !CONTROL.test(name);
const wrongName: FieldError[] = [{ pointer: '#/name', detail: `must have 1 to ${LONGEST_NAME} characters` }];

const askName = async (c: Ctx, { id }: PasskeyRow, name: string, errors: FieldError[], status: 200 | 422 = 200) =>
  page(c, renamePasskeyPage({ ...(await memberShellOf(c)), id, name, errors }), status);

const done = (c: Ctx, code: DoneCode): Response => c.redirect(`${PASSKEYS}?done=${code}`, 303);
