import { Hono } from 'hono';
import { newId } from '../../store/new-id.ts';
import { findOwnDomains } from '../../store/own-domain.ts';
import { endProviderSession, endSession } from '../../store/session.ts';
import { dropSessionToken } from '../cookies.ts';
import type { Ctx, Env } from '../env.ts';
import { dataHeaders } from '../middleware/headers.ts';
import { assets } from '../views/assets.ts';
import { doorPage } from '../views/door.ts';
import { signedOutPage } from '../views/sign-in-problem.ts';
import { showLogo } from './logo.ts';
import { page, shellOf } from './page.ts';

/** The way in and the way out. */
export const door = new Hono<Env>()
  .get('/', async (c) => {
    if (c.var.session?.kind === 'member') return c.redirect('/welcome', 303);
    const isWaiting = c.var.session?.kind === 'waiting';
    return page(
      c,
      doorPage({ ...(await shellOf(c)), provider: await providerState(c), isWaiting, isOpenToGuests: await isOpenToGuests(c) }),
    );
  })
  .post('/sign-out', async (c) => {
    const { deps, session, now, trace } = c.var;
    if (session) await endSession(deps.store, session.tokenHash, { auditId: newId('aud'), now, trace });
    dropSessionToken(c);
    c.set('session', null);
    const isMicrosofts = session === null || session.method === 'provider'; // a guest has nothing to sign out of there
    const providerSignOut = isMicrosofts ? (deps.provider?.signOutUrl(`${deps.publicUrl}/`) ?? null) : null;
    return page(c, signedOutPage({ ...(await shellOf(c)), providerSignOut }));
  })
  // Entra opens this in an iframe, with the session id alone and no cookies (ENT-84): always 200, never the caller's own session.
  .get('/sign-out/front-channel', async (c) => {
    const { deps, now, trace } = c.var;
    const sid = c.req.query('sid');
    if (sid && sid.length <= 1024) await endProviderSession(deps.store, sid, { auditId: newId('aud'), now, trace });
    return c.text('');
  });

/** Not while SSO is forced, nor while nobody could tell a guest from a colleague. */
const isOpenToGuests = async (c: Ctx): Promise<boolean> =>
  !c.var.deps.settings.forcesSso && (await findOwnDomains(c.var.deps.store)).size > 0;

/** Without a network call: what the last attempt said. */
export async function providerState(c: Ctx): Promise<'ready' | 'not-reachable' | 'not-configured'> {
  const { provider } = c.var.deps;
  if (!provider) return 'not-configured';
  const { state } = provider.status();
  return state === 'unreachable' || state === 'wrong-issuer' ? 'not-reachable' : 'ready';
}

export const files = (publicUrl: string) =>
  new Hono<Env>()
    .use('/assets/*', dataHeaders(publicUrl))
    .get('/assets/logo', showLogo)
    .get('/assets/:name', (c) => {
      const asset = assets[c.req.path];
      if (!asset) return c.notFound();
      return c.body(asset.body, 200, { 'Content-Type': asset.type, 'Cache-Control': 'public, max-age=3600' });
    });
