import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** The line to a database server, which counts and can break. */
export interface DatabaseLine {
  readonly url: string;
  /** Requests so far. */
  asked(): number;
  /**
   * The connection breaks at the n-th request from now on, once: `request` never arrives, or is carried out and its `answer` is lost.
   */
  breakAt(n: number, lost: 'request' | 'answer'): void;
  stop(): Promise<void>;
}

/** In front of the database server at this URL. */
export async function startDatabaseLine(to: string): Promise<DatabaseLine> {
  let asked = 0;
  let breaks: { at: number; lost: 'request' | 'answer' } | null = null;

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    asked += 1;
    const lost = breaks?.at === asked ? breaks.lost : null;
    if (lost === 'request') return void request.socket.destroy();
    const answer = await forwarded(to, request);
    if (lost === 'answer') return void request.socket.destroy();
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  }

  const server = createServer((request, response) => {
    pass(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: () => asked,
    breakAt(n, lost) {
      breaks = { at: asked + n, lost };
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function forwarded(to: string, request: IncomingMessage): Promise<Response> {
  const { authorization, 'content-type': type } = request.headers;
  const headers = { ...(authorization && { authorization }), ...(type && { 'content-type': type }) };
  const body = request.method === 'POST' ? new Uint8Array(await buffer(request)) : null;
  return fetch(to + request.url, { method: request.method ?? 'GET', headers, body });
}
