import { Hono } from 'hono';
import { acceptInvitation, askForOtherAccount, visitorOf } from '../../actions/visit.ts';
import { decideUsable } from '../../domain/redemption.ts';
import { exactKey, generationOf, readTypedId, readTypedKey } from '../../identity/invitation-key.ts';
import { declineInvitation, findInvitation, knownInvitation } from '../../store/invitation.ts';
import { isId, newId } from '../../store/new-id.ts';
import { presentedGeneration, putJoin } from '../cookies.ts';
import type { Ctx, Env } from '../env.ts';
import { recordRefused } from '../record-refused.ts';
import { cannotBeUsedPage, typeKeyPage } from '../views/invitation-key.ts';
import { declinedPage } from '../views/join.ts';
import { signInProblemPage } from '../views/sign-in-problem.ts';
import { readForm } from './form-body.ts';
import { sendCodeFor } from './guest.ts';
import { acceptable, ended, forSomebodyElse, offered } from './invitation-pages.ts';
import { page, shellOf } from './page.ts';
import { answerSignIn } from './sign-in-answer.ts';

/** The invitation's pages. Keys are checked here, before any sign-in; nothing is consumed here but by three buttons. */
export const join = new Hono<Env>()
  .get('/join', async (c) => page(c, typeKeyPage({ ...(await shellOf(c)), typed: { id: '', key: '' }, errors: [] })))
  .post('/join', async (c) => {
    const form = await readForm(c);
    const typed = { id: form.get('id') ?? '', key: form.get('key') ?? '' };
    const errors = [
      ...(typed.id.trim() ? [] : [{ pointer: '#/id', detail: 'Please type the invitation ID of the mail.' }]),
      ...(typed.key.trim() ? [] : [{ pointer: '#/key', detail: 'Please type the key of the mail.' }]),
    ];
    if (errors.length > 0) return page(c, typeKeyPage({ ...(await shellOf(c)), typed, errors }), 422);
    const id = readTypedId(typed.id);
    const key = readTypedKey(typed.key);
    if (id && key && (await present(c, id, key))) return c.redirect(`/join/${id}`, 303);
    return cannotBeUsed(c);
  })
  .get('/join/:id', async (c) => {
    const id = c.req.param('id');
    const key = c.req.query('key');
    if (key !== undefined) return openMailedLink(c, id, key);
    const generation = isId('inv', id) ? await presentedGeneration(c, id) : null;
    if (c.var.session?.kind === 'visitor' && c.var.session.invitationId === id) return visitorsPage(c, id, generation);
    return generation === null ? cannotBeUsed(c) : invitationPage(c, id, generation);
  })
  .post('/join/:id/code', async (c) => {
    const id = c.req.param('id');
    const generation = isId('inv', id) ? await presentedGeneration(c, id) : null;
    if (generation === null) return cannotBeUsed(c);
    const asksForNew = (await readForm(c)).get('ask') !== undefined;
    return sendCodeFor(c, { id, generation, asksForNew });
  })
  .post('/join/:id/decline', async (c) => {
    const { deps, now, trace } = c.var;
    const id = c.req.param('id');
    const generation = isId('inv', id) ? await presentedGeneration(c, id) : null;
    if (generation === null) return cannotBeUsed(c);
    const isDeclined = await declineInvitation(deps.store, { id, generation, auditId: newId('aud'), by: null, now, trace });
    if (!isDeclined) return invitationPage(c, id, generation);
    deps.nudge();
    const invitation = await findInvitation(deps.store, id);
    return page(c, declinedPage({ ...(await shellOf(c)), inviterName: invitation?.inviterName ?? null }));
  })
  .post('/join/:id/ask', async (c) => visitorsButton(c, c.req.param('id'), askForOtherAccount))
  .post('/join/:id/accept', async (c) => visitorsButton(c, c.req.param('id'), acceptInvitation));

/** Right key or wrong, the answer is a redirect, so that the key leaves the address bar; only this response says `no-referrer`. */
async function openMailedLink(c: Ctx, id: string, key: string): Promise<Response> {
  c.header('Referrer-Policy', 'no-referrer');
  const exact = isId('inv', id) ? exactKey(key) : null;
  const isRight = exact !== null && (await present(c, id, exact));
  if (!isRight) await recordRefused(c, 'key.refused');
  return c.redirect(`/join/${encodeURIComponent(id)}`, 303);
}

/** A key that is right for any generation of an invitation that exists is remembered in a sealed cookie. */
async function present(c: Ctx, id: string, key: string): Promise<boolean> {
  const generation = generationOf(c.var.deps.keys, id, key);
  const invitation = await findInvitation(c.var.deps.store, id); // asked in any case: a wrong key takes as long as a right one
  if (generation === null || !invitation || generation > invitation.generation) return false;
  await putJoin(c, id, generation);
  return true;
}

/** One answer for everything without the right key (INV-20). */
async function cannotBeUsed(c: Ctx): Promise<Response> {
  if (c.req.method === 'POST') await recordRefused(c, 'key.refused'); // a GET comes after the mailed link, which has recorded it
  return page(c, cannotBeUsedPage(await shellOf(c)), 404);
}

async function invitationPage(c: Ctx, id: string, generation: number): Promise<Response> {
  const row = await findInvitation(c.var.deps.store, id);
  if (!row) return cannotBeUsed(c);
  const usable = decideUsable(knownInvitation(row), generation, c.var.now);
  return usable.outcome === 'usable' ? offered(c, row) : ended(c, row, usable);
}

/** The page a visitor landed on after the sign-in, again: after a reload, or the callback opened twice (ENT-19). */
async function visitorsPage(c: Ctx, id: string, generation: number | null): Promise<Response> {
  const who = c.var.session && visitorOf(c.var.session);
  const row = await findInvitation(c.var.deps.store, id);
  if (!who || !row) return cannotBeUsed(c);
  const usable = decideUsable(knownInvitation(row), generation ?? row.generation, c.var.now);
  if (usable.outcome !== 'usable') return ended(c, row, usable);
  const signedInAs = who.address ?? who.name;
  const isTheirs = row.objectId === who.objectId && row.tenantId === who.tenantId;
  return isTheirs ? acceptable(c, row, signedInAs) : forSomebodyElse(c, row, signedInAs);
}

/** A visitor session opens only the page it landed on, with its buttons. */
async function visitorsButton(c: Ctx, id: string, press: typeof askForOtherAccount): Promise<Response> {
  const { session, deps, trace, now } = c.var;
  const isTheirs = session?.kind === 'visitor' && session.invitationId === id;
  const outcome = isTheirs ? await press(deps, session, trace, now) : null;
  if (!outcome) {
    const shell = await shellOf(c);
    return page(
      c,
      signInProblemPage({ ...shell, because: 'took-too-long', reference: c.var.requestId, invitationId: null }),
      403,
    );
  }
  return answerSignIn(c, outcome, null);
}
