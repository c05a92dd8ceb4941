import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { entraError } from './entra-errors.ts';
import type { TenantState } from './tenant-state.ts';

/** Where a redirecting token endpoint points: whoever follows leaves a trace in the tenant's `requests`. */
export const ELSEWHERE = '/elsewhere/token';
const HUGE_CHUNKS = 320;

/**
 * Answers a token request by the switch alone, before the provider has seen the code, so that the sign-in can be repeated.
 * False: the switch is off or acts behind the provider.
 */
export function answerTokenFault(req: IncomingMessage, res: ServerResponse, state: TenantState): boolean {
  const { token: fault } = state.faults;
  const refuse = (status: number, error: string, code: number) => {
    req.resume();
    json(res, status, entraError(error, code, state.origin, state.now()));
    return true;
  };
  if (typeof fault === 'number')
    return refuse(fault, fault === 429 ? 'temporarily_unavailable' : 'server_error', fault === 429 ? 90049 : 90036);
  switch (fault) {
    case 'invalid_grant':
      return refuse(400, 'invalid_grant', 70008);
    case 'invalid_client':
      return refuse(401, 'invalid_client', 7000215);
    case 'expired-secret':
      return refuse(401, 'invalid_client', 7000222);
    case 'html':
      res
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<!doctype html><title>Proxy</title><h1>Sign in to the network</h1>');
      return true;
    case 'redirect':
      res.writeHead(307, { location: `${state.origin}${ELSEWHERE}` }).end();
      return true;
    case 'hang':
      return true;
    case 'drop':
      req.socket.destroy();
      return true;
    case 'drip':
      void drip(res);
      return true;
    case 'huge':
      void flood(res);
      return true;
    default:
      return false;
  }
}

/** Entra refuses a client's credentials from a page (entra.md 1.10). */
export function refuseBrowsers(req: IncomingMessage, res: ServerResponse, state: TenantState): boolean {
  if (req.headers.origin === undefined) return false;
  req.resume();
  json(res, 400, entraError('invalid_request', 9002327, state.origin, state.now()));
  return true;
}

export function json(res: ServerResponse, status: number, body: unknown): void {
  res
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
    .end(JSON.stringify(body));
}

/** One byte a second, so that no timer between two bytes ever fires. */
async function drip(res: ServerResponse): Promise<void> {
  res.writeHead(200, { 'content-type': 'application/json' });
  while (!res.destroyed) {
    res.write(' ');
    await wait(1000, undefined, { ref: false });
  }
}

/** 20 MB of valid JSON, as fast as it is read. */
async function flood(res: ServerResponse): Promise<void> {
  res.writeHead(200, { 'content-type': 'application/json' });
  // Whoever stops reading is right to.
  await pipeline(hugeBody, res).catch(() => {});
}

function* hugeBody() {
  yield '{"access_token":"';
  const chunk = 'a'.repeat(64 * 1024);
  for (let sent = 0; sent < HUGE_CHUNKS; sent++) yield chunk;
  yield '","token_type":"Bearer"}';
}
