import { readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Log, LogLevel, Miniflare } from 'miniflare';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { type LibsqlServer, startLibsqlServer } from './libsql-server.ts';
import { buildServer, doorstep, endAll, startServer, workerFile } from './server-process.ts';

const SECRET = 'Zk3xQv9Tn2LbW7rYp5HcJd8MfGs4AuEe';
const PUBLIC_URL = 'https://door.example.com';

type Scheduled = { scheduled: (event: { cron: string }) => Promise<{ outcome: string }> };

let database: LibsqlServer;
const workers: Miniflare[] = [];

beforeAll(async () => {
  await buildServer();
  database = await startLibsqlServer();
  return () => database.stop();
});
afterEach(async () => {
  endAll();
  await Promise.all(workers.splice(0).map((worker) => worker.dispose()));
});

it('answers on the edge runtime once the database is migrated, and runs its jobs on schedule', async () => {
  const before = await edge({});
  expect((await before.ask('/')).status).toBeGreaterThanOrEqual(500);
  const migrated = await doorstep(['migrate'], remote());
  expect(migrated).toMatchObject({ code: 0, stderr: '' });

  const { ask, worker } = await edge({});
  expect((await ask('/healthz')).status).toBe(200);
  expect((await ask('/readyz')).status).toBe(200);
  const page = await ask('/');
  expect(page.status).toBe(200);
  expect(page.headers['strict-transport-security']).toContain('max-age');
  expect((await ask('/', 'elsewhere.example.com')).status).toBe(421);
  const { scheduled } = (await worker.getWorker()) as unknown as Scheduled;
  expect(await scheduled({ cron: '* * * * *' })).toMatchObject({ outcome: 'ok' });
});

it('DUR-15: on the edge every request is answered 503 while a variable is wrong, which only the log names', async () => {
  const { ask, logged } = await edge({ DOORSTEP_SECRET: 'short-wort', DOORSTEP_MAIL: 'smtp' });
  const answer = await ask('/healthz');
  expect(answer.status).toBe(503);
  expect(answer.body).not.toContain('DOORSTEP_');
  expect(logged()).toContain('DOORSTEP_SECRET');
  expect(logged()).toContain('DOORSTEP_MAIL cannot be smtp');
  expect(logged()).not.toContain('short-wort');
});

it('refuses another secret on the edge and on Node, and prints the set-up link for both', async () => {
  await doorstep(['migrate'], remote());
  const other = SECRET.split('').reverse().join('');
  const { ask, logged } = await edge({ DOORSTEP_SECRET: other });
  expect((await ask('/')).status).toBe(503);
  expect(logged()).toContain('DOORSTEP_SECRET is not the one');
  expect(await doorstep(['serve'], { ...remote(), DOORSTEP_SECRET: other })).toMatchObject({ code: 1, stdout: '' });
  const link = await doorstep(['setup-link'], remote());
  expect(link.stdout).toMatch(/^https:\/\/door\.example\.com\/setup\?token=/);
});

it('SUP-06: a server without its database is alive and not ready, and ready again when it is back', async () => {
  const own = await startLibsqlServer();
  const server = await startServer({ ...remote(), DOORSTEP_DATABASE_URL: own.url });
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  await own.stop();
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  const answer = await fetch(`${server.url}/readyz`);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ database: 'unavailable' });
  const second = await doorstep(['serve'], { ...remote(), DOORSTEP_DATABASE_URL: own.url });
  expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining('The database of DOORSTEP_DATABASE_URL cannot be used') });

  const back = await startLibsqlServer(own);
  await expect.poll(async () => (await fetch(`${server.url}/readyz`)).status).toBe(200);
  const { code, stderr } = await server.end('SIGTERM');
  expect(code).toBe(0);
  expect(stderr).not.toContain(SECRET);
  await back.stop();
});

const remote = () => ({ DOORSTEP_PUBLIC_URL: PUBLIC_URL, DOORSTEP_DATABASE_URL: database.url, DOORSTEP_SECRET: SECRET });

async function edge(bindings: Record<string, string>) {
  let written = '';
  const worker = new Miniflare({
    modules: true,
    script: readFileSync(workerFile, 'utf8'),
    compatibilityDate: '2026-07-01',
    cf: false,
    bindings: { ...remote(), ...bindings },
    log: new Log(LogLevel.NONE),
    handleRuntimeStdio(...streams: Readable[]) {
      for (const stream of streams) stream.on('data', (data) => (written += data));
    },
  });
  workers.push(worker);
  const url = await worker.ready;
  return { worker, ask: (path: string, host = 'door.example.com') => ask(url, path, host), logged: () => written };
}

/** As the world does: over HTTP, with the Host that it wants. */
async function ask(url: URL, path: string, host: string) {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ host: url.hostname, port: url.port, path, headers: { host } }, resolve).on('error', reject).end();
  });
  return { status: answer.statusCode!, headers: answer.headers, body: await text(answer) };
}
