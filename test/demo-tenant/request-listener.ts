import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import type Provider from 'oidc-provider';
import { directoryRoutes } from './directory-routes.ts';
import { answerClientCredentials } from './graph/access-token.ts';
import { graphRoutes } from './graph/graph-routes.ts';
import { identityProvider } from './identity-provider.ts';
import { mailboxRoutes } from './mailbox.ts';
import { metadataRoutes } from './metadata.ts';
import { frontPage } from './pages/front-page.ts';
import { STYLE } from './pages/layout.ts';
import { registrationPage } from './pages/registration-page.ts';
import { postmarkRoutes } from './postmark.ts';
import { type RequestLog, recordRequest } from './request-log.ts';
import { signInRoutes } from './sign-in.ts';
import type { TenantState } from './tenant-state.ts';
import { answerTokenFault, refuseBrowsers } from './token-faults.ts';

/** Requests of the provider go to it; everything else is ours. */
export async function requestListener(state: TenantState, requests: RequestLog) {
  const provider = await identityProvider(state);
  const ours = getRequestListener(ownPages(provider, state, requests).fetch);
  const theirs = provider.callback();
  const prefix = `/${state.tenantId}`;
  return (req: IncomingMessage, res: ServerResponse): void => {
    recordRequest(requests, req, state.now());
    const url = req.url ?? '/';
    if (!/^\/(oauth2\/v2\.0|oidc)\//.test(url.slice(prefix.length)) || !url.startsWith(prefix)) return void ours(req, res);
    if (!isTokenRequest(req, prefix)) return void handOver(theirs, req, res, state);
    if (answerTokenFault(req, res, state) || refuseBrowsers(req, res, state)) return;
    void answerClientCredentials(req, res, state).then((isAnswered) => isAnswered || handOver(theirs, req, res, state));
  };
}

/** The provider takes the tenant for its mount path, so that its own links carry it (entra.md 5.2). */
function handOver(theirs: ReturnType<Provider['callback']>, req: IncomingMessage, res: ServerResponse, state: TenantState): void {
  const prefix = `/${state.tenantId}`;
  req.url = knownToProvider(req.url ?? '/', state).slice(prefix.length);
  Object.assign(req, { originalUrl: prefix + req.url });
  void theirs(req, res);
}

function isTokenRequest(req: IncomingMessage, prefix: string): boolean {
  return req.url?.split('?')[0] === `${prefix}/oauth2/v2.0/token`;
}

/** Entra knows the application from the session; this provider wants it named, and could not check hints signed by our keys. */
function knownToProvider(path: string, state: TenantState): string {
  const url = new URL(path, state.origin);
  if (!url.pathname.endsWith('/logout')) return path;
  url.searchParams.delete('id_token_hint');
  url.searchParams.set('client_id', state.clientId);
  return url.pathname + url.search;
}

function ownPages(provider: Provider, state: TenantState, requests: RequestLog): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.get('/', (c) => c.html(frontPage(state.accounts.list())));
  app.get('/app-registration', (c) => c.html(registrationPage(state)));
  app.get('/style.css', (c) => c.body(STYLE, 200, { 'content-type': 'text/css', 'cache-control': 'no-cache' }));
  app.route('/', metadataRoutes(state));
  app.route('/', signInRoutes(provider, state));
  app.route('/', mailboxRoutes(state));
  app.route('/', postmarkRoutes(state));
  app.route('/', graphRoutes(state));
  app.route(
    '/',
    directoryRoutes(state, () => requests.filter(({ kind }) => kind === 'graph').length),
  );
  return app;
}
