import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { Log, LogLevel, Miniflare } from 'miniflare';
import { workerFile } from '../operations/server-process.ts';
import { freePort } from '../running-server.ts';

/** The edge runtime with the built worker in it. */
export interface Workerd {
  readonly url: string;
  /** What the worker has logged so far. */
  logged(): string;
  /** As the edge does at each scheduled minute; resolves when the jobs have run. */
  scheduledMinute(): Promise<void>;
  stop(): Promise<void>;
}

/** A port to start the runtime at: its public URL is a binding, so it must be known before. */
export const publicUrlToBe = async (): Promise<string> => `http://localhost:${await freePort()}`;

/** `publicUrl` is where it listens; `bindings` are its variables. */
export async function startWorkerd(publicUrl: string, bindings: Record<string, string>): Promise<Workerd> {
  let written = '';
  const runtime = new Miniflare({
    modules: true,
    script: await readFile(workerFile, 'utf8'),
    compatibilityDate: '2026-07-01',
    cf: false, // else it asks the network for the facts of a request
    host: '127.0.0.1',
    port: Number(new URL(publicUrl).port),
    bindings: { DOORSTEP_PUBLIC_URL: publicUrl, ...bindings },
    log: new Log(LogLevel.NONE),
    handleRuntimeStdio(...streams: Readable[]) {
      for (const stream of streams) stream.on('data', (data) => (written += data));
    },
  });
  await runtime.ready;
  return {
    url: publicUrl,
    logged: () => written,
    async scheduledMinute() {
      const worker = (await runtime.getWorker()) as unknown as Scheduled;
      const { outcome } = await worker.scheduled({ cron: '* * * * *' });
      if (outcome !== 'ok') throw new Error(`the scheduled minute ended with ${outcome}`);
    },
    stop: () => runtime.dispose(),
  };
}

type Scheduled = { scheduled(event: { cron: string }): Promise<{ outcome: string }> };
