import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Call = { path: string; token: string | undefined; messages: Record<string, unknown>[]; query: URLSearchParams };
export type Answer = (call: Call, response: ServerResponse) => void;

/** Postmark's two calls on a port of this machine. `answer.now` is how it behaves; `calls` is what came. */
export async function startPostmarkStandIn() {
  const calls: Call[] = [];
  const answer: { now: Answer } = { now: acceptAll };
  const server = createServer(async (request, response) => {
    const url = new URL(request.url!, 'http://postmark.test');
    const body = await bodyOf(request);
    const call = {
      path: url.pathname,
      token: request.headers['x-postmark-server-token']?.toString(),
      messages: body === '' ? [] : JSON.parse(body),
      query: url.searchParams,
    };
    calls.push(call);
    answer.now(call, response);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => {
    server.closeAllConnections();
    return new Promise((closed) => server.close(closed));
  };
  return { url, calls, answer, close };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

export const answerJson = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

const taken = (message: Record<string, unknown>, at: number) => ({
  ErrorCode: 0,
  Message: 'OK',
  MessageID: `taken-${at}`,
  SubmittedAt: '2026-11-23T12:00:00Z',
  To: message.To,
});

export const acceptAll: Answer = (call, response) => answerJson(response, 200, call.messages.map(taken));

/** Each mail its own code, in their order; 0 is taken. As Postmark does, refusals come without the recipient. */
export const answerCodes =
  (...codes: number[]): Answer =>
  (call, response) =>
    answerJson(
      response,
      200,
      call.messages.map((message, at) =>
        codes[at] ? { ErrorCode: codes[at], Message: `about ${message.To}` } : taken(message, at),
      ),
    );
