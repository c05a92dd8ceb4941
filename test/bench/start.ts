import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { build } from 'esbuild';
import { buildServer, ROOT } from '../build.ts';
import { freePort } from '../running-server.ts';
import { type Measure, whole } from './report.ts';
import { median } from './rounds.ts';
import { seedWorkspace } from './seeded.ts';

const ROUNDS = 9;
const LOAD_SECONDS = 5;

/** As shipped, on a database that is there, against an empty Hono server in one file; both with their compile cache filled. */
export const start: Measure = {
  title: 'Start and memory',
  async run() {
    await buildServer();
    const folder = await mkdtemp(join(tmpdir(), 'doorstep-bench-'));
    const seed = await seedWorkspace();
    const ours = { args: [join(ROOT, 'server/dist/doorstep.mjs'), 'serve'], dataDir: seed.dataDir, path: '/healthz' };
    const theirs = { args: [await bundledEmpty(folder)], dataDir: seed.dataDir, path: '/' };
    const times: [number[], number[]] = [[], []];
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const [at, program] of [ours, theirs].entries()) {
        const running = await begun(program);
        if (round > 0) times[at]!.push(running.took); // the first fills the compile cache
        await running.stop();
      }
    }
    const [took, floor] = times.map(median) as [number, number];
    const [memory, floorMemory] = [await memoryOf(ours), await memoryOf(theirs)];
    await seed.remove();
    await rm(folder, { recursive: true });
    const compared = (what: string, measured: number, floor: number, unit: string, target: string) => ({
      what,
      measured: `${whole(measured)} ${unit}`,
      floor: `${whole(floor)} ${unit}`,
      ratio: (measured / floor).toFixed(2),
      target,
    });
    return [
      compared('start to first answer', took, floor, 'ms', '1.25'),
      compared('memory at start', memory.atStart, floorMemory.atStart, 'MiB', '80 MiB'),
      compared(`memory after ${LOAD_SECONDS} s of load`, memory.afterLoad, floorMemory.afterLoad, 'MiB', '130 MiB'),
    ];
  },
};

type Program = { args: string[]; dataDir: string; path: string };

async function begun({ args, dataDir, path }: Program) {
  const port = await freePort();
  const began = performance.now();
  const variables = { DOORSTEP_LISTEN: `127.0.0.1:${port}`, DOORSTEP_DATA_DIR: dataDir, PATH: process.env.PATH };
  const child = spawn(execPath, args, { env: variables, stdio: 'ignore' });
  const url = `http://localhost:${port}`;
  while (!(await answers(url + path))) await new Promise((resume) => setTimeout(resume, 2));
  const stop = async () => {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  };
  return { took: performance.now() - began, child, url, stop };
}

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    (answer) => answer.ok,
    () => false,
  );

async function memoryOf(program: Program): Promise<{ atStart: number; afterLoad: number }> {
  const { child, url, stop } = await begun(program);
  await new Promise((resume) => setTimeout(resume, 1000));
  const atStart = residentMemory(child);
  await autocannon({ url, connections: 32, duration: LOAD_SECONDS });
  const afterLoad = residentMemory(child);
  await stop();
  return { atStart, afterLoad };
}

/** MiB, as the system counts them. */
const residentMemory = ({ pid }: ChildProcess): number =>
  Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;

/** The empty server, bundled and started as the product is: a small file that turns the compile cache on, and the code. */
async function bundledEmpty(folder: string): Promise<string> {
  const source = `
    import { createAdaptorServer } from '@hono/node-server';
    import { Hono } from 'hono';
    const app = new Hono().get('/', (c) => c.text('ok'));
    createAdaptorServer({ fetch: app.fetch }).listen(Number(process.env.DOORSTEP_LISTEN.split(':')[1]), '127.0.0.1', () => flushCompileCache());
    process.on('SIGTERM', () => process.exit(0));`;
  await build({
    stdin: {
      contents: `import { flushCompileCache } from 'node:module';${source}`,
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile: join(folder, 'code.mjs'),
    banner: { js: `import { createRequire as ours } from 'node:module'; const require = ours(import.meta.url);` },
  });
  await build({
    stdin: {
      contents: `import { enableCompileCache } from 'node:module'; enableCompileCache(${JSON.stringify(join(folder, 'cache'))}); await import('./code.mjs');`,
    },
    format: 'esm',
    outfile: join(folder, 'start.mjs'),
  });
  return join(folder, 'start.mjs');
}
