import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../running-server.ts';

/** A server in a process of its own, so that the load does not take its time. */
export interface BenchServer {
  readonly url: string;
  /** Processor time it has used so far, in seconds. */
  processorTime(): Promise<number>;
  /** From now on its event loop is watched. */
  watchLoop(): Promise<void>;
  /** The longest that its event loop was held since then, in milliseconds. */
  longestHold(): Promise<number>;
  stop(): Promise<void>;
}

/** What the processes tell each other. */
export type Order = 'watch' | 'held' | 'processor';

/** Starts `servers/{name}.ts`, which reads its URL and `given` from its arguments; resolves when it listens. */
export async function startBenchServer(
  name: 'empty' | 'door' | 'raw-invite' | 'raw-commit',
  given: readonly string[] = [],
): Promise<BenchServer> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const file = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  const child = fork(file, [url, ...given], {
    execArgv: process.env.BENCH_PROFILE ? ['--cpu-prof', `--cpu-prof-dir=${process.env.BENCH_PROFILE}`] : [],
  });
  await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`${name} ended with ${code}`))),
  ]);
  return {
    url,
    processorTime: () => ask(child, 'processor'),
    watchLoop: async () => void (await ask(child, 'watch')),
    longestHold: () => ask(child, 'held'),
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function ask(child: ChildProcess, order: Order): Promise<number> {
  const answered = once(child, 'message');
  child.send(order);
  return (await answered)[0] as number;
}
