import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { env, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Where the built extension lies, relative to the project: what people load in Chromium. */
export const EXTENSION = 'extension/.output/chrome-mv3';

/** Builds the server into `server/dist`: half a second. Rejects with what the build said. */
export const buildServer = (): Promise<void> => run(execPath, ['build.ts'], 'server');

/** Builds the extension, unless its output is newer than everything it is made of. Rejects with what the build said. */
export async function buildExtension(): Promise<void> {
  const built = join(ROOT, EXTENSION, 'manifest.json');
  const sources = [join(ROOT, 'extension'), join(ROOT, 'shared/src')].map(newestFile);
  if (existsSync(built) && statSync(built).mtimeMs > Math.max(...sources)) return;
  await run(wxt, ['build'], 'extension');
}

const wxt = join(ROOT, 'extension/node_modules/.bin', process.platform === 'win32' ? 'wxt.cmd' : 'wxt');

const NOT_SOURCES = ['node_modules', '.output', '.wxt', '.vitest'];

/** Time of the youngest file below a folder. */
function newestFile(folder: string): number {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !NOT_SOURCES.includes(name));
  return Math.max(0, ...entries.map((entry) => ageOf(join(folder, entry.name), entry.isDirectory())));
}

const ageOf = (path: string, isFolder: boolean): number => (isFolder ? newestFile(path) : statSync(path).mtimeMs);

function run(command: string, args: string[], folder: string): Promise<void> {
  const child = spawn(command, args, { cwd: join(ROOT, folder), env, shell: process.platform === 'win32' });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`The build of ${folder} failed.\n${said}`))));
  });
}
