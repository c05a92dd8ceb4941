import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import type Provider from 'oidc-provider';
import type { Faults } from './faults.ts';
import { identityProvider } from './identity-provider.ts';
import { mailboxRoutes } from './mailbox.ts';
import { metadataRoutes } from './metadata.ts';
import { frontPage } from './pages/front-page.ts';
import { STYLE } from './pages/layout.ts';
import { CONTOSO, Directory, type NewPerson, type Person } from './people.ts';
import { postmarkRoutes } from './postmark.ts';
import type { PostmarkMail } from './postmark-mail.ts';
import { type RequestLog, recordRequest } from './request-log.ts';
import { signInRoutes } from './sign-in.ts';
import { SigningKeys, sharedFirstKey } from './signing-keys.ts';
import type { TenantState } from './tenant-state.ts';
import { answerTokenFault, refuseBrowsers } from './token-faults.ts';

export interface DemoTenantOptions {
  /** `host:port`; port 0 takes a free one. Default `127.0.0.1:0`. */
  listen?: string;
  redirectUris: string[];
  clientId?: string;
  clientSecret?: string;
  /** Epoch milliseconds; dates tokens and mails. */
  now?: () => number;
}

export interface DemoTenant {
  readonly origin: string;
  readonly issuer: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly people: readonly Person[];
  readonly postmarkUrl: string;
  readonly postmarkToken: string;
  readonly mailboxUrl: string;
  readonly faults: Faults;
  /** Calls of machines only: discovery, keys, token endpoint, Postmark; in order. */
  readonly requests: RequestLog;
  /** All mails accepted, in order. */
  mails(): readonly PostmarkMail[];
  addPerson(person: NewPerson): Person;
  addRedirectUri(uri: string): void;
  /** A new key signs from now on; the one before stays published. */
  rotateKeys(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a stand-in for Microsoft Entra (a real OpenID provider at Entra's paths) and for Postmark with a mailbox, on one port.
 * Rejects when the port is taken.
 */
export async function startDemoTenant(options: DemoTenantOptions): Promise<DemoTenant> {
  const server = createServer();
  const origin = await listen(server, options.listen ?? '127.0.0.1:0');
  const state = await newState(origin, options);
  const requests: RequestLog = [];
  server.on('request', await requestListener(state, requests));
  return {
    origin,
    issuer: `${origin}/${state.tenantId}/v2.0`,
    tenantId: state.tenantId,
    clientId: state.clientId,
    clientSecret: state.clientSecret,
    get people() {
      return state.directory.list();
    },
    postmarkUrl: origin,
    postmarkToken: state.postmarkToken,
    mailboxUrl: `${origin}/mailbox`,
    faults: state.faults,
    requests,
    mails: () => [...state.mails],
    addPerson: (person) => state.directory.add(person),
    addRedirectUri: (uri) => {
      state.redirectUris.push(uri);
    },
    rotateKeys: () => state.keys.rotate(),
    stop: () => stop(server),
  };
}

async function newState(origin: string, options: DemoTenantOptions): Promise<TenantState> {
  return {
    origin,
    tenantId: CONTOSO,
    clientId: options.clientId ?? '6e74172b-be56-4843-9ff4-e66a39bb12e3',
    clientSecret: options.clientSecret ?? randomBytes(24).toString('base64url'),
    postmarkToken: randomUUID(),
    redirectUris: [...options.redirectUris],
    directory: new Directory(),
    keys: new SigningKeys(await sharedFirstKey()),
    mails: [],
    faults: {},
    now: options.now ?? Date.now,
  };
}

/** Requests of the provider go to it; everything else is ours. */
async function requestListener(state: TenantState, requests: RequestLog) {
  const provider = await identityProvider(state);
  const ours = getRequestListener(ownPages(provider, state).fetch);
  const theirs = provider.callback();
  const prefix = `/${state.tenantId}`;
  return (req: IncomingMessage, res: ServerResponse): void => {
    recordRequest(requests, req, state.now());
    const url = req.url ?? '/';
    if (!/^\/(oauth2\/v2\.0|oidc)\//.test(url.slice(prefix.length)) || !url.startsWith(prefix)) return void ours(req, res);
    if (isTokenRequest(req, prefix) && (answerTokenFault(req, res, state) || refuseBrowsers(req, res, state))) return;
    // The provider then takes the tenant for its mount path, so that its own links carry it (entra.md 5.2).
    req.url = knownToProvider(url, state).slice(prefix.length);
    Object.assign(req, { originalUrl: prefix + req.url });
    void theirs(req, res);
  };
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

function ownPages(provider: Provider, state: TenantState): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.get('/', (c) => c.html(frontPage(state.directory.list())));
  app.get('/style.css', (c) => c.body(STYLE, 200, { 'content-type': 'text/css', 'cache-control': 'no-cache' }));
  app.route('/', metadataRoutes(state));
  app.route('/', signInRoutes(provider, state));
  app.route('/', mailboxRoutes(state));
  app.route('/', postmarkRoutes(state));
  return app;
}

/** Resolves to the origin. */
function listen(server: Server, address: string): Promise<string> {
  const { hostname, port } = new URL(`http://${address}`);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(Number(port || 80), hostname.replace(/^\[|\]$/g, ''), () => {
      server.off('error', reject);
      resolve(`http://${hostname}:${(server.address() as AddressInfo).port}`);
    });
  });
}

/** Cuts what hangs, too. */
function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
