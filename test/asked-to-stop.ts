import process, { env, kill } from 'node:process';

const EVERY = 500;

/**
 * Resolves when this process shall end: SIGINT, SIGTERM, or its launcher has gone. The launcher is the parent and, behind the shells and
 * package managers between, the process that DOORSTEP_PARENT names: not all of them pass signals on.
 */
export function askedToStop(): Promise<void> {
  const parent = process.ppid;
  const launcher = Number(env.DOORSTEP_PARENT) || parent;
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
    setInterval(() => (process.ppid !== parent || !isAlive(launcher)) && resolve(), EVERY).unref();
  });
}

function isAlive(pid: number): boolean {
  try {
    return kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
