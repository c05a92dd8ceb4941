import { SECOND } from '@doorstep/shared/time';
import type { Client } from '@libsql/client';
import { chance } from './chance.ts';

const PATIENCE = 5 * SECOND;
const FIRST_PAUSE = 10;
const LONGEST_PAUSE = 250;

/**
 * A client that survives an outside reader or writer of the file. After SQLITE_BUSY the failed statement stays unfinished and later writes on
 * that connection are reported as done and lost (libsql-client-ts #352), so the connection is replaced before anything else is tried (DUR-05).
 * Waiting happens here and not in SQLite, whose own waiting would hold the event loop.
 */
export function repairing(client: Client, prepare: () => Promise<void>): Client {
  let repair: Promise<void> | null = null;

  async function replaceConnection(): Promise<void> {
    client.reconnect();
    await prepare();
  }

  async function patiently<Result>(attempt: () => Promise<Result>): Promise<Result> {
    const giveUpAt = performance.now() + PATIENCE;
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      try {
        await repair;
        return await attempt();
      } catch (error) {
        if (!isBusy(error)) throw error;
        repair ??= replaceConnection().finally(() => {
          repair = null;
        });
        await repair.catch(() => undefined);
        if (performance.now() + pause > giveUpAt) throw error;
        await new Promise((resume) => setTimeout(resume, pause * (0.5 + chance())));
      }
    }
  }

  return new Proxy(client, {
    get(target, name) {
      const member = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      if (name === 'execute' || name === 'batch' || name === 'migrate' || name === 'executeMultiple') {
        return (...given: unknown[]) => patiently(() => member.apply(target, given));
      }
      return member.bind(target);
    },
  });
}

/** SQLITE_BUSY, wherever it is wrapped. */
export function isBusy(error: unknown): boolean {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const { code } = at as { code?: unknown };
    if (typeof code === 'string' && code.startsWith('SQLITE_BUSY')) return true;
  }
  return false;
}
