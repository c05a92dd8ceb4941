import { type Millis, SECOND } from '@doorstep/shared/time';
import { generateCodeVerifier, generateState, type OAuth2RequestError, type OAuth2Tokens } from 'arctic';
import type { Claims } from './claims.ts';
import { createDiscovery, type Metadata, type Port, type ProviderStatus, tenantOf } from './discovery.ts';
import { verifyIdToken } from './id-token.ts';
import { createKeySet } from './key-set.ts';
import { authorizationUrl, type OAuthClientConfig, redeemCode } from './oauth-client.ts';
import { readRedirect } from './redirect-answer.ts';
import { aadstsCode, refusalOfError, refuse, type SignInRefusal, type SignInResult } from './sign-in-result.ts';

export type { Claims, VerifiedClaims } from './claims.ts';
export type { ProviderStatus } from './discovery.ts';
export { tenantOf } from './discovery.ts';
export type { RefusalReason, SignInRefusal, SignInResult } from './sign-in-result.ts';

/** `issuer` exactly as in the discovery document, with the tenant's GUID. */
export type ProviderConfig = OAuthClientConfig & { issuer: string };

/** What is kept between start and finish, readable for nobody but us (ENT-06). Good for one sign-in. */
export type ProviderAttempt = { state: string; nonce: string; verifier: string };
export type SignInOptions = {
  prompt?: 'select_account' | 'login';
  loginHint?: string;
  /** In milliseconds. */
  maxAge?: Millis;
};
/** For whoever tests a configuration: `onClaims` as in id-token.ts, `onRefused` is the token endpoint's description of its error, whole. */
export type FinishOptions = { maxAge?: Millis; onClaims?: (claims: Claims) => void; onRefused?: (said: string) => void };
export type SignInStart = { url: string; attempt: ProviderAttempt } | { problem: 'provider-unreachable' | 'wrong-issuer' };

export type Services = { tokenEndpoint: string; graphOrigin: string | null } | { problem: string };

export type Provider = {
  /** Where to send the browser, and what to keep for its return. */
  startSignIn: (options?: SignInOptions) => Promise<SignInStart>;
  /** What became of it, from the parameters of the callback. Redeems the code at most once and never throws for the provider's sake. */
  finishSignIn: (attempt: ProviderAttempt, params: URLSearchParams, options?: FinishOptions) => Promise<SignInResult>;
  /** Where to sign out at the provider too; null as long as it is not known or there is no such place. */
  signOutUrl: (postLogoutRedirectUri: string) => string | null;
  /** Where an application gets tokens of its own, and the Microsoft Graph of this cloud where the provider names one. */
  services: () => Promise<Services>;
  /** What is known, without asking. */
  status: () => ProviderStatus;
  /** Asks the provider now. */
  check: () => Promise<ProviderStatus>;
};

/** The identity provider of the workspace. Nothing is asked before the first sign-in or check (ENT-28). */
export function createProvider(config: ProviderConfig, port: Port): Provider {
  const discovery = createDiscovery(config.issuer, port);
  const where = async () => {
    const described = await discovery.current();
    return 'problem' in described ? { problem: described.detail } : described.value;
  };
  const keySet = createKeySet(where, config.issuer, port);

  async function startSignIn(options: SignInOptions = {}): Promise<SignInStart> {
    const described = await discovery.current();
    if ('problem' in described) {
      return { problem: described.problem === 'wrong-issuer' ? 'wrong-issuer' : 'provider-unreachable' };
    }
    const attempt = { state: generateState(), nonce: generateState(), verifier: generateCodeVerifier() };
    return { url: signInUrl(config, described.value, attempt, options), attempt };
  }

  async function finishSignIn(
    attempt: ProviderAttempt,
    params: URLSearchParams,
    options: FinishOptions = {},
  ): Promise<SignInResult> {
    const redirect = readRedirect(params, attempt.state, config.issuer);
    if ('outcome' in redirect) return redirect;
    const described = await discovery.current();
    if ('problem' in described) return refuse('provider-unreachable', described.detail);
    if (described.value.namesIssuerInAnswers && !redirect.namesIssuer) {
      return refuse('token-not-valid', 'the redirect lacks the iss parameter that the provider promises');
    }
    const answer = await redeemCode(port, config, described.value.tokenEndpoint, redirect.code, attempt.verifier);
    if (answer.outcome === 'unreachable') return refuse('provider-unreachable', answer.detail);
    if (answer.outcome === 'refused') {
      options.onRefused?.(answer.error.description ?? '');
      return refusalOfTokenError(answer.error);
    }
    return await readTokens(answer.tokens, attempt, options);
  }

  async function readTokens(
    tokens: OAuth2Tokens,
    attempt: ProviderAttempt,
    { maxAge, onClaims }: FinishOptions,
  ): Promise<SignInResult> {
    const received = receivedTokens(tokens);
    if (received === null) return refuse('token-not-valid', 'the token endpoint sent no ID token');
    const { issuer, clientId } = config;
    const { nonce } = attempt;
    const expected = {
      issuer,
      clientId,
      tenantId: tenantOf(issuer) ?? '',
      nonce,
      now: port.now(),
      maxAge,
      onClaims,
      ...received,
    };
    const verified = await verifyIdToken(received.idToken, expected, keySet);
    return 'claims' in verified ? { outcome: 'signed-in', claims: verified.claims } : verified;
  }

  function signOutUrl(postLogoutRedirectUri: string): string | null {
    const endpoint = discovery.peek()?.endSessionEndpoint;
    if (!endpoint) return null;
    const url = new URL(endpoint);
    url.searchParams.set('client_id', config.clientId);
    url.searchParams.set('post_logout_redirect_uri', postLogoutRedirectUri);
    return url.href;
  }

  async function check(): Promise<ProviderStatus> {
    await discovery.refetch();
    return discovery.status();
  }

  return { startSignIn, finishSignIn, signOutUrl, services: where, status: discovery.status, check };
}

/** `response_mode=query` so that a SameSite=Lax cookie comes back with the answer. */
function signInUrl(config: ProviderConfig, metadata: Metadata, attempt: ProviderAttempt, options: SignInOptions): string {
  const url = authorizationUrl(config, metadata.authorizationEndpoint, attempt.state, attempt.verifier);
  url.searchParams.set('response_mode', 'query');
  url.searchParams.set('nonce', attempt.nonce);
  if (options.prompt) url.searchParams.set('prompt', options.prompt);
  if (options.loginHint && options.prompt !== 'select_account') url.searchParams.set('login_hint', options.loginHint); // ENT-04
  if (options.maxAge !== undefined) url.searchParams.set('max_age', String(Math.floor(options.maxAge / SECOND)));
  return url.href;
}

function refusalOfTokenError({ code, description }: OAuth2RequestError): SignInRefusal {
  return refusalOfError(code, description ?? '', aadstsCode(description ?? ''));
}

/** arctic's readers throw where a member is missing. RFC 6749, 5.1: the type's case does not matter. */
function receivedTokens(tokens: OAuth2Tokens): { idToken: string; accessToken: string } | null {
  try {
    if (tokens.tokenType().toLowerCase() !== 'bearer') return null;
    return { idToken: tokens.idToken(), accessToken: tokens.accessToken() };
  } catch {
    return null;
  }
}
