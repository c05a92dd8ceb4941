import { Hono } from 'hono';
import type { Deps } from '../actions/deps.ts';
import { api } from './api/api.ts';
import { connectToken } from './api/connect-token.ts';
import { cors } from './api/cors.ts';
import type { Ctx, Edge, Env } from './env.ts';
import { health } from './health.ts';
import { limitBody } from './middleware/body-limit.ts';
import { formsOnly } from './middleware/forms-only.ts';
import { pageHeaders } from './middleware/headers.ts';
import { hostCheck } from './middleware/host.ts';
import { logRequests } from './middleware/log.ts';
import { ownOriginOnly } from './middleware/own-origin.ts';
import { requestContext } from './middleware/request-context.ts';
import { loadSession } from './middleware/session.ts';
import { whatWentWrong } from './middleware/what-went-wrong.ts';
import { administration } from './pages/admin/administration.ts';
import { connect } from './pages/connect.ts';
import { door, files } from './pages/door.ts';
import { guest } from './pages/guest.ts';
import { join } from './pages/join.ts';
import { passkeySignIn } from './pages/passkey-sign-in.ts';
import { passkeyPages } from './pages/passkeys.ts';
import { setup } from './pages/setup.ts';
import { signIn } from './pages/sign-in.ts';
import { waiting } from './pages/waiting.ts';
import { welcome } from './pages/welcome.ts';
import { refuse } from './refuse.ts';
import { scim } from './scim/scim.ts';

/** Answered with headers of their own; everything else is a page, refusals included. */
const FOR_PROGRAMS = /^\/(api\/|scim\/|connect\/(token|revoke)$|assets\/|healthz$|readyz$)/;
const small = limitBody(1);

/** The whole server side of HTTP: the same on Node and on the edge. What answers first is mounted first. */
export function createApp(deps: Deps, edge: Edge): Hono<Env> {
  const headersOfPages = pageHeaders(deps);
  const app = new Hono<Env>().use(requestContext(deps, edge));
  app.onError((error, c) => whatWentWrong(c as Ctx, error));
  app.notFound((c) => refuseUnknown(app, c as Ctx));
  app.use((c, next) => (FOR_PROGRAMS.test(c.req.path) ? next() : headersOfPages(c, next)));
  app.route('/', health(deps, edge));
  app.use(logRequests, hostCheck(deps.publicUrl, edge));
  app.route('/api/v1', api(deps));
  app.route('/scim/v2', scim);
  app.route('/', tokens(deps));
  app.route('/', files(deps.publicUrl));
  app.route('/', pages(deps));
  return app;
}

/** The extension's token endpoints: no cookies, no pages, errors of their own. */
function tokens(deps: Deps): Hono<Env> {
  const edges = [cors(deps), small] as const;
  return new Hono<Env>()
    .use('/connect/token', ...edges)
    .use('/connect/revoke', ...edges)
    .route('/connect', connectToken);
}

const pages = (deps: Deps): Hono<Env> =>
  new Hono<Env>()
    .use(loadSession, ownOriginOnly(deps.publicUrl), formsOnly, small)
    .route('/', door)
    .route('/', setup)
    .route('/', signIn)
    .route('/', passkeySignIn)
    .route('/', join)
    .route('/', guest)
    .route('/', waiting)
    .route('/', welcome)
    .route('/', passkeyPages)
    .route('/', connect)
    .route('/admin', administration);

const METHODS = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'];

/** A path that is served, but not with this method: 405 and `Allow` (WEB-14). */
function refuseUnknown(app: Hono<Env>, c: Ctx): Response | Promise<Response> {
  const offered = METHODS.filter((method) =>
    app.router.match(method, c.req.path)[0].some(([[, route]]) => route.method === method),
  );
  if (offered.length === 0 || offered.includes(c.req.method === 'HEAD' ? 'GET' : c.req.method)) return refuse(c, 'not-found');
  c.header('Allow', offered.join(', '));
  return refuse(c, 'method-not-allowed');
}
