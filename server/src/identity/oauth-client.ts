import { type Millis, SECOND } from '@doorstep/shared/time';
import { CodeChallengeMethod, OAuth2Client, OAuth2RequestError, OAuth2Tokens } from 'arctic';
import { fetchBounded, readJsonObject } from './bounded-fetch.ts';

export type OAuthClientConfig = { clientId: string; clientSecret: string; redirectUri: string };

export type TokenAnswer =
  | { outcome: 'tokens'; tokens: OAuth2Tokens }
  | { outcome: 'refused'; error: OAuth2RequestError }
  | { outcome: 'unreachable'; detail: string };

const TIME_LIMIT = 10 * SECOND;
const SCOPES = ['openid', 'profile', 'email'];

/** The address at the provider where the sign-in starts: code flow with PKCE S256, and nothing asked for but who it is. */
export function authorizationUrl(config: OAuthClientConfig, endpoint: string, state: string, verifier: string): URL {
  const client = new OAuth2Client(config.clientId, config.clientSecret, config.redirectUri);
  return client.createAuthorizationURLWithPKCE(endpoint, state, CodeChallengeMethod.S256, verifier, SCOPES);
}

/**
 * The one token request (RFC 6749, 4.1.3), sent once: a code can be redeemed once. arctic's own encodes the credentials
 * wrongly, follows redirects with them and waits for ever; only its types are used here.
 */
export async function redeemCode(
  fetch: typeof globalThis.fetch,
  config: OAuthClientConfig,
  endpoint: string,
  code: string,
  verifier: string,
): Promise<TokenAnswer> {
  const body = new URLSearchParams({ grant_type: 'authorization_code' });
  body.set('code', code);
  body.set('redirect_uri', config.redirectUri);
  body.set('code_verifier', verifier);
  const headers = { authorization: basicCredentials(config), accept: 'application/json' };
  const answer = await fetchBounded(fetch, endpoint, { method: 'POST', headers, body }, TIME_LIMIT);
  return 'problem' in answer ? { outcome: 'unreachable', detail: answer.problem } : readAnswer(answer.status, answer.text);
}

export type ClientTokenAnswer =
  | { outcome: 'token'; token: string; lasts: Millis }
  | { outcome: 'refused'; error: OAuth2RequestError }
  | { outcome: 'unreachable'; detail: string };

/** A token for the application itself (RFC 6749, 4.4.2), of one resource only: `scope` is `{its origin}/.default`. */
export async function requestClientToken(
  fetch: typeof globalThis.fetch,
  config: Pick<OAuthClientConfig, 'clientId' | 'clientSecret'>,
  endpoint: string,
  scope: string,
): Promise<ClientTokenAnswer> {
  const body = new URLSearchParams({ grant_type: 'client_credentials' });
  body.set('scope', scope);
  const headers = { authorization: basicCredentials(config), accept: 'application/json' };
  const answer = await fetchBounded(fetch, endpoint, { method: 'POST', headers, body }, TIME_LIMIT);
  if ('problem' in answer) return { outcome: 'unreachable', detail: answer.problem };
  const read = readAnswer(answer.status, answer.text);
  return read.outcome === 'tokens' ? readClientToken(read.tokens) : read;
}

/** arctic's readers throw where a member is missing. */
function readClientToken(tokens: OAuth2Tokens): ClientTokenAnswer {
  try {
    if (tokens.tokenType().toLowerCase() !== 'bearer') throw new Error('no bearer token');
    return { outcome: 'token', token: tokens.accessToken(), lasts: tokens.accessTokenExpiresInSeconds() * SECOND };
  } catch {
    return { outcome: 'unreachable', detail: 'the token endpoint sent no bearer token with an end' };
  }
}

/** RFC 6749, 5.1 and 5.2. Whatever is neither tokens nor an error of the protocol counts as an outage. */
function readAnswer(status: number, text: string): TokenAnswer {
  const content = readJsonObject(text);
  if (status === 200 && content) return { outcome: 'tokens', tokens: new OAuth2Tokens(content) };
  if (status >= 400 && status < 500 && status !== 429 && typeof content?.error === 'string') {
    const description = typeof content.error_description === 'string' ? content.error_description : null;
    return { outcome: 'refused', error: new OAuth2RequestError(content.error, description, null, null) };
  }
  return {
    outcome: 'unreachable',
    detail: `the token endpoint answered with status ${status}${content ? '' : ' and no JSON object'}`,
  };
}

/** RFC 6749, 2.3.1: id and secret are form-encoded before they are joined (ENT-31). */
function basicCredentials({ clientId, clientSecret }: Pick<OAuthClientConfig, 'clientId' | 'clientSecret'>): string {
  return `Basic ${btoa(`${formEncode(clientId)}:${formEncode(clientSecret)}`)}`;
}

/** The tilde, frequent in Entra's secrets, means itself encoded or not; left alone it also passes where nothing is decoded. */
function formEncode(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1).replaceAll('%7E', '~');
}
