import { flushCompileCache } from 'node:module';
import process, { stderr } from 'node:process';
import { SECOND } from '@doorstep/shared/time';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import type { Deps, Log } from '../actions/deps.ts';
import { runDirectoryJobs, runPromptJobs } from '../actions/run-due-jobs.ts';
import { composeDeps } from '../compose.ts';
import type { Config } from '../config.ts';
import { createApp } from '../http/app.ts';
import { clientAddressOf, isTrustedProxy, type Network } from '../http/client-address.ts';
import { type JobsTimer, startJobsTimer } from '../jobs-timer.ts';
import { startLog } from '../logging.ts';
import { newId } from '../store/new-id.ts';
import { hasAdministrator } from '../store/workspace.ts';
import { txtOverDns } from '../txt-records.ts';
import { complain, EXIT, type ExitCode, tell } from './answer.ts';
import { listen } from './http-server.ts';
import { configOrComplaint } from './node-config.ts';
import { type OpenWorkspace, openWorkspace } from './open-workspace.ts';
import { setUpLink } from './set-up-link.ts';
import { askedToStop } from './stop-signals.ts';
import { version } from './version.ts';

/** How long the requests under way may take once the server is asked to end; containers wait 10 s. */
const GRACE = 8 * SECOND;

/** Runs the server until it is asked to end. */
export async function serve(): Promise<ExitCode> {
  const config = configOrComplaint();
  if (!config) return EXIT.failed;
  const stop = askedToStop();
  const workspace = await openWorkspace(config, Date.now);
  if ('problem' in workspace) return complain(workspace.problem);
  try {
    return await serveWorkspace(config, workspace, stop);
  } finally {
    await workspace.close();
  }
}

async function serveWorkspace(config: Config, workspace: OpenWorkspace, stop: Promise<string>): Promise<ExitCode> {
  const log = nodeLog(config);
  surviveOwnMistakes(log);
  let isStopping = false;
  let timers: JobsTimer[] = [];
  const nudge = () => {
    for (const timer of timers) timer.nudge();
  };
  const deps = composeDeps(config, { ...workspace, log, now: Date.now, nudge, resolveTxt: txtOverDns(config.dnsServers) });
  const app = createApp(deps, { now: Date.now, isReady: () => !isStopping, ...whoAsks(config.trustedProxies) });
  const server = await listen(app.fetch, config.listen);
  if ('problem' in server) return complain(server.problem);
  const metrics = await listenForMetrics(config, deps, () => !isStopping);
  if (metrics && 'problem' in metrics) {
    await server.stop(0);
    return complain(metrics.problem);
  }
  timers = startTimers(deps);
  await greet(config, workspace, await deps.current());
  flushCompileCache(); // a process that is killed later would leave none for the next start

  const why = await stop;
  log('info', 'stopping', { why });
  isStopping = true;
  await Promise.race([
    Promise.all([server.stop(GRACE), metrics?.stop(GRACE), ...timers.map((timer) => timer.stop())]),
    pause(GRACE + SECOND / 2),
  ]);
  return EXIT.done;
}

/** On a port of its own, so that whoever reaches the door does not reach it (WEB-19). What it needs is loaded only then. */
async function listenForMetrics({ metricsListen }: Config, deps: Deps, isReady: () => boolean) {
  if (metricsListen === null) return null;
  const { serveMetrics } = await import('./metrics.ts');
  return listen(serveMetrics(deps, { now: Date.now, isReady }), metricsListen, 'DOORSTEP_METRICS_LISTEN');
}

/** The two tracks of the jobs: a slow Microsoft Graph must not keep a mail waiting. */
function startTimers(deps: Deps): JobsTimer[] {
  const owner = newId('srv');
  return [runPromptJobs, runDirectoryJobs].map((run) =>
    startJobsTimer((isStopping) => run(deps, Date.now, { owner, isStopping }), deps.log),
  );
}

const nodeLog = ({ logLevel, secrets }: Config): Log =>
  startLog({
    level: logLevel,
    format: stderr.isTTY ? 'text' : 'lines',
    write: (line) => void stderr.write(`${line}\n`),
    secrets,
  });

/** One request or job with a mistake must not end all others (DUR-18); nor must a reader of the log who has gone, of whom no line can tell. */
function surviveOwnMistakes(log: Log): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  process.on('uncaughtException', (error) => log('error', 'uncaught exception', { error }));
  process.on('unhandledRejection', (error) => log('error', 'unhandled rejection', { error }));
}

/** What the network says about a request; headers are believed from trusted proxies only. */
function whoAsks(trusted: readonly Network[]) {
  const peerOf = (c: Context) => getConnInfo(c).remote.address ?? null;
  return {
    clientAddress: (c: Context) => clientAddressOf(peerOf(c), c.req.header('x-forwarded-for'), trusted),
    cameOverHttp: (c: Context) =>
      trusted.length > 0 && c.req.header('x-forwarded-proto') === 'http' && isTrustedProxy(peerOf(c), trusted),
  };
}

/** One line about this server and, while nobody could sign in as administrator, the link on a line of its own. */
async function greet(config: Config, { store, keys }: OpenWorkspace, { provider, transport }: Deps): Promise<void> {
  const signOn = provider ? '' : ', single sign-on not configured';
  const here = `Doorstep ${version} at ${config.publicUrl} (database: ${config.database.kind}, mail: ${transport.name}${signOn})`;
  tell((await hasAdministrator(store)) ? here : `${here}\n${setUpLink(config.publicUrl, keys)}`);
}

const pause = (time: number) => new Promise<void>((resolve) => setTimeout(resolve, time).unref());
