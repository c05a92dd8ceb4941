import { createMiddleware } from 'hono/factory';
import type { Env } from '../env.ts';
import { recordRefused } from '../record-refused.ts';
import { refuse } from '../refuse.ts';

/** No route is served under any other method: those end in 405 (WEB-14). */
const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Writes need `Origin` = public URL or, if it is absent, `Sec-Fetch-Site: same-origin`; `null` is refused (CONTRACT.md, 2; REQ-05). */
export function ownOriginOnly(publicUrl: string) {
  return createMiddleware<Env>(async (c, next) => {
    if (!WRITES.has(c.req.method)) return next();
    const origin = c.req.header('origin');
    const isOwn = origin === undefined ? c.req.header('sec-fetch-site') === 'same-origin' : origin === publicUrl;
    if (isOwn) return next();
    const facts = { because: 'wrong-origin', path: c.req.routePath };
    await recordRefused(c, 'write.refused', { by: c.var.session?.memberId, facts });
    return refuse(c, 'wrong-origin');
  });
}
