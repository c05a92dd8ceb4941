import process, { env, exit, kill } from 'node:process';
import { SECOND } from '@doorstep/shared/time';
import { EXIT } from './answer.ts';

/** Resolves when the process is asked to end. Asked a second time, it ends at once (OUT-14). */
export function askedToStop(): Promise<string> {
  return new Promise((resolve) => {
    let isAsked = false;
    const ask = (why: string) => {
      if (isAsked) exit(EXIT.failed);
      isAsked = true;
      resolve(why);
    };
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => ask(signal));
    watchParent(() => resolve('parent gone'));
  });
}

/** A launcher that cannot pass signals on says who it is: the server must not outlive it (CONTRACT.md, 4). */
function watchParent(onGone: () => void): void {
  const parent = Number(env.DOORSTEP_PARENT);
  if (!Number.isSafeInteger(parent) || parent < 1) return;
  const timer = setInterval(() => {
    if (isAlive(parent)) return;
    clearInterval(timer);
    onGone();
  }, SECOND);
  timer.unref();
}

function isAlive(pid: number): boolean {
  try {
    return kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
