import { createMiddleware } from 'hono/factory';
import type { Deps } from '../../actions/deps.ts';
import type { Trace } from '../../store/audit.ts';
import { cookieNames } from '../cookies.ts';
import type { Ctx, Edge, Env } from '../env.ts';
import { dataHeadersOf } from './headers.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** They tell of the database themselves. */
const PROBES = /^\/(healthz|readyz)$/;

/** One clock reading, one reference number and one trace for the whole request. */
export function requestContext(deps: Deps, edge: Edge) {
  const cookies = cookieNames(deps.publicUrl);
  const apiHeaders = { ...dataHeadersOf(deps.publicUrl), Vary: 'Origin' };
  const newReference = references();
  return createMiddleware<Env>((c, next) => {
    const requestId = newReference();
    c.set('now', edge.now());
    c.set('requestId', requestId);
    c.set('cookies', cookies);
    c.set('session', null);
    c.set('apiHeaders', apiHeaders);
    c.set('trace', traceOf(c, requestId, edge));
    const current = deps.current(); // nearly always remembered: a promise would cost each request a turn
    if (!(current instanceof Promise)) {
      c.set('deps', current);
      return next();
    }
    return current.then(
      (found) => {
        c.set('deps', found);
        return next();
      },
      (error: unknown) => {
        c.set('deps', deps);
        if (PROBES.test(c.req.path)) return next();
        throw error;
      },
    );
  });
}

/** Most requests write nothing: the address is worked out when it is asked for. */
const traceOf = (c: Ctx, requestId: string, edge: Edge): Trace => ({
  requestId,
  get clientAddress() {
    return edge.clientAddress(c);
  },
});

const NUMBERED = 32 ** 4;

/** Short enough to be read out on the phone: `7F3K-Q2M9`. A random beginning for a million requests, then a number. */
function references(): () => string {
  let beginning = '';
  let number = NUMBERED;
  return () => {
    if (number === NUMBERED) {
      beginning = Array.from(crypto.getRandomValues(new Uint8Array(4)), (byte) => ALPHABET[byte & 31]).join('');
      number = 0;
    }
    const at = number++;
    return `${beginning}-${ALPHABET[at >> 15]}${ALPHABET[(at >> 10) & 31]}${ALPHABET[(at >> 5) & 31]}${ALPHABET[at & 31]}`;
  };
}
