import type { ConnectedBrowserId, MemberId } from '@doorstep/shared/ids';
import { type Millis, SECOND } from '@doorstep/shared/time';
import { sha256 } from '@noble/hashes/sha2.js';
import { base64url } from 'jose';
import { policy } from '../domain/policy.ts';
import { hashToken, newToken, sameText } from '../identity/tokens.ts';
import type { Trace } from '../store/audit.ts';
import { connectBrowser, endBrowser, findConnectCode, saveConnectCode } from '../store/connected-browser.ts';
import { newId } from '../store/new-id.ts';
import type { Deps, ExtensionClient } from './deps.ts';

/** What `/connect/authorize` was asked for, checked (RFC 6749, 4.1.1; RFC 7636, 4.3). */
export type AuthorizationRequest = { client: ExtensionClient; redirectUri: string; state: string; codeChallenge: string };

/** A code that lives 60 s and works once. */
export async function grantCode(deps: Deps, request: AuthorizationRequest, memberId: MemberId, now: Millis): Promise<string> {
  const code = newToken();
  await saveConnectCode(deps.store, {
    codeHash: hashToken(code),
    memberId,
    clientId: request.client.clientId,
    redirectUri: request.redirectUri,
    codeChallenge: request.codeChallenge,
    endsAt: now + policy.connectCode,
  });
  return code;
}

export type TokenRequest = { code: string; redirectUri: string; clientId: string; verifier: string; origin: string };
export type TokenResult = { outcome: 'connected'; token: string; expiresIn: number } | { outcome: 'invalid-grant' };

/** The token of a connected browser. A code's second use ends the token of the first (RFC 6749, 4.1.2). */
export async function redeemConnectCode(deps: Deps, request: TokenRequest, trace: Trace, now: Millis): Promise<TokenResult> {
  const codeHash = hashToken(request.code);
  const code = await findConnectCode(deps.store, codeHash);
  if (!code || code.clientId !== request.clientId || code.redirectUri !== request.redirectUri)
    return { outcome: 'invalid-grant' };
  if (!sameText(challengeOf(request.verifier), code.codeChallenge)) return { outcome: 'invalid-grant' };
  const token = newToken();
  const isConnected = await connectBrowser(deps.store, {
    codeHash,
    browserId: newId('brw') as ConnectedBrowserId,
    tokenHash: hashToken(token),
    origin: request.origin,
    auditId: newId('aud'),
    now,
    trace,
  });
  if (isConnected) return { outcome: 'connected', token, expiresIn: policy.connectedBrowser.atMost / SECOND };
  await endTokenOfUsedCode(deps, codeHash, trace, now);
  return { outcome: 'invalid-grant' };
}

async function endTokenOfUsedCode(deps: Deps, codeHash: string, trace: Trace, now: Millis): Promise<void> {
  const used = await findConnectCode(deps.store, codeHash);
  if (!used?.connectedBrowserId) return;
  await endBrowser(deps.store, { id: used.connectedBrowserId }, { by: null, auditId: newId('aud'), now, trace });
}

/** RFC 7636, 4.6: BASE64URL(SHA-256(verifier)). */
export const challengeOf = (verifier: string): string => base64url.encode(sha256(new TextEncoder().encode(verifier)));
