import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { env, execPath, pid } from 'node:process';
import { createInterface } from 'node:readline';
import { ROOT } from './build.ts';

export interface RunningServer {
  readonly process: ChildProcess;
  /** Resolves to the exit code. */
  readonly ended: Promise<number>;
  /** SIGTERM, and the exit code. */
  stop(): Promise<number>;
}

export interface ServerOutput {
  /** Each line of stdout: the greeting, then, while there is no administrator, the set-up link. */
  onLine(line: string): void;
  /** Each line of the log. */
  onLog(line: string): void;
}

/**
 * Starts the built server as a process of its own with these DOORSTEP_* variables. It has its own process group, so that Ctrl-C reaches
 * it once, through `stop`; it ends by itself when this process has gone.
 */
export function startServer(variables: Record<string, string | undefined>, output: ServerOutput): RunningServer {
  const child = spawn(execPath, [join(ROOT, 'server/dist/doorstep.mjs'), 'serve'], {
    cwd: ROOT,
    env: { ...withoutDoorstep(), ...variables, DOORSTEP_PARENT: String(pid) },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  createInterface({ input: child.stdout }).on('line', output.onLine);
  createInterface({ input: child.stderr }).on('line', output.onLog);
  const ended = once(child, 'close').then(([code]) => (code as number | null) ?? 1);
  const stop = () => {
    child.kill('SIGTERM');
    return ended;
  };
  return { process: child, ended, stop };
}

/** The environment of this process without the product's own variables, which would change what a test means. */
const withoutDoorstep = () => Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('DOORSTEP_')));

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}
