import * as v from 'valibot';
import type { Connection } from './kept.ts';

const TIME_LIMIT = 15_000;
const TokenAnswer = v.object({ access_token: v.string(), token_type: v.string(), expires_in: v.number() });

/** One attempt to connect. RFC 7636, 4.1 and 4.2; RFC 6749, 4.1.1. */
export type Attempt = { workspace: string; clientId: string; redirectUri: string; state: string; verifier: string };

export async function authorizationUrl(attempt: Attempt): Promise<string> {
  const url = new URL('/connect/authorize', attempt.workspace);
  url.searchParams.set('response_type', 'code');
  url.searchParams.set('client_id', attempt.clientId);
  url.searchParams.set('redirect_uri', attempt.redirectUri);
  url.searchParams.set('state', attempt.state);
  url.searchParams.set('code_challenge', await challengeOf(attempt.verifier));
  url.searchParams.set('code_challenge_method', 'S256');
  return url.href;
}

export type Landing = { code: string } | { error: string } | { notOurs: true };

/** What the sign-in window ended with. Anything but our redirect URI with our state is somebody else's (EXT-10). */
export function readLanding(attempt: Attempt, landed: string): Landing {
  const { origin, pathname, searchParams } = new URL(landed);
  if (origin + pathname !== attempt.redirectUri || searchParams.get('state') !== attempt.state) return { notOurs: true };
  const code = searchParams.get('code');
  return code ? { code } : { error: searchParams.get('error') ?? 'no code' };
}

/** The token for the code, or nothing when the workspace refuses or does not answer. */
export async function exchangeCode(attempt: Attempt, code: string): Promise<string | undefined> {
  const answer = await postForm(`${attempt.workspace}/connect/token`, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: attempt.redirectUri,
    client_id: attempt.clientId,
    code_verifier: attempt.verifier,
  });
  const read = v.safeParse(TokenAnswer, answer);
  return read.success && read.output.token_type.toLowerCase() === 'bearer' ? read.output.access_token : undefined;
}

/** RFC 7009. `keepalive`, for the popup may close at once; without an answer the token ends when it is 14 days unused. */
export const revokeToken = ({ workspace, token }: Connection): Promise<unknown> =>
  postForm(`${workspace}/connect/revoke`, { token });

async function postForm(url: string, fields: Record<string, string>): Promise<unknown> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body: new URLSearchParams(fields),
      credentials: 'omit',
      redirect: 'error',
      keepalive: true,
      signal: AbortSignal.timeout(TIME_LIMIT),
    });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined; // no network, no JSON: the same to whoever waits
  }
}

/** 256 random bits, base64url: state and verifier. */
export const randomText = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)));

const challengeOf = async (verifier: string): Promise<string> =>
  base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes)).replace(/[+/=]/g, (sign) => ({ '+': '-', '/': '_' })[sign] ?? '');
