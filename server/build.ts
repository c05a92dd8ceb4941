import { rename } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';

/**
 * Puts the server into `dist`: `doorstep.mjs` (turns the compile cache on, then reads `server.mjs`, where all the code is) for Node, and
 * `worker.mjs` for the edge runtime. Beside them Node needs `migrations` and the package `libsql`, whose native part no bundle can hold.
 */
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Only files and HTTP are spoken (`DOORSTEP_DATABASE_URL`): the client for web sockets stays out. */
const databaseClients = { '@libsql/client': '@libsql/client/sqlite3', '@libsql/client/web': '@libsql/client/http' };

const common: BuildOptions = {
  bundle: true,
  format: 'esm',
  target: 'es2024',
  alias: databaseClients,
  legalComments: 'none',
  logLevel: 'warning',
};

const forNode: BuildOptions = {
  ...common,
  platform: 'node',
  external: ['libsql'],
  // Some packages are CommonJS and ask for Node's modules by require().
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};

/** Leaves `commands/doorstep.ts` out of the entry: what the compile cache shall keep must be another file. */
const codeInOtherFile: Plugin = {
  name: 'code-in-other-file',
  setup: (entry) => entry.onResolve({ filter: /\/commands\/doorstep\.ts$/ }, () => ({ path: './server.mjs', external: true })),
};

/** SMTP is refused on the edge by the configuration; its package would need Node's modules. */
const withoutSmtp: Plugin = {
  name: 'without-smtp',
  setup: (entry) =>
    entry.onLoad({ filter: /delivery[\\/]smtp\.ts$/ }, () => ({
      contents: `export const createSmtpTransport = () => { throw new Error('SMTP needs Node'); };`,
    })),
};

await Promise.all([
  bundled('src/node.ts', 'doorstep.mjs', { ...forNode, banner: {}, plugins: [codeInOtherFile] }),
  bundled('src/commands/doorstep.ts', 'server.mjs', forNode),
  bundled('src/worker.ts', 'worker.mjs', {
    ...common,
    platform: 'browser',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['node:*'],
    plugins: [withoutSmtp],
  }),
]);

/** Replaced in one step: a server that starts meanwhile reads the old file or the new one. */
async function bundled(entry: string, file: string, options: BuildOptions): Promise<void> {
  const written = here(`dist/${file}.${process.pid}`);
  await build({ ...options, entryPoints: [here(entry)], outfile: written });
  await rename(written, here(`dist/${file}`));
}
