import { createMiddleware } from 'hono/factory';
import type { Env } from '../env.ts';

/**
 * One line a request at most, the route's pattern instead of the path: no id, no query, no address (AUD-06). What was only read is for
 * debugging, a 304 says nothing at all: the badge polls every two seconds.
 */
export const logRequests = createMiddleware<Env>(async (c, next) => {
  const began = performance.now();
  await next();
  const { status } = c.res;
  if (status === 304) return;
  const isRead = status < 400 && (c.req.method === 'GET' || c.req.method === 'HEAD');
  c.get('deps').log(isRead ? 'debug' : 'info', 'request', {
    method: c.req.method,
    route: c.req.routePath,
    status,
    ms: Math.round(performance.now() - began),
    requestId: c.get('requestId'),
  });
});
