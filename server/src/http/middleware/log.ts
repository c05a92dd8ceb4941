import { createMiddleware } from 'hono/factory';
import type { Env } from '../env.ts';

/**
 * One line for each write and each refusal, the route's pattern instead of the path: no id, no query, no address (AUD-06). What was only read
 * is not news; whoever wants an access log has one in the proxy.
 */
export const logRequests = createMiddleware<Env>(async (c, next) => {
  const began = performance.now();
  await next();
  const { status } = c.res;
  const { method } = c.req;
  if (status < 400 && (method === 'GET' || method === 'HEAD')) return;
  c.get('deps').log('info', 'request', {
    method,
    route: c.req.routePath,
    status,
    ms: Math.round(performance.now() - began),
    requestId: c.get('requestId'),
  });
});
