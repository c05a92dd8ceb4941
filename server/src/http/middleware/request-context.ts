import { createMiddleware } from 'hono/factory';
import type { Deps } from '../../actions/deps.ts';
import { cookieNames } from '../cookies.ts';
import type { Edge, Env } from '../env.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** One clock reading, one reference number and one trace for the whole request. */
export function requestContext(deps: Deps, edge: Edge) {
  const cookies = cookieNames(deps.publicUrl);
  return createMiddleware<Env>(async (c, next) => {
    const requestId = newReference();
    c.set('deps', deps);
    c.set('now', edge.now());
    c.set('requestId', requestId);
    c.set('cookies', cookies);
    c.set('session', null);
    c.set('trace', { requestId, clientAddress: edge.clientAddress(c) });
    await next();
  });
}

/** Short enough to be read out on the phone: `7F3K-Q2M9`. */
function newReference(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  const signs = Array.from(bytes, (byte) => ALPHABET[byte & 31]);
  return `${signs.slice(0, 4).join('')}-${signs.slice(4).join('')}`;
}
