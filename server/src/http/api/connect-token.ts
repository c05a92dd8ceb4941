import { Hono } from 'hono';
import { redeemConnectCode } from '../../actions/connect.ts';
import { hashToken } from '../../identity/tokens.ts';
import { endBrowser } from '../../store/connected-browser.ts';
import { newId } from '../../store/new-id.ts';
import type { Ctx, Env } from '../env.ts';
import { answer } from './answer.ts';
import { isKnownOrigin } from './cors.ts';

const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/; // RFC 7636, 4.1

/** Form-encoded, with errors as RFC 6749, 5.2 has them, not problem documents (CONTRACT.md, 6). */
export const connectToken = new Hono<Env>()
  .post('/token', async (c) => {
    const form = await oauthForm(c);
    if (!form) return oauthError(c, 'invalid_request', 'send each parameter once, form-encoded');
    const { deps, now, trace } = c.var;
    const origin = c.req.header('origin') ?? '';
    const client = deps.extensionClients.find((one) => one.clientId === form.get('client_id'));
    if (!client || !isKnownOrigin([client], origin))
      return oauthError(c, 'invalid_client', 'not an extension that is known here');
    if (form.get('grant_type') !== 'authorization_code')
      return oauthError(c, 'unsupported_grant_type', 'only authorization_code');
    const verifier = form.get('code_verifier') ?? '';
    if (!VERIFIER.test(verifier)) return oauthError(c, 'invalid_request', 'code_verifier is missing or malformed');
    const request = {
      code: form.get('code') ?? '',
      redirectUri: form.get('redirect_uri') ?? '',
      clientId: client.clientId,
      verifier,
      origin,
    };
    const result = await redeemConnectCode(deps, request, trace, now);
    if (result.outcome === 'invalid-grant')
      return oauthError(c, 'invalid_grant', 'the code is wrong, used, or older than a minute');
    return answer(c, 200, { access_token: result.token, token_type: 'Bearer', expires_in: result.expiresIn });
  })
  // RFC 7009, 2.2: 200 whether or not the token was one.
  .post('/revoke', async (c) => {
    const form = await oauthForm(c);
    const token = form?.get('token');
    const { deps, now, trace } = c.var;
    if (token) await endBrowser(deps.store, { tokenHash: hashToken(token) }, { by: null, auditId: newId('aud'), now, trace });
    return answer(c, 200, {});
  });

async function oauthForm(c: Ctx): Promise<URLSearchParams | null> {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') return null;
  const form = new URLSearchParams(await c.req.text());
  return new Set(form.keys()).size === [...form.keys()].length ? form : null;
}

const oauthError = (c: Ctx, error: string, description: string): Response =>
  answer(c, error === 'invalid_client' ? 401 : 400, { error, error_description: description });
