import { GECKO_EXTENSION_ID } from '@doorstep/shared/extension-ids';
import type { MemberId } from '@doorstep/shared/ids';
import { Hono } from 'hono';
import { type AuthorizationRequest, grantCode } from '../../actions/connect.ts';
import type { Deps, ExtensionClient } from '../../actions/deps.ts';
import type { Ctx, Env } from '../env.ts';
import { memberOf } from '../middleware/access.ts';
import { recordRefused } from '../record-refused.ts';
import { connectPage, connectProblemPage } from '../views/connect.ts';
import { readForm } from './form-body.ts';
import { markConnectWindow, page, shellOf } from './page.ts';
import { startSignIn } from './sign-in.ts';
import { viewerOf } from './welcome.ts';

const PARAMETERS = ['response_type', 'client_id', 'redirect_uri', 'state', 'code_challenge', 'code_challenge_method'] as const;
const CHALLENGE = /^[A-Za-z0-9_-]{43}$/;
const STATE_LENGTH = 512;

type Checked =
  | { outcome: 'good'; request: AuthorizationRequest; query: string }
  | { outcome: 'no-redirect'; because: 'unknown-client' | 'bad-request' }
  | { outcome: 'redirect'; client: ExtensionClient; error: string; description: string; state: string };

/** The extension's sign-in: OAuth authorization code with PKCE against this server (CONTRACT.md, 6; RFC 6749, 7636). */
export const connect = new Hono<Env>()
  .get('/connect/authorize', async (c) => {
    const checked = check(c.var.deps, new URL(c.req.url).searchParams);
    if (checked.outcome !== 'good') return refuse(c, checked);
    markConnectWindow(c);
    if (!c.var.session) return beginSignIn(c, checked.query);
    if (c.var.session.kind === 'waiting') return c.redirect('/waiting', 303);
    if (c.var.session.kind !== 'member') return beginSignIn(c, checked.query);
    if (memberOf(c).role !== 'administrator') return notForMembers(c, checked.request);
    return page(
      c,
      connectPage({
        ...(await shellOf(c)),
        viewer: viewerOf(c),
        browser: browserOf(checked.request.client),
        action: '/connect/authorize',
        fields: [...new URLSearchParams(checked.query)],
      }),
    );
  })
  .post('/connect/authorize', async (c) => {
    const form = await readForm(c);
    const sent = new URLSearchParams(
      PARAMETERS.flatMap((name) => form.all(name).map((value): [string, string] => [name, value])),
    );
    const checked = check(c.var.deps, sent);
    if (checked.outcome !== 'good') return refuse(c, checked);
    markConnectWindow(c);
    if (form.get('answer') === 'cancel') return denied(c, checked.request, 'the person pressed Cancel');
    if (c.var.session?.kind !== 'member') return c.redirect(`/connect/authorize?${checked.query}`, 303);
    const member = memberOf(c);
    if (member.role !== 'administrator') return notForMembers(c, checked.request);
    const code = await grantCode(c.var.deps, checked.request, member.id as MemberId, c.var.now);
    return back(c, checked.request.redirectUri, { code, state: checked.request.state });
  });

/** What the client and its redirect URI are not known for is never answered by a redirect (RFC 6749, 4.1.2.1). */
function check(deps: Deps, params: URLSearchParams): Checked {
  if (PARAMETERS.some((name) => params.getAll(name).length > 1)) return { outcome: 'no-redirect', because: 'bad-request' };
  const get = (name: (typeof PARAMETERS)[number]) => params.get(name) ?? '';
  const client = deps.extensionClients.find((one) => one.clientId === get('client_id'));
  if (!client || client.redirectUri !== get('redirect_uri')) return { outcome: 'no-redirect', because: 'unknown-client' };
  const state = get('state');
  const wrong = (error: string, description: string): Checked => ({ outcome: 'redirect', client, error, description, state });
  if (state === '' || state.length > STATE_LENGTH) return { outcome: 'no-redirect', because: 'bad-request' };
  if (get('response_type') !== 'code') return wrong('unsupported_response_type', 'response_type must be code');
  if (get('code_challenge_method') !== 'S256') return wrong('invalid_request', 'code_challenge_method must be S256');
  if (!CHALLENGE.test(get('code_challenge'))) return wrong('invalid_request', 'code_challenge must be 43 base64url characters');
  if (params.has('scope')) return wrong('invalid_scope', 'there are no scopes');
  const query = new URLSearchParams(PARAMETERS.map((name): [string, string] => [name, get(name)])).toString();
  const request = { client, redirectUri: client.redirectUri, state, codeChallenge: get('code_challenge') };
  return { outcome: 'good', request, query };
}

async function refuse(c: Ctx, checked: Exclude<Checked, { outcome: 'good' }>): Promise<Response> {
  if (checked.outcome === 'redirect') {
    return back(c, checked.client.redirectUri, {
      error: checked.error,
      error_description: checked.description,
      state: checked.state,
    });
  }
  return c.html(connectProblemPage({ ...(await shellOf(c)), because: checked.because }), 400);
}

const denied = (c: Ctx, request: AuthorizationRequest, description: string) =>
  back(c, request.redirectUri, { error: 'access_denied', error_description: description, state: request.state });

async function notForMembers(c: Ctx, request: AuthorizationRequest): Promise<Response> {
  const facts = { because: 'not-allowed', path: '/connect/authorize' };
  await recordRefused(c, 'api.refused', { by: memberOf(c).id, facts });
  return denied(c, request, 'only administrators can connect');
}

/** The one form whose answer leads elsewhere: this page's policy allows just that origin. */
function back(c: Ctx, redirectUri: string, params: Record<string, string>): Response {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return c.redirect(url.href, 303);
}

const beginSignIn = (c: Ctx, query: string) =>
  startSignIn(c, { invitation: null, isFresh: false, connect: query, returnTo: null, options: {} });

const browserOf = (client: ExtensionClient): string =>
  client.clientId === GECKO_EXTENSION_ID ? 'Firefox' : 'Chrome, Edge or Chromium';
