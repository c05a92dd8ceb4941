import type { IncomingMessage } from 'node:http';

export type RequestKind = 'discovery' | 'keys' | 'token' | 'graph' | 'postmark' | 'elsewhere';

export interface RecordedRequest {
  kind: RequestKind;
  method: string;
  /** Without the query. */
  path: string;
  /** With the question mark, or empty. */
  query: string;
  /** Whether it carried credentials in its header. */
  isAuthorized: boolean;
  /** Epoch milliseconds. */
  at: number;
}
export type RequestLog = RecordedRequest[];

const KINDS: [RequestKind, RegExp][] = [
  ['discovery', /\/\.well-known\/openid-configuration$/],
  ['keys', /\/discovery\/v2\.0\/keys$/],
  ['token', /\/oauth2\/v2\.0\/token$/],
  ['graph', /^\/v1\.0\//],
  ['postmark', /^\/(email(\/batch)?|messages\/outbound)$/],
  ['elsewhere', /^\/elsewhere\//],
];

/** Notes what machines ask for; pages are for people and are not counted. */
export function recordRequest(log: RequestLog, req: IncomingMessage, at: number): void {
  const url = req.url ?? '/';
  const path = url.split('?')[0]!;
  const kind = KINDS.find(([, pattern]) => pattern.test(path))?.[0];
  if (!kind) return;
  const isAuthorized = req.headers.authorization !== undefined;
  log.push({ kind, method: req.method ?? 'GET', path, query: url.slice(path.length), isAuthorized, at });
}
