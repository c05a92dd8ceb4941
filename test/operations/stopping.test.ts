import { existsSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { buildServer } from '../build.ts';
import { freePort } from '../running-server.ts';
import { until } from '../until.ts';
import { doorstep, endAll, newDataDir, startServer } from './server-process.ts';

beforeAll(buildServer);
afterEach(endAll);

it('OUT-14: SIGTERM lets the request under way finish, takes no new one and ends with 0', async () => {
  const server = await startServer({ DOORSTEP_DATA_DIR: newDataDir() });
  const request = await halfARequest(server.url);
  const end = server.end('SIGTERM');
  await until('no new connection is taken', () => isRefused(server.url));
  request.sendTheRest();
  const answer = await request.answered;
  expect(answer).toMatch(/^HTTP\/1\.1 [234]\d\d /);
  expect(answer).toMatch(/\r\nconnection: close\r\n/i);
  expect((await end).code).toBe(0);
});

it('OUT-14: a second signal ends it at once', async () => {
  const server = await startServer({ DOORSTEP_DATA_DIR: newDataDir() });
  await halfARequest(server.url);
  const end = server.end('SIGTERM');
  await until('no new connection is taken', () => isRefused(server.url));
  server.process.kill('SIGTERM');
  expect((await end).code).toBe(1);
});

it('OUT-14: SIGINT, which is Ctrl-C, ends it like SIGTERM', async () => {
  const server = await startServer({ DOORSTEP_DATA_DIR: newDataDir() });
  expect((await server.end('SIGINT')).code).toBe(0);
});

it('DUR-14: clients that try again when a connection closes lose no request over a restart', async () => {
  const port = await freePort();
  const environment = { DOORSTEP_DATA_DIR: newDataDir(), DOORSTEP_LISTEN: `127.0.0.1:${port}` };
  const first = await startServer(environment);
  const statuses: number[] = [];
  let isOver = false;
  const client = async () => {
    while (!isOver) statuses.push(await patientStatus(`${first.url}/healthz`));
  };
  const clients = Array.from({ length: 16 }, client);
  await until('the clients are at work', () => statuses.length > 100);
  const asked = performance.now();
  expect((await first.end('SIGTERM')).code).toBe(0);
  expect(performance.now() - asked).toBeLessThan(10_000);
  const second = await startServer(environment);
  const before = statuses.length;
  await until('the clients go on with the next', () => statuses.length > before + 100);
  isOver = true;
  await Promise.all(clients);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
  await second.end('SIGTERM');
});

it('DUR-18: a log that nobody reads any more neither ends the server nor keeps it busy', async () => {
  const server = await startServer({ DOORSTEP_DATA_DIR: newDataDir(), DOORSTEP_LOG_LEVEL: 'debug' });
  server.process.stderr?.destroy();
  server.process.stdout?.destroy();
  for (let asked = 0; asked < 20; asked += 1) expect((await fetch(`${server.url}/nowhere`)).status).toBe(404);
  const [before, began] = [processorTime(server.process.pid!), performance.now()];
  await until('a second has passed', () => performance.now() - began > 1000);
  expect(processorTime(server.process.pid!) - before).toBeLessThan(500);
  expect((await server.end('SIGTERM')).code).toBe(0);
});

/** What the process has used so far, in milliseconds, where the system tells. */
function processorTime(pid: number): number {
  if (!existsSync(`/proc/${pid}/stat`)) return 0;
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ').slice(11, 13);
  return (Number(user) + Number(system)) * 10;
}

it('ends when the launcher that it was told of has gone', async () => {
  const launcher = await startServer({ DOORSTEP_DATA_DIR: newDataDir() });
  const server = await startServer({ DOORSTEP_DATA_DIR: newDataDir(), DOORSTEP_PARENT: String(launcher.process.pid) });
  await launcher.end('SIGKILL');
  expect((await server.end()).code).toBe(0);
});

it('names the variable when its port is in use, and gives the data folder back', async () => {
  const port = await freePort();
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
  const environment = { DOORSTEP_DATA_DIR: newDataDir(), DOORSTEP_LISTEN: `127.0.0.1:${port}` };
  expect(await doorstep(['serve'], environment)).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('DOORSTEP_LISTEN'),
  });
  await new Promise((resolve) => other.close(resolve));
  const server = await startServer(environment);
  await server.end('SIGTERM');
});

it('healthcheck tells a living server from none', async () => {
  const server = await startServer({ DOORSTEP_DATA_DIR: newDataDir() });
  const environment = { DOORSTEP_LISTEN: new URL(server.url).host.replace('localhost', '127.0.0.1') };
  expect(await doorstep(['healthcheck'], environment)).toMatchObject({ code: 0, stderr: '' });
  await server.end('SIGTERM');
  expect(await doorstep(['healthcheck'], environment)).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('DOORSTEP_LISTEN'),
  });
});

/** A request whose body is not complete yet: it is under way for as long as the test wants. */
async function halfARequest(url: string) {
  const { port, host } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  let received = '';
  const answered = new Promise<string>((resolve) => {
    socket.on('data', (data) => {
      received += data;
    });
    socket.on('error', () => resolve(received));
    socket.on('close', () => resolve(received));
  });
  const body = 'id=inv_1&key=none';
  const head = ['POST /join HTTP/1.1', `Host: ${host}`, `Origin: ${url}`, 'Content-Type: application/x-www-form-urlencoded'];
  await new Promise<void>((resolve) => socket.on('connect', () => resolve()));
  socket.write(`${[...head, `Content-Length: ${body.length}`].join('\r\n')}\r\n\r\n${body.slice(0, 3)}`);
  await fetch(`${url}/healthz`); // what came before it has been read
  return { answered, sendTheRest: () => void socket.write(body.slice(3)) };
}

async function patientStatus(url: string): Promise<number> {
  for (;;) {
    try {
      const answer = await fetch(url);
      await answer.arrayBuffer();
      return answer.status;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

const isRefused = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => resolve(true));
    socket.on('connect', () => {
      socket.destroy();
      resolve(false);
    });
  });
