import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { SECOND } from '@doorstep/shared/time';
import { createAdaptorServer } from '@hono/node-server';
import type { VariableName } from '../config/variables.ts';
import type { Config } from '../config.ts';

type Fetch = Parameters<typeof createAdaptorServer>[0]['fetch'];

export type HttpServer = {
  /** Takes no further connection, lets the requests under way finish, at most `grace` long, and then cuts the rest. */
  stop(grace: number): Promise<void>;
};

const LIMITS = {
  headersTimeout: 10 * SECOND,
  requestTimeout: 30 * SECOND,
  keepAliveTimeout: 65 * SECOND, // above the 60 s of common proxies, which else meet a connection that is just closing
  maxHeaderSize: 16 * 1024,
  connectionsCheckingInterval: 5 * SECOND,
};

/** Listens where `variable` says, or answers with the sentence that says why it cannot. */
export async function listen(
  fetch: Fetch,
  { host, port }: Config['listen'],
  variable: VariableName = 'DOORSTEP_LISTEN',
): Promise<HttpServer | { problem: string }> {
  const server = createAdaptorServer({ fetch, serverOptions: LIMITS }) as Server;
  const underWay = new Set<ServerResponse>();
  let isStopping = false;
  server.on('request', (_request: IncomingMessage, response: ServerResponse) => {
    if (isStopping) response.shouldKeepAlive = false;
    underWay.add(response);
    response.on('close', () => underWay.delete(response));
  });
  const problem = await new Promise<string | null>((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(whyNot(error, variable)));
    server.listen(port, host, () => resolve(null));
  });
  if (problem) return { problem };

  return {
    async stop(grace) {
      isStopping = true;
      for (const response of underWay) if (!response.headersSent) response.shouldKeepAlive = false; // "Connection: close"
      const cut = setTimeout(() => server.closeAllConnections(), grace);
      await new Promise((resolve) => server.close(resolve)); // closes the idle connections too
      clearTimeout(cut);
    },
  };
}

function whyNot({ code }: NodeJS.ErrnoException, variable: VariableName): string {
  if (code === 'EADDRINUSE')
    return `The address and port of ${variable} are in use: stop the other program or choose another port.`;
  if (code === 'EACCES') return `The port of ${variable} is not allowed to this user: choose one above 1023.`;
  return `The address of ${variable} cannot be listened on (${code}).`;
}
