import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AccessRequest } from '@doorstep/shared/access-request';
import type { Invitation } from '@doorstep/shared/invitation';
import type { Summary } from '@doorstep/shared/me';
import { DAY } from '@doorstep/shared/time';

export type Seen = { method: string; path: string; query: URLSearchParams; headers: IncomingHttpHeaders; body: string };
export type Reply = { status: number; body?: unknown; headers?: Record<string, string> } | 'hang up';
type Answer = (seen: Seen) => Reply | Promise<Reply>;

/**
 * A workspace on a port of its own, which answers as CONTRACT.md says (CORS included) what a test wants. `answers` holds one answer for
 * each `METHOD /path`; what has none is a 404.
 */
export class Workspace {
  readonly seen: Seen[] = [];
  readonly answers: Record<string, Answer> = {};
  readonly #server: Server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { pathname: path, searchParams: query } = new URL(request.url!, 'http://localhost');
    const cors = {
      'access-control-allow-origin': request.headers.origin ?? '*',
      'access-control-allow-headers': 'authorization, content-type, if-none-match, idempotency-key',
      'access-control-allow-methods': 'GET, POST, DELETE',
      'access-control-expose-headers': 'ETag, Retry-After, Location',
      vary: 'Origin',
    };
    if (request.method === 'OPTIONS') return response.writeHead(204, cors).end();
    const seen: Seen = { method: request.method!, path, query, headers: request.headers, body };
    this.seen.push(seen);
    const reply = await (this.answers[`${seen.method} ${path}`]?.(seen) ?? problem('not-found', 404));
    if (reply === 'hang up') return response.destroy();
    response.writeHead(reply.status, { ...cors, 'content-type': 'application/json', ...reply.headers });
    return response.end(reply.body === undefined ? undefined : JSON.stringify(reply.body));
  });

  async open(): Promise<this> {
    await new Promise<void>((done) => this.#server.listen(0, 'localhost', done));
    return this;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  get origin(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  asked(call: string): Seen[] {
    return this.seen.filter(({ method, path }) => `${method} ${path}` === call);
  }

  /** Answers the reads that popup and badge make. */
  isOpen(requests: AccessRequest[] = [], invitations: Invitation[] = []): this {
    const summary: Summary = {
      openAccessRequests: requests.length,
      invitationRequired: 0,
      pendingInvitations: 0,
      members: 1,
      oldestOpenRequestAt: null,
      decisionTime: null,
      expiring: null,
      directory: null,
      asOf: Date.now(),
    };
    const etag = `"${requests.length}"`;
    this.answers['GET /api/v1/summary'] = ({ headers }) =>
      headers['if-none-match'] === etag ? { status: 304, headers: { etag } } : { status: 200, body: summary, headers: { etag } };
    this.answers['GET /api/v1/access-requests'] = () => page(requests);
    this.answers['GET /api/v1/invitations'] = () => page(invitations);
    return this;
  }

  hasEndedTheToken(): void {
    for (const call of Object.keys(this.answers)) this.answers[call] = () => problem('signed-out', 401);
  }
}

export const page = (items: unknown[]): Reply => ({ status: 200, body: { items, nextCursor: null } });
export const problem = (key: string, status: number, facts: object = {}): Reply => ({
  status,
  body: { type: `/problems/${key}`, title: key, status, ...facts },
});

export const anna: AccessRequest = {
  id: 'req_anna',
  state: 'open',
  why: 'no-invitation',
  invitationId: null,
  name: 'Anna Lima',
  address: 'anna@contoso.com',
  guestOf: null,
  reason: 'New in finance',
  question: null,
  answer: null,
  askedAt: Date.now() - 60_000,
  expiresAt: Date.now() + DAY,
  decidedAt: null,
  decidedBy: null,
  decisionReason: null,
};

export const me = (origin: string) => ({
  memberId: 'mem_sam',
  name: 'Sam Okafor',
  address: 'sam@contoso.com',
  role: 'administrator' as const,
  workspace: { name: 'Contoso Vault', publicUrl: origin, invitationDays: 7 },
  connectedBrowser: { id: 'brw_1', connectedAt: 1, expiresAt: 2 },
});
