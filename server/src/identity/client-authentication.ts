import { MINUTE, type Millis, SECOND } from '@doorstep/shared/time';
import { importPKCS8, SignJWT } from 'jose';
import type { ClientCredential } from './client-credential.ts';

/** Entra takes assertions of at most ten minutes (reference: certificate credentials). */
const ASSERTION_LASTS = 5 * MINUTE;
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** A token request of this client, complete: `body` with what it asks for, the proof in the header or beside it. */
export async function authenticated(
  clientId: string,
  credential: ClientCredential,
  endpoint: string,
  asked: Record<string, string>,
  now: Millis,
): Promise<RequestInit> {
  const body = new URLSearchParams(asked);
  const headers = { accept: 'application/json' };
  if (credential.kind === 'secret') {
    return { method: 'POST', body, headers: { ...headers, authorization: basicCredentials(clientId, credential.secret) } };
  }
  body.set('client_id', clientId);
  body.set('client_assertion_type', ASSERTION_TYPE);
  body.set('client_assertion', await assertion(clientId, credential, endpoint, now));
  return { method: 'POST', body, headers };
}

/** RFC 7523, 3, in the form that Entra wants: PS256, `x5t#S256`, the token endpoint as audience, used once (ENT-32). */
async function assertion(
  clientId: string,
  { privateKey, thumbprint }: Extract<ClientCredential, { kind: 'certificate' }>,
  endpoint: string,
  now: Millis,
): Promise<string> {
  const issuedAt = Math.floor(now / SECOND);
  return new SignJWT({ jti: crypto.randomUUID() })
    .setProtectedHeader({ alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(endpoint)
    .setIssuedAt(issuedAt)
    .setNotBefore(issuedAt)
    .setExpirationTime(issuedAt + ASSERTION_LASTS / SECOND)
    .sign(await importPKCS8(privateKey, 'PS256'));
}

/** RFC 6749, 2.3.1: id and secret are form-encoded before they are joined (ENT-31). */
const basicCredentials = (clientId: string, secret: string): string =>
  `Basic ${btoa(`${formEncode(clientId)}:${formEncode(secret)}`)}`;

/** The tilde, frequent in Entra's secrets, means itself encoded or not; left alone it also passes where nothing is decoded. */
const formEncode = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1).replaceAll('%7E', '~');
