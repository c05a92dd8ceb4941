import { createMiddleware } from 'hono/factory';
import type { Deps } from '../../actions/deps.ts';
import type { Ctx, Env } from '../env.ts';
import { dataHeadersOf } from '../middleware/headers.ts';

const MOZ_EXTENSION = /^moz-extension:\/\/[0-9a-f-]{36}$/;
const MAX_AGE = '7200';
const MOST_ORIGINS = 1000;

/**
 * The headers of every answer for programs. Known extensions may read them, errors included; credentials never, `*` never
 * (CONTRACT.md, 6; WEB-07). Made once an origin.
 */
export function apiHeaders({ publicUrl, extensionClients }: Pick<Deps, 'publicUrl' | 'extensionClients'>) {
  const forAll = { ...dataHeadersOf(publicUrl), Vary: 'Origin' };
  const byOrigin = new Map<string, Record<string, string>>();

  return (origin: string | undefined): Record<string, string> => {
    if (origin === undefined) return forAll;
    const made = byOrigin.get(origin);
    if (made) return made;
    if (!isKnownOrigin(extensionClients, origin)) return forAll;
    if (byOrigin.size >= MOST_ORIGINS) byOrigin.clear(); // any number of moz-extension origins may be made up
    const headers = {
      ...forAll,
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Expose-Headers': 'ETag, Retry-After, Location',
    };
    byOrigin.set(origin, headers);
    return headers;
  };
}

/** Answers preflights; everything else goes on with its headers chosen. */
export function cors(deps: Pick<Deps, 'publicUrl' | 'extensionClients'>) {
  const headersOf = apiHeaders(deps);
  return createMiddleware<Env>(async (c, next) => {
    const headers = headersOf(c.req.header('origin'));
    c.set('apiHeaders', headers);
    if (isPreflight(c) && 'Access-Control-Allow-Origin' in headers) return allow(headers);
    return next();
  });
}

export const isKnownOrigin = (clients: Deps['extensionClients'], origin: string): boolean =>
  clients.some((client) => (client.origin === 'any-moz-extension' ? MOZ_EXTENSION.test(origin) : client.origin === origin));

const isPreflight = (c: Ctx): boolean =>
  c.req.method === 'OPTIONS' && c.req.header('access-control-request-method') !== undefined;

const allow = (headers: Record<string, string>): Response =>
  new Response(null, {
    status: 204,
    headers: {
      ...headers,
      'Access-Control-Allow-Methods': 'GET, POST, PATCH, PUT, DELETE',
      'Access-Control-Allow-Headers': 'authorization, content-type, if-none-match, idempotency-key',
      'Access-Control-Max-Age': MAX_AGE,
    },
  });
