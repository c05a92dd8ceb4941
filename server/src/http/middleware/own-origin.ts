import { createMiddleware } from 'hono/factory';
import { recordRefusal } from '../../store/audit.ts';
import { newId } from '../../store/new-id.ts';
import type { Env } from '../env.ts';
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
    await recordRefusal(c.var.deps.store, {
      id: newId('aud'),
      at: c.var.now,
      what: 'write.refused',
      by: c.var.session?.memberId ?? null,
      about: null,
      facts: { because: 'wrong-origin', path: c.req.routePath },
      trace: c.var.trace,
    });
    return refuse(c, 'wrong-origin');
  });
}
