import { createHash, randomBytes } from 'node:crypto';
import { CHROMIUM_EXTENSION_ID } from '@doorstep/shared/extension-ids';
import type { Browser, BrowserResponse } from '../demo-tenant/sign-in-client.ts';

export const REDIRECT_URI = `https://${CHROMIUM_EXTENSION_ID}.chromiumapp.org/`;
export const EXTENSION_ORIGIN = `chrome-extension://${CHROMIUM_EXTENSION_ID}`;

// biome-ignore lint/suspicious/noExplicitAny: a JSON body as it came; the tests say what must be in it
export type ApiAnswer = { status: number; body: any; text: string; headers: Headers };

/** A connected browser: calls `/api/v1` + path with its token and origin. A header set to '' is left out. */
export type Api = {
  (method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<ApiAnswer>;
  readonly token: string;
};

export type AuthorizationQuery = Record<string, string>;

/** A fresh PKCE pair and the query of `/connect/authorize` that goes with it (RFC 7636, 4). */
export function authorization(changed: AuthorizationQuery = {}): { verifier: string; query: AuthorizationQuery } {
  const verifier = randomBytes(32).toString('base64url');
  const query = {
    response_type: 'code',
    client_id: CHROMIUM_EXTENSION_ID,
    redirect_uri: REDIRECT_URI,
    state: randomBytes(12).toString('base64url'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  };
  return { verifier, query: { ...query, ...changed } };
}

/** Presses *Connect* in this browser, which is signed in as an administrator, and redeems the code. */
export async function connectExtension(url: string, browser: Browser): Promise<Api> {
  const { verifier, query } = authorization();
  const granted = await browser.post(`${url}/connect/authorize`, query);
  const answer = await requestToken(url, { code: codeOf(granted), code_verifier: verifier });
  if (answer.status !== 200) throw new Error(`no token: ${answer.status} ${answer.text}`);
  return connectedApi(url, answer.body.access_token);
}

/** The code of an answer that leads back to the extension. Throws when there is none. */
export function codeOf(granted: BrowserResponse): string {
  const code = granted.location === undefined ? null : new URL(granted.location).searchParams.get('code');
  if (!code) throw new Error(`no code: ${granted.status} ${granted.location ?? granted.text.slice(0, 300)}`);
  return code;
}

/** `POST /connect/token` as the extension does it; `fields` replaces its fields. */
export async function requestToken(url: string, fields: Record<string, string>, origin = EXTENSION_ORIGIN): Promise<ApiAnswer> {
  const form = { grant_type: 'authorization_code', redirect_uri: REDIRECT_URI, client_id: CHROMIUM_EXTENSION_ID, ...fields };
  return read(await fetch(`${url}/connect/token`, { method: 'POST', headers: { origin }, body: new URLSearchParams(form) }));
}

export function connectedApi(url: string, token: string, origin = EXTENSION_ORIGIN): Api {
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const sent = Object.entries({ origin, authorization: `Bearer ${token}`, ...json, ...headers }).filter(([, value]) => value);
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    return read(await fetch(`${url}/api/v1${path}`, { method, headers: sent as [string, string][], body: text }));
  };
  return Object.assign(call, { token });
}

async function read(response: Response): Promise<ApiAnswer> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, headers: response.headers, text, body: isJson && text ? JSON.parse(text) : null };
}
