import { join } from 'node:path';
import { createClient } from '@libsql/client';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { buildServer } from '../build.ts';
import { endAll, newDataDir, type ServerProcess, startServer } from './server-process.ts';

beforeAll(buildServer);
afterEach(endAll);

it('DUR-05: while another program writes to the file nobody gets a 5xx, and what was acknowledged is there', async () => {
  const { server, file } = await aServer();
  const { release } = await held(file);
  const asked = Array.from({ length: 8 }, () => refusedWrite(server));
  await pause(2500);
  await release();
  expect(await Promise.all(asked)).toEqual(Array(8).fill(403));
  expect(await refusedWrite(server)).toBe(403);
  expect((await fetch(`${server.url}/`)).status).toBe(200);
  expect(await recorded(file)).toBe(9);
  expect((await server.end('SIGTERM')).code).toBe(0);
});

it('DUR-05: a file that stays busy is a 503, and afterwards every acknowledged write is there', async () => {
  const { server, file } = await aServer();
  const { release } = await held(file);
  expect(await refusedWrite(server)).toBe(503);
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  await release();
  const statuses = await Promise.all(Array.from({ length: 8 }, () => refusedWrite(server)));
  expect(statuses).toEqual(Array(8).fill(403));
  expect(await recorded(file)).toBe(8);
  expect((await server.end('SIGTERM')).code).toBe(0);
});

async function aServer(): Promise<{ server: ServerProcess; file: string }> {
  const dataDir = newDataDir();
  return { server: await startServer({ DOORSTEP_DATA_DIR: dataDir }), file: `file:${join(dataDir, 'doorstep.db')}` };
}

/** Another program's write transaction, open for as long as the test wants. */
async function held(file: string): Promise<{ release: () => Promise<void> }> {
  const client = createClient({ url: file, concurrency: 1 });
  for (;;) {
    const transaction = await client.transaction('write').catch(() => client.reconnect()); // the server's own jobs write too
    if (transaction) return { release: () => transaction.rollback().then(() => client.close()) };
    await pause(10);
  }
}

/** A form from elsewhere is refused, which is recorded: the smallest request that writes. */
async function refusedWrite({ url }: ServerProcess): Promise<number> {
  const form = { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://elsewhere.example' };
  return (await fetch(`${url}/join`, { method: 'POST', headers: form, body: 'id=x' })).status;
}

async function recorded(file: string): Promise<number> {
  const client = createClient({ url: file });
  const { rows } = await client.execute(`SELECT count(*) AS n FROM audit_events WHERE what = 'write.refused'`);
  client.close();
  return Number(rows[0]?.n);
}

const pause = (time: number) => new Promise((resolve) => setTimeout(resolve, time));
