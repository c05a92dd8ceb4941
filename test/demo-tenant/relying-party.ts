import { createHash, randomBytes } from 'node:crypto';
import { createLocalJWKSet, type JWTVerifyResult, jwtVerify } from 'jose';
import type { DemoTenant } from './demo-tenant.ts';

/** Where the tests of the tenant itself let people come back to; nothing listens there. */
export const CALLBACK = 'http://localhost:3999/sign-in/callback';

/** One attempt at the plain protocol (RFC 6749, RFC 7636), with as little software of ours as possible. */
export interface Attempt {
  url: string;
  state: string;
  nonce: string;
  verifier: string;
}

export function beginAttempt(tenant: DemoTenant, extra: Record<string, string> = {}): Attempt {
  const [state, nonce, verifier] = [random(), random(), random()];
  const query = new URLSearchParams({
    client_id: tenant.clientId,
    response_type: 'code',
    response_mode: 'query',
    redirect_uri: CALLBACK,
    scope: 'openid profile email',
    state,
    nonce,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...extra,
  });
  return { url: `${tenant.origin}/${tenant.tenantId}/oauth2/v2.0/authorize?${query}`, state, nonce, verifier };
}

/** Redeems a callback's code with HTTP Basic, credentials form-encoded (RFC 6749, 2.3.1). */
export function redeemCode(
  tenant: DemoTenant,
  attempt: Attempt,
  callback: string,
  changed: Record<string, string> = {},
): Promise<Response> {
  const code = new URL(callback).searchParams.get('code') ?? '';
  const credentials = `${formEncode(tenant.clientId)}:${formEncode(tenant.clientSecret)}`;
  return postToken(
    tenant,
    { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: attempt.verifier, ...changed },
    { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
  );
}

export function postToken(
  tenant: DemoTenant,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Response> {
  const url = `${tenant.origin}/${tenant.tenantId}/oauth2/v2.0/token`;
  return fetch(url, { method: 'POST', headers, body: new URLSearchParams(form), redirect: 'manual' });
}

/** Checked by jose against the published keys, as entra.md 8.8 measured it: tolerance 0, RS256 only. */
export async function verifyIdToken(tenant: DemoTenant, idToken: string, issuer = tenant.issuer): Promise<JWTVerifyResult> {
  const keys = await (await fetch(`${tenant.origin}/${tenant.tenantId}/discovery/v2.0/keys`)).json();
  return jwtVerify(idToken, createLocalJWKSet(keys), {
    issuer,
    audience: tenant.clientId,
    algorithms: ['RS256'],
    requiredClaims: ['exp', 'nonce', 'sub', 'oid'],
  });
}

function formEncode(text: string): string {
  return new URLSearchParams({ a: text }).toString().slice(2);
}

function random(): string {
  return randomBytes(32).toString('base64url');
}
