import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath, env as ownEnvironment } from 'node:process';
import { ROOT } from '../build.ts';
import { freePort } from '../running-server.ts';

/** The server as operators run it: the bundle, in a process of its own. */

export { buildServer } from '../build.ts';
export { freePort } from '../running-server.ts';

const bundle = join(ROOT, 'server/dist/doorstep.mjs');
export const workerFile = join(ROOT, 'server/dist/worker.mjs');

export type Environment = Record<string, string | undefined>;
export type Ended = { code: number | null; stdout: string; stderr: string };

export type ServerProcess = {
  url: string;
  /** The set-up link that it printed, or null. */
  setUpLink: string | null;
  process: ChildProcess;
  /** All that it has written so far. */
  output: () => { stdout: string; stderr: string };
  /** Sends the signal, if any, and waits for the end. */
  end: (signal?: NodeJS.Signals) => Promise<Ended>;
};

const running = new Set<ChildProcess>();

/** For `afterEach`: ends what a test that failed has left. */
export function endAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

export const newDataDir = (): string => join(mkdtempSync(join(tmpdir(), 'doorstep-')), 'data');

/** Runs `doorstep ARGS` to its end. */
export const doorstep = (args: string[], environment: Environment): Promise<Ended> =>
  ended(spawnNode([bundle, ...args], environment));

/** Starts `doorstep serve` and waits until it has said where it is. */
export async function startServer(environment: Environment): Promise<ServerProcess> {
  const port = environment.DOORSTEP_LISTEN ? Number(environment.DOORSTEP_LISTEN.split(':').at(-1)) : await freePort();
  const child = spawnNode([bundle, 'serve'], { DOORSTEP_LISTEN: `127.0.0.1:${port}`, ...environment });
  const end = ended(child);
  await Promise.race([child.said(/ at https?:\S+/), end]);
  const { stdout, stderr } = child.output();
  if (!/ at https?:/.test(stdout)) throw new Error(`serve ended at its start: ${stderr}`);
  return {
    url: `http://localhost:${port}`,
    setUpLink: /^https?:\S+\/setup\?token=\S+$/m.exec(stdout)?.[0] ?? null,
    process: child.process,
    output: child.output,
    end: (signal) => {
      if (signal) child.process.kill(signal);
      return end;
    },
  };
}

type Spawned = { process: ChildProcess; output: () => { stdout: string; stderr: string }; said: (what: RegExp) => Promise<void> };

function spawnNode(args: string[], environment: Environment): Spawned {
  const inherited = Object.entries(ownEnvironment).filter(([name]) => !name.startsWith('DOORSTEP_'));
  const child = spawn(execPath, args, {
    env: { ...Object.fromEntries(inherited), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.on('exit', () => running.delete(child));
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) child[name].on('data', (data) => (written[name] += data));
  const said = (what: RegExp) =>
    new Promise<void>((resolve) => {
      const look = () => what.test(written.stdout) && resolve();
      child.stdout.on('data', look);
      look();
    });
  return { process: child, output: () => ({ ...written }), said };
}

const ended = ({ process, output }: Spawned): Promise<Ended> =>
  new Promise((resolve) => process.on('close', (code) => resolve({ code, ...output() })));
