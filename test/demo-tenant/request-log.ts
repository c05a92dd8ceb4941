import type { IncomingMessage } from 'node:http';

export type RequestKind = 'discovery' | 'keys' | 'token' | 'postmark' | 'elsewhere';

/** `path` is without the query; `at` epoch milliseconds. */
export type RequestLog = { kind: RequestKind; method: string; path: string; at: number }[];

const KINDS: [RequestKind, RegExp][] = [
  ['discovery', /\/\.well-known\/openid-configuration$/],
  ['keys', /\/discovery\/v2\.0\/keys$/],
  ['token', /\/oauth2\/v2\.0\/token$/],
  ['postmark', /^\/(email(\/batch)?|messages\/outbound)$/],
  ['elsewhere', /^\/elsewhere\//],
];

/** Notes what machines ask for; pages are for people and are not counted. */
export function recordRequest(log: RequestLog, req: IncomingMessage, at: number): void {
  const path = (req.url ?? '/').split('?')[0]!;
  const kind = KINDS.find(([, pattern]) => pattern.test(path))?.[0];
  if (kind) log.push({ kind, method: req.method ?? 'GET', path, at });
}
