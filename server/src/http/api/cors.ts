import { createMiddleware } from 'hono/factory';
import type { Deps } from '../../actions/deps.ts';
import type { Ctx, Env } from '../env.ts';

const MOZ_EXTENSION = /^moz-extension:\/\/[0-9a-f-]{36}$/;
const MAX_AGE = '7200';

/** Known extensions may read the answers, errors included; credentials never, `*` never (CONTRACT.md, 6; WEB-07). */
export function cors(extensionClients: Deps['extensionClients']) {
  return createMiddleware<Env>(async (c, next) => {
    c.header('Vary', 'Origin');
    const origin = c.req.header('origin');
    if (origin === undefined || !isKnownOrigin(extensionClients, origin)) return next();
    c.header('Access-Control-Allow-Origin', origin);
    c.header('Access-Control-Expose-Headers', 'ETag, Retry-After, Location');
    return isPreflight(c) ? allow(c) : next();
  });
}

export const isKnownOrigin = (clients: Deps['extensionClients'], origin: string): boolean =>
  clients.some((client) => (client.origin === 'any-moz-extension' ? MOZ_EXTENSION.test(origin) : client.origin === origin));

const isPreflight = (c: Ctx): boolean =>
  c.req.method === 'OPTIONS' && c.req.header('access-control-request-method') !== undefined;

function allow(c: Ctx): Response {
  c.header('Access-Control-Allow-Methods', 'GET, POST, PATCH, PUT, DELETE');
  c.header('Access-Control-Allow-Headers', 'authorization, content-type, if-none-match, idempotency-key');
  c.header('Access-Control-Max-Age', MAX_AGE);
  return c.body(null, 204);
}
