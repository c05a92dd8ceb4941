import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { freePort } from '../running-server.ts';
import { until } from '../until.ts';

/** A real libSQL server that lets in whoever has a token. */
export interface LibsqlServer {
  readonly url: string;
  /** May read and write. */
  readonly token: string;
  /** Ends it as a power cut does. */
  kill(): Promise<void>;
  /** At the same address, with what is on the disk. Resolves when it answers. */
  start(): Promise<void>;
  /** Kills it and removes its data. */
  remove(): Promise<void>;
}

/** Started, with an empty database. Its tokens are signed with Ed25519; it knows the public key only. */
export async function startLibsqlServer(): Promise<LibsqlServer> {
  const folder = await mkdtemp(join(tmpdir(), 'doorstep-libsql-'));
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const keyFile = join(folder, 'key.pem');
  await writeFile(keyFile, await exportSPKI(publicKey));
  const token = await new SignJWT({ a: 'rw' }).setProtectedHeader({ alg: 'EdDSA' }).sign(privateKey);
  const address = `127.0.0.1:${await freePort()}`;
  const options = ['-d', join(folder, 'data'), '--http-listen-addr', address, '--no-welcome', '--auth-jwt-key-file', keyFile];

  const url = `http://${address}`;
  let kill = async () => {};
  const start = async () => {
    kill = run(options);
    await until('the libSQL server answers', () => isUp(url));
  };
  await start();
  return {
    url,
    token,
    start,
    kill: () => kill(),
    async remove() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function run(options: string[]): () => Promise<void> {
  const child = spawn(binary(), options, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  return async () => {
    child.kill('SIGKILL');
    await ended;
  };
}

const isUp = (url: string): Promise<boolean> =>
  fetch(`${url}/health`).then(
    (answer) => answer.ok,
    () => false,
  );

/** The package fills its `bin` by an install script, which does not run here: the program is in the package of the platform. */
function binary(): string {
  const require = createRequire(import.meta.url);
  const sqld = createRequire(require.resolve('sqld/package.json'));
  return join(dirname(sqld.resolve(`@sqld/${process.platform}-${process.arch}/package.json`)), 'sqld');
}
