import { REASON_LENGTH } from '@doorstep/shared/access-request';
import { Hono } from 'hono';
import { policy } from '../../domain/policy.ts';
import { type AccessRequestRow, findAccessRequest, withdrawRequest, writeReason } from '../../store/access-request.ts';
import { newId } from '../../store/new-id.ts';
import { endSession } from '../../store/session.ts';
import { dropSessionToken } from '../cookies.ts';
import type { Ctx, Env } from '../env.ts';
import { deniedPage, reasonPage, waitingPage, withdrawnPage } from '../views/waiting.ts';
import { errorPageOf, signInFirstPage } from './error-pages.ts';
import { readForm } from './form-body.ts';
import { page, shellOf } from './page.ts';

/** Whoever knocked waits here. The page moves on by itself when somebody has decided. */
export const waiting = new Hono<Env>()
  .get('/waiting', async (c) => {
    const request = await ownRequest(c);
    if (!request) return notWaiting(c);
    switch (stateAt(request, c.var.now)) {
      case 'open':
        return page(c, waitingPage({ ...(await shellOf(c)), ...facts(request) }));
      case 'denied': {
        const decidedAt = request.decidedAt ?? c.var.now;
        const knockAgainAt = decidedAt + policy.request.quietAfterDenial;
        return page(c, deniedPage({ ...(await shellOf(c)), decidedAt, reason: request.decisionReason, knockAgainAt }));
      }
      case 'withdrawn':
        return page(c, withdrawnPage(await shellOf(c)));
      default: // approved, superseded, run out: the sign-in knows the way on, and the provider's own session answers without a question
        return c.redirect('/sign-in', 303);
    }
  })
  .get('/waiting/state', async (c) => {
    const request = await ownRequest(c);
    const state = request ? stateAt(request, c.var.now) : 'ended';
    const etag = `"${state}"`;
    if (c.req.header('if-none-match') === etag) return c.body(null, 304, { ETag: etag });
    return c.json({ state }, 200, { ETag: etag });
  })
  .get('/waiting/reason', async (c) => {
    const request = await ownRequest(c);
    if (!request) return notWaiting(c);
    if (request.state !== 'open') return c.redirect('/waiting', 303);
    return page(c, reasonPage({ ...(await shellOf(c)), reason: request.reason ?? '', errors: [] }));
  })
  .post('/waiting/reason', async (c) => {
    const request = await ownRequest(c);
    if (!request) return notWaiting(c);
    const reason = ((await readForm(c)).get('reason') ?? '').trim();
    if (reason.length > REASON_LENGTH) {
      const errors = [{ pointer: '#/reason', detail: `Please keep it to ${REASON_LENGTH.toLocaleString('en')} characters.` }];
      return page(c, reasonPage({ ...(await shellOf(c)), reason, errors }), 422);
    }
    await writeReason(c.var.deps.store, { ...ownChange(c, request), reason: reason || null });
    return c.redirect('/waiting', 303);
  })
  .post('/waiting/withdraw', async (c) => {
    const request = await ownRequest(c);
    if (!request) return notWaiting(c);
    const isWithdrawn = await withdrawRequest(c.var.deps.store, ownChange(c, request));
    if (!isWithdrawn) return c.redirect('/waiting', 303); // decided meanwhile
    const { deps, session, now, trace } = c.var;
    await endSession(deps.store, session!.tokenHash, { auditId: newId('aud'), now, trace });
    dropSessionToken(c);
    return page(c, withdrawnPage(await shellOf(c)));
  });

const ownChange = (c: Ctx, request: AccessRequestRow) => ({
  requestId: request.id,
  auditId: newId('aud'),
  now: c.var.now,
  trace: c.var.trace,
});

async function ownRequest(c: Ctx): Promise<AccessRequestRow | null> {
  const { session, deps } = c.var;
  return session?.kind === 'waiting' && session.requestId ? findAccessRequest(deps.store, session.requestId) : null;
}

/** An open request runs out by the clock, whether or not a job has marked it. */
const stateAt = (request: AccessRequestRow, now: number) =>
  request.state === 'open' && request.expiresAt <= now ? 'expired' : request.state;

const facts = (request: AccessRequestRow) => ({
  why: request.why,
  askedAt: request.askedAt,
  expiresAt: request.expiresAt,
  reason: request.reason,
  answerAddress: request.address,
  signedInAs: request.address ?? request.name,
});

function notWaiting(c: Ctx): Response | Promise<Response> {
  if (c.var.session?.kind === 'member') return c.redirect('/welcome', 303);
  return c.var.session ? errorPageOf(c, 'not-allowed') : signInFirstPage(c);
}
