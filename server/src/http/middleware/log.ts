import { createMiddleware } from 'hono/factory';
import type { Env } from '../env.ts';

/** One line a request, the route's pattern instead of the path: no id, no query, no address (AUD-06). A 304 says nothing new. */
export const logRequests = createMiddleware<Env>(async (c, next) => {
  const began = performance.now();
  await next();
  if (c.res.status === 304) return;
  c.var.deps.log('info', 'request', {
    method: c.req.method,
    route: c.req.routePath,
    status: c.res.status,
    ms: Math.round(performance.now() - began),
    requestId: c.var.requestId,
  });
});
