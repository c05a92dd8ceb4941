import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CompactSign, exportJWK, generateKeyPair, type JWK } from 'jose';

/** For tests only: an identity provider on loopback at Entra's paths that does, field by field, what a test sets. */
export const TENANT = '8eaef023-2b34-4da1-9baa-8bc8c9d6a490';
export const OTHER_TENANT = '72f988bf-86f1-41af-91ab-2d7cd0110000';
export const CLIENT = '6e74172b-be56-4843-9ff4-e66a39bb12e3';
export const MIA = '690222be-ff1a-4d56-abd1-7e4f7d38e474';
export const REDIRECT_URI = 'https://door.example/sign-in/callback';
export const SECRET = 'p%a+s:s/wörd~ß&=?';

export type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;
export type SigningKey = { kid: string; privateKey: CryptoKey; publicJwk: JWK };

export async function makeKey(kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  return { kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, use: 'sig' } };
}

/** The same for all providers of a test file: making keys is what takes time. */
let firstKey: Promise<SigningKey> | undefined;

export type LocalProvider = Awaited<ReturnType<typeof startLocalProvider>>;

export async function startLocalProvider() {
  const calls: string[] = [];
  firstKey ??= makeKey('k1');
  const key = await firstKey;
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    calls.push(request.url!);
    if (request.url!.endsWith('/openid-configuration')) return provider.answers.discovery(request, response, body);
    if (request.url!.endsWith('/keys')) return provider.answers.keys(request, response, body);
    if (request.url!.endsWith('/token')) return provider.answers.token(request, response, body);
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer = `${origin}/${TENANT}/v2.0`;
  const provider = {
    origin,
    issuer,
    key,
    calls,
    callsTo: (end: string) => calls.filter((path) => path.endsWith(end)).length,
    metadata: {
      issuer,
      authorization_endpoint: `${origin}/${TENANT}/oauth2/v2.0/authorize`,
      token_endpoint: `${origin}/${TENANT}/oauth2/v2.0/token`,
      jwks_uri: `${origin}/${TENANT}/discovery/v2.0/keys`,
      end_session_endpoint: `${origin}/${TENANT}/oauth2/v2.0/logout`,
    } as Record<string, unknown>,
    jwks: [{ ...key.publicJwk, issuer }] as unknown[],
    answers: {
      discovery: (_request, response) => sendJson(response, 200, provider.metadata),
      keys: (_request, response) => sendJson(response, 200, { keys: provider.jwks }),
      token: (_request, response) => sendJson(response, 500, {}),
    } as { discovery: Answer; keys: Answer; token: Answer },
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
  return provider;
}

export function sendJson(response: ServerResponse, status: number, content: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
}

/** What the token endpoint sends with a good ID token. */
export const tokensWith = (idToken: unknown) => ({
  token_type: 'Bearer',
  expires_in: 3599,
  access_token: 'opaque',
  id_token: idToken,
});

/** Claims as Entra sends them for a member (reference/entra.md 8.2), dated five minutes back. */
export function memberClaims(issuer: string, nonce: string, now: number): Record<string, unknown> {
  const seconds = Math.floor(now / 1000);
  return {
    ver: '2.0',
    iss: issuer,
    aud: CLIENT,
    tid: TENANT,
    oid: MIA,
    sub: 'HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ',
    iat: seconds - 300,
    nbf: seconds - 300,
    exp: seconds + 3600,
    nonce,
    name: 'Mia Hart',
    preferred_username: 'mia@contoso.example',
    email: 'mia.hart@contoso.example',
    sid: '0d8c',
    login_hint: 'opaque-hint',
  };
}

/** Signs whatever it is given, also what no honest provider would. */
export async function sign(key: SigningKey, content: unknown, header: Record<string, unknown> = {}): Promise<string> {
  const bytes = new TextEncoder().encode(typeof content === 'string' ? content : JSON.stringify(content));
  const merged = { alg: 'RS256', typ: 'JWT', kid: key.kid, ...header };
  return await new CompactSign(bytes).setProtectedHeader(JSON.parse(JSON.stringify(merged))).sign(key.privateKey);
}
