import { randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { entraIdToken, pairwise } from './claims.ts';
import { entraError, entraSentence, tokenErrorCode } from './entra-errors.ts';
import { accessTokenLookalike, signIdToken } from './id-token.ts';
import type { TenantState } from './tenant-state.ts';

type Body = Record<string, unknown>;

/** Runs behind the provider and turns its answers into Entra's; here the switches that damage tokens act. */
export function asEntraAnswers(provider: Provider, state: TenantState) {
  const reasons = new WeakMap<object, string>();
  provider.on('grant.error', (ctx, error) => reasons.set(ctx.req, error.error_detail ?? error.error_description ?? ''));

  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    if (ctx.path === '/oauth2/v2.0/token') await tokenAnswer(ctx, state, reasons.get(ctx.req) ?? '');
    else if (ctx.path === '/oidc/userinfo') userinfoAnswer(ctx, state);
    else if (ctx.path.startsWith('/oauth2/v2.0/authorize')) authorizationAnswer(ctx);
  };
}

async function tokenAnswer(ctx: KoaContextWithOIDC, state: TenantState, reason: string): Promise<void> {
  const body = ctx.body as Body;
  if (ctx.status !== 200) {
    ctx.body = entraError(String(body.error), tokenErrorCode(String(body.error), reason), state.origin, state.now());
    return;
  }
  const answer = await granted(body, state);
  const fault = state.faults.token;
  ctx.body = typeof fault === 'function' ? fault(answer) : answer;
}

async function granted(body: Body, state: TenantState): Promise<Body> {
  const { faults, keys, accounts } = state;
  const issued = decodeJwt(String(body.id_token));
  const claims = entraIdToken(issued, accounts.findByObjectId(String(issued.sub)), state.origin, state.now());
  const answer: Body = {
    token_type: 'Bearer',
    scope: body.scope,
    expires_in: body.expires_in,
    ext_expires_in: body.expires_in,
    access_token: body.access_token,
  };
  if (faults.token === 'no-id-token') return answer;
  if (faults.token === 'id-token-is-access-token') return { ...answer, id_token: accessTokenLookalike(claims, keys.current) };
  return { ...answer, id_token: await signIdToken(claims, keys.current, faults.idToken) };
}

function userinfoAnswer(ctx: KoaContextWithOIDC, state: TenantState): void {
  const body = ctx.body as Body;
  if (ctx.status === 200) ctx.body = { ...body, sub: pairwise(String(body.sub), state.clientId) };
}

/** Entra's redirects carry no `iss` (it does not advertise RFC 9207), but a `session_state`, and its errors a number. */
function authorizationAnswer(ctx: KoaContextWithOIDC): void {
  const location = ctx.response.get('location');
  if (!URL.canParse(location)) return;
  const url = new URL(location);
  if (!url.searchParams.has('iss')) return;
  url.searchParams.delete('iss');
  if (url.searchParams.has('code')) url.searchParams.set('session_state', randomUUID());
  if (url.searchParams.get('error') === 'login_required') url.searchParams.set('error_description', entraSentence(50058));
  ctx.set('location', url.href);
}
