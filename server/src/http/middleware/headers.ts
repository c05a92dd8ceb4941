import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { NONCE, secureHeaders } from 'hono/secure-headers';
import type { Deps } from '../../actions/deps.ts';
import type { Env } from '../env.ts';

const YEAR = 31_536_000;

const common = (isHttps: boolean) =>
  ({
    xContentTypeOptions: 'nosniff',
    referrerPolicy: false,
    crossOriginOpenerPolicy: 'same-origin',
    crossOriginResourcePolicy: 'same-origin',
    xFrameOptions: 'DENY',
    strictTransportSecurity: isHttps ? `max-age=${YEAR}; includeSubDomains` : false,
    xDnsPrefetchControl: 'off',
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: 'none',
    xXssProtection: false,
    originAgentCluster: '?1',
    removePoweredBy: false,
  }) as const;

/** Pages: their one style element carries the nonce, their scripts are files of ours (CONTRACT.md, 2; WEB-03, WEB-04). */
export function pageHeaders({ publicUrl, extensionClients }: Pick<Deps, 'publicUrl' | 'extensionClients'>) {
  const whereFormsGo = (c: Context) => {
    const client =
      c.req.path === '/connect/authorize' && extensionClients.find((one) => one.clientId === c.req.query('client_id'));
    return client ? `'self' ${new URL(client.redirectUri).origin}` : "'self'";
  };
  const headers = secureHeaders({
    ...common(publicUrl.startsWith('https:')),
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: [NONCE],
      scriptSrc: ["'self'"],
      connectSrc: ["'self'"],
      imgSrc: ["'self'"],
      frameSrc: ["'self'"],
      /** `/connect/authorize` alone answers a form with a redirect elsewhere: to that client (CONTRACT.md, 2). */
      formAction: [whereFormsGo],
      frameAncestors: ["'none'"],
      baseUri: ["'none'"],
    },
  });
  return createMiddleware<Env>(async (c, next) => {
    c.header('Cache-Control', 'no-store');
    c.header('Referrer-Policy', 'same-origin'); // before the handler: where a key leaves the address bar it says `no-referrer` (INV-07)
    await headers(c, next);
    if (!c.var.framePolicy) return;
    c.header('Content-Security-Policy', c.var.framePolicy);
    c.header('X-Frame-Options', 'SAMEORIGIN');
  });
}

/** Everything that is no page: nothing may be loaded, run or framed. */
export const dataHeadersOf = (publicUrl: string): Record<string, string> => ({
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Frame-Options': 'DENY',
  'Cache-Control': 'no-store',
  ...(publicUrl.startsWith('https:') ? { 'Strict-Transport-Security': `max-age=${YEAR}; includeSubDomains` } : {}),
});

/** For what is neither page nor JSON API: files, probes, token endpoints. */
export function dataHeaders(publicUrl: string) {
  const headers = Object.entries(dataHeadersOf(publicUrl));
  return createMiddleware<Env>(async (c, next) => {
    for (const [name, value] of headers) c.header(name, value);
    await next();
  });
}
