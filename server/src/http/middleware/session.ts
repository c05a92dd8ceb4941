import { MINUTE } from '@doorstep/shared/time';
import { createMiddleware } from 'hono/factory';
import { isGuest } from '../../domain/guest.ts';
import { hasEnded } from '../../domain/session.ts';
import { isIn } from '../../domain/sign-in.ts';
import { hashToken } from '../../identity/tokens.ts';
import { findSession, type Session, touchSession } from '../../store/session.ts';
import { sessionToken } from '../cookies.ts';
import type { Ctx, Env } from '../env.ts';

/** Last use is written at most this often. */
const TOUCH_EVERY = 5 * MINUTE;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** Finds the session of the cookie, if it still counts at this moment: state, role and end date are read, never kept in it (SES-04). */
export const loadSession = createMiddleware<Env>(async (c, next) => {
  const token = sessionToken(c);
  if (token && TOKEN.test(token)) {
    const session = await findSession(c.get('deps').store, hashToken(token));
    if (session && counts(c, session)) {
      c.set('session', session);
      await touch(c, session);
    }
  }
  await next();
});

function counts(c: Ctx, session: Session): boolean {
  if (isGuest(session) && c.get('deps').settings.forcesSso) return false; // ended with the switch already (DIR-02)
  if (hasEnded(session, session.member?.role ?? null, c.get('now'))) return false;
  return session.kind !== 'member' || (session.member !== null && isIn(session.member, c.get('now')));
}

async function touch(c: Ctx, session: Session): Promise<void> {
  if (session.kind !== 'member' || session.lastUsedAt + TOUCH_EVERY > c.get('now')) return;
  session.lastUsedAt = c.get('now'); // the remembered row: the next request need not write again
  await touchSession(c.get('deps').store, session.tokenHash, session.memberId, c.get('now'));
}
