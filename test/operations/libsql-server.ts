import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from './server-process.ts';

type Place = { folder: string; port: number };
export type LibsqlServer = Place & { url: string; stop: () => Promise<void> };

/** A real libSQL server (sqld) with an empty database, or at the place of one that was stopped; resolves when it answers. */
export async function startLibsqlServer(place?: Place): Promise<LibsqlServer> {
  const { folder, port } = place ?? { folder: mkdtempSync(join(tmpdir(), 'doorstep-sqld-')), port: await freePort() };
  const child = spawn(binary(), ['-d', folder, '--http-listen-addr', `127.0.0.1:${port}`, '--no-welcome'], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  while (!(await isUp(url))) await new Promise((resolve) => setTimeout(resolve, 20));
  return {
    folder,
    port,
    url,
    async stop() {
      child.kill();
      await ended;
    },
  };
}

const isUp = (url: string): Promise<boolean> =>
  fetch(`${url}/health`).then(
    (answer) => answer.ok,
    () => false,
  );

/** Its package fills its `bin` by an install script, and none runs here: the platform's package holds the program. */
function binary(): string {
  const require = createRequire(import.meta.url);
  const sqld = createRequire(require.resolve('sqld/package.json'));
  return join(dirname(sqld.resolve(`@sqld/${process.platform}-${process.arch}/package.json`)), 'sqld');
}
