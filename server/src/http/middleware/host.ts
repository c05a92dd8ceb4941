import { createMiddleware } from 'hono/factory';
import type { Edge, Env } from '../env.ts';
import { refuse } from '../refuse.ts';

/**
 * Only the public URL's host is answered (CONTRACT.md, 2): nothing that a client sends can change a link, a redirect or a mail (WEB-01).
 * A trusted proxy that says http gets pages redirected to https, the API refused.
 */
export function hostCheck(publicUrl: string, edge: Edge) {
  const { host, protocol } = new URL(publicUrl);
  return createMiddleware<Env>(async (c, next) => {
    const asked = c.req.header('host') ?? new URL(c.req.url).host;
    if (asked.toLowerCase() !== host) return refuse(c, 'misdirected');
    if (protocol === 'https:' && edge.cameOverHttp(c)) {
      if (/^\/(api|scim)\//.test(c.req.path)) return refuse(c, 'misdirected');
      return c.redirect(`${publicUrl}${c.req.path}`, 308);
    }
    await next();
  });
}
