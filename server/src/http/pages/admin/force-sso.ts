import { Hono } from 'hono';
import { policy } from '../../../domain/policy.ts';
import { findForceSsoReach, findGuestsIn, forceSso, unforceSso } from '../../../store/force-sso.ts';
import { newId } from '../../../store/new-id.ts';
import { pageOf } from '../../api/page-of.ts';
import type { Ctx, Env } from '../../env.ts';
import { memberOf, memberSession } from '../../middleware/access.ts';
import { membersShown } from '../../shown.ts';
import { confirmPage } from '../../views/confirm.ts';
import { FORCE, forceSsoPage } from '../../views/force-sso.ts';
import { readForm } from '../form-body.ts';
import { page } from '../page.ts';
import { adminShellOf, cursorIn, ENTRIES, noOfficePage, searchIn } from './admin-page.ts';
import { freshSignInFirst, isFreshlySignedIn } from './fresh-sign-in.ts';

/**
 * Force SSO (DESIGN.md, section 4). It stands on pages alone: no field of the API and no token of an extension reaches it (DIR-03). Who
 * switches it on has just come in through the provider, so that nobody shuts the only door that works for them.
 */
export const forceSsoPages = new Hono<Env>()
  .get('/', (c) => show(c))
  .post('/', async (c) => {
    const form = await readForm(c);
    switch (form.get('force')) {
      case 'on':
        return isFreshAtProvider(c) ? switchOn(c) : freshFirst(c, 'on', 'force SSO on all users');
      case 'off':
        if (!isFreshlySignedIn(c) && !isFreshByPasskey(c)) return freshFirst(c, 'off', 'stop forcing SSO');
        return form.get('confirmed') === 'yes' ? switchOff(c) : askFirst(c);
      default:
        return c.redirect(FORCE, 303);
    }
  });

const isFreshAtProvider = (c: Ctx): boolean => memberSession(c).method === 'provider' && isFreshlySignedIn(c);

/** When Microsoft fails, whoever is on the break-glass list has no other sign-in: their passkey asked them, so it is as fresh as it is new. */
function isFreshByPasskey(c: Ctx): boolean {
  const { method, signedInAt } = memberSession(c);
  return method === 'passkey' && signedInAt + policy.freshSignIn.within > c.var.now;
}

async function switchOn(c: Ctx): Promise<Response> {
  const isDone = await forceSso(c.var.deps.store, changeOf(c));
  return isDone || (await isForced(c)) ? c.redirect(`${FORCE}?done=sso-forced`, 303) : noOfficePage(c, memberOf(c).id);
}

async function switchOff(c: Ctx): Promise<Response> {
  const isDone = await unforceSso(c.var.deps.store, changeOf(c));
  return isDone || !(await isForced(c)) ? c.redirect(`${FORCE}?done=sso-not-forced`, 303) : noOfficePage(c, memberOf(c).id);
}

/** Read anew: somebody else may have been faster. */
const isForced = async (c: Ctx): Promise<boolean> => (await c.var.deps.current()).settings.forcesSso;

const changeOf = (c: Ctx) => ({ by: memberOf(c).id, auditId: newId('aud'), now: c.var.now, trace: c.var.trace });

async function show(c: Ctx): Promise<Response> {
  const { deps, now } = c.var;
  const q = searchIn(c);
  const cursor = cursorIn(c, 'cursor', 'mem');
  const rows = await findGuestsIn(deps.store, { q, cursor, limit: ENTRIES + 1 }, now);
  const guests = pageOf(await membersShown(deps.store, rows), ENTRIES, (member) => member);
  const force = { isOn: deps.settings.forcesSso, ...(await findForceSsoReach(deps.store, now)) };
  const model = { force, guests, q, cursor, isFreshAtProvider: isFreshAtProvider(c) };
  return page(c, forceSsoPage({ ...(await adminShellOf(c)), ...model }));
}

const freshFirst = (c: Ctx, force: 'on' | 'off', what: string) =>
  freshSignInFirst(c, { about: null, room: 'single-sign-on', what, action: FORCE, fields: [['force', force]], back: FORCE });

const askFirst = async (c: Ctx) =>
  page(
    c,
    confirmPage({
      ...(await adminShellOf(c)),
      room: 'single-sign-on',
      title: 'Stop forcing SSO?',
      sentence:
        'Guests can be invited and sign in again at once. Their memberships, passkeys and open invitations were kept and work as before; they sign in anew.',
      action: FORCE,
      fields: [
        ['force', 'off'],
        ['confirmed', 'yes'],
      ],
      button: 'Stop forcing SSO',
      isDestructive: true,
      back: FORCE,
    }),
  );
