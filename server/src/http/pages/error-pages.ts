import { sessionToken } from '../cookies.ts';
import type { Ctx } from '../env.ts';
import { type ErrorKey, errorPage, errors } from '../views/error.ts';
import { link } from '../views/text.ts';
import { page, shellInTrouble, shellOf } from './page.ts';

/** Errors are pages too: human sentence, reference number, way back. */
export async function errorPageOf(c: Ctx, because: ErrorKey): Promise<Response> {
  const { status, ...words } = errors[because];
  const shell = status >= 500 ? shellInTrouble(c) : await shellOf(c);
  return page(c, errorPage({ ...shell, ...words, status, reference: c.var.requestId }), status);
}

/** Nobody is signed in: a link that leads back here, for nothing is decided by opening a page (REQ-04). */
export async function signInFirstPage(c: Ctx): Promise<Response> {
  const { pathname, search } = new URL(c.req.url);
  const signIn = {
    href: link('/sign-in', { return: c.req.method === 'GET' ? pathname + search : null }),
    text: 'Sign in with Microsoft',
  };
  const door = { href: '/', text: 'Go to the door' };
  const words = wasPerhapsGuest(c)
    ? { title: 'You are signed out', sentence: forcedSentence }
    : {
        title: 'Sign in first',
        sentence: 'This page is for people who are in. Sign in, and you come back here.',
      };
  return page(
    c,
    errorPage({ ...(await shellOf(c)), status: 401, ...words, reference: c.var.requestId, exits: [signIn, door] }),
    401,
  );
}

/** Guests' sessions ended when SSO was forced: whoever comes with one that is no more is told why (DIR-01). */
const wasPerhapsGuest = (c: Ctx): boolean => c.var.deps.settings.forcesSso && sessionToken(c) !== undefined;

const forcedSentence =
  'You are not signed in any more. Everybody signs in with Microsoft here now; as a guest from elsewhere you cannot come in while that holds. Ask the administrators.';
