import { Hono } from 'hono';
import { isGuest } from '../../domain/guest.ts';
import { maskAddress } from '../../domain/invitation.ts';
import { quietAfterDenial } from '../../domain/settings.ts';
import { type AccessRequestRow, findAccessRequest, withdrawRequest, writeReason } from '../../store/access-request.ts';
import { findUsualTime } from '../../store/decision-time.ts';
import { newId } from '../../store/new-id.ts';
import { endSession } from '../../store/session.ts';
import { dropSessionToken } from '../cookies.ts';
import type { Ctx, Env } from '../env.ts';
import { approvedGuestPage } from '../views/guest.ts';
import { deniedPage, ranOutPage, reasonPage, waitingPage, withdrawnPage } from '../views/waiting.ts';
import { errorPageOf, signInFirstPage } from './error-pages.ts';
import { readForm } from './form-body.ts';
import { readOwnWords } from './own-words.ts';
import { page, shellOf } from './page.ts';

/** Whoever knocked waits here. The page moves on by itself when somebody has decided. */
export const waiting = new Hono<Env>()
  .get('/waiting', async (c) => {
    const request = await ownRequest(c);
    if (!request) return notWaiting(c);
    switch (stateAt(request, c.var.now)) {
      case 'open':
        return page(
          c,
          waitingPage({ ...(await shellOf(c)), ...facts(request), usualTime: await findUsualTime(c.var.deps.store, c.var.now) }),
        );
      case 'denied': {
        const decidedAt = request.decidedAt ?? c.var.now;
        const knockAgainAt = decidedAt + quietAfterDenial(c.var.deps.settings);
        return page(c, deniedPage({ ...(await shellOf(c)), decidedAt, reason: request.decisionReason, knockAgainAt }));
      }
      case 'withdrawn':
        return page(c, withdrawnPage(await shellOf(c)));
      case 'expired':
        return page(
          c,
          ranOutPage({ ...(await shellOf(c)), askedAt: request.askedAt, againAt: isGuest(request) ? '/guest' : '/sign-in' }),
        );
      default: // approved, superseded: the sign-in knows the way on, and the provider's own session answers without a question
        return isGuest(request) ? guestGoesOn(c, request) : c.redirect('/sign-in', 303);
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
    return page(c, reasonPage({ ...(await shellOf(c)), ...wordsBefore(c, request), errors: [] }));
  })
  .post('/waiting/reason', async (c) => {
    const request = await ownRequest(c);
    if (!request) return notWaiting(c);
    const { question } = c.var.deps.settings;
    const words = readOwnWords(await readForm(c), question);
    if (words.errors.length > 0) return page(c, reasonPage({ ...(await shellOf(c)), question, ...words }), 422);
    const before = { question: request.question, answer: request.answer };
    const answered = question === null ? before : { question, answer: words.answer || null };
    await writeReason(c.var.deps.store, { ...ownChange(c, request), reason: words.reason || null, ...answered });
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

/** A guest's way on is a code, which a page sends only when it is asked to. */
async function guestGoesOn(c: Ctx, request: AccessRequestRow): Promise<Response> {
  if (request.state !== 'approved' || request.address === null) return c.redirect('/guest', 303);
  return page(c, approvedGuestPage({ ...(await shellOf(c)), maskedAddress: maskAddress(request.address) }));
}

/** An answer belongs to the question as it was asked: to another one it is none. */
const wordsBefore = (c: Ctx, request: AccessRequestRow) => {
  const { question } = c.var.deps.settings;
  return { reason: request.reason ?? '', question, answer: request.question === question ? (request.answer ?? '') : '' };
};

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
  question: request.question,
  answer: request.answer,
  answerAddress: request.address,
  signedInAs: request.address ?? request.name,
});

function notWaiting(c: Ctx): Response | Promise<Response> {
  if (c.var.session?.kind === 'member') return c.redirect('/welcome', 303);
  return c.var.session ? errorPageOf(c, 'not-allowed') : signInFirstPage(c);
}
