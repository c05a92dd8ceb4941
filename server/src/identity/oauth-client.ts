import { type Millis, SECOND } from '@doorstep/shared/time';
import { CodeChallengeMethod, OAuth2Client, OAuth2RequestError, OAuth2Tokens } from 'arctic';
import { fetchBounded, readJsonObject } from './bounded-fetch.ts';
import { authenticated } from './client-authentication.ts';
import type { ClientCredential } from './client-credential.ts';
import { aadstsCode } from './sign-in-result.ts';

/** `credentials`: the one to try first at first; the next is tried when the provider refuses the one before (`invalid_client`). */
export type OAuthClientConfig = {
  clientId: string;
  credentials: readonly ClientCredential[];
  redirectUri: string;
  /** Told what the provider thinks of each credential, before the answer is given; must not reject. */
  onCredential?: (news: CredentialNews) => Promise<unknown>;
};
/** `code`: the number of the AADSTS message, else the error's name; `said`: the description as it came. */
export type CredentialNews = { id: string | null } & (
  | { outcome: 'accepted' }
  | { outcome: 'refused'; code: string; said: string }
);
export type Port = { fetch: typeof fetch; now: () => Millis };

export type TokenAnswer =
  | { outcome: 'tokens'; tokens: OAuth2Tokens }
  | { outcome: 'refused'; error: OAuth2RequestError }
  | { outcome: 'unreachable'; detail: string };

const TIME_LIMIT = 10 * SECOND;
const SCOPES = ['openid', 'profile', 'email'];

/** The address at the provider where the sign-in starts: code flow with PKCE S256, and nothing asked for but who it is. */
export function authorizationUrl(config: OAuthClientConfig, endpoint: string, state: string, verifier: string): URL {
  const client = new OAuth2Client(config.clientId, null, config.redirectUri);
  return client.createAuthorizationURLWithPKCE(endpoint, state, CodeChallengeMethod.S256, verifier, SCOPES);
}

/**
 * The one token request (RFC 6749, 4.1.3), sent once: a code can be redeemed once. arctic's own encodes the credentials
 * wrongly, follows redirects with them and waits for ever; only its types are used here.
 */
export async function redeemCode(
  port: Port,
  config: OAuthClientConfig,
  endpoint: string,
  code: string,
  verifier: string,
): Promise<TokenAnswer> {
  const asked = { grant_type: 'authorization_code', code, redirect_uri: config.redirectUri, code_verifier: verifier };
  return await askForTokens(port, config, endpoint, asked);
}

/**
 * With each credential in turn until one is not refused as such: the provider looks at it before it looks at the code.
 */
async function askForTokens(
  port: Port,
  { clientId, credentials, onCredential }: ClientOnly,
  endpoint: string,
  asked: Record<string, string>,
): Promise<TokenAnswer> {
  let answer: TokenAnswer = {
    outcome: 'unreachable',
    detail: 'there is no client secret and no certificate that has not expired',
  };
  for (const credential of credentials) {
    const request = await authenticated(clientId, credential, endpoint, asked, port.now());
    const received = await fetchBounded(port.fetch, endpoint, request, TIME_LIMIT);
    answer =
      'problem' in received ? { outcome: 'unreachable', detail: received.problem } : readAnswer(received.status, received.text);
    const news = newsOf(credential, answer);
    if (news) await onCredential?.(news);
    if (news?.outcome !== 'refused') return answer;
  }
  return answer;
}

/** A refusal of something else, or an outage, says nothing about the credential. */
function newsOf({ id }: ClientCredential, answer: TokenAnswer): CredentialNews | null {
  if (answer.outcome === 'tokens') return { id, outcome: 'accepted' };
  if (answer.outcome !== 'refused' || answer.error.code !== 'invalid_client') return null;
  const said = answer.error.description ?? '';
  return { id, outcome: 'refused', code: aadstsCode(said) ?? answer.error.code, said };
}

export type ClientOnly = Pick<OAuthClientConfig, 'clientId' | 'credentials' | 'onCredential'>;

export type ClientTokenAnswer =
  | { outcome: 'token'; token: string; lasts: Millis }
  | { outcome: 'refused'; error: OAuth2RequestError }
  | { outcome: 'unreachable'; detail: string };

/** A token for the application itself (RFC 6749, 4.4.2), of one resource only: `scope` is `{its origin}/.default`. */
export async function requestClientToken(
  port: Port,
  config: ClientOnly,
  endpoint: string,
  scope: string,
): Promise<ClientTokenAnswer> {
  const read = await askForTokens(port, config, endpoint, { grant_type: 'client_credentials', scope });
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
