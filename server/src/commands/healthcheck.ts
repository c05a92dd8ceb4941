import { SECOND } from '@doorstep/shared/time';
import { complain, EXIT, type ExitCode, tell } from './answer.ts';
import { configOrComplaint } from './node-config.ts';

const TIME_LIMIT = 5 * SECOND;
/** A server that listens everywhere is asked on loopback. */
const EVERYWHERE: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** Asks the server of this configuration whether it lives. For containers, whose image needs no other client. */
export async function checkHealth(): Promise<ExitCode> {
  const config = configOrComplaint();
  if (!config) return EXIT.failed;
  const host = EVERYWHERE[config.listen.host] ?? config.listen.host;
  const address = `${host.includes(':') ? `[${host}]` : host}:${config.listen.port}`;
  try {
    const answer = await fetch(`http://${address}/healthz`, { signal: AbortSignal.timeout(TIME_LIMIT), redirect: 'manual' });
    await answer.body?.cancel();
    if (answer.status !== 200) return complain(`The server at ${address} answers with status ${answer.status}.`);
    tell('The server is healthy.');
    return EXIT.done;
  } catch {
    return complain(`Nobody answers at ${address} (DOORSTEP_LISTEN).`);
  }
}
