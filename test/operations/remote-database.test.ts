import { openRemoteStore } from '@doorstep/server/store/open-remote';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { buildServer } from '../build.ts';
import { startDemoTenant } from '../demo-tenant/demo-tenant.ts';
import { type LibsqlServer, startLibsqlServer } from '../edge/libsql-server.ts';
import { publicUrlToBe, startWorkerd, type Workerd } from '../edge/workerd.ts';
import { variablesOf } from '../fresh-workspace.ts';
import { until } from '../until.ts';
import { doorstep, endAll, startServer } from './server-process.ts';

const SECRET = 'Zk3xQv9Tn2LbW7rYp5HcJd8MfGs4AuEe';
const OTHER_SECRET = [...SECRET].reverse().join('');

let database: LibsqlServer;
let edge: Workerd | null = null;

beforeAll(async () => {
  await buildServer();
  database = await startLibsqlServer();
});
afterEach(async () => {
  endAll();
  await edge?.stop();
  edge = null;
});
afterAll(() => database.remove());

const variables = (changed: Record<string, string> = {}) => ({
  DOORSTEP_PUBLIC_URL: 'https://door.example.com',
  DOORSTEP_DATABASE_URL: database.url,
  DOORSTEP_DATABASE_TOKEN: database.token,
  DOORSTEP_SECRET: SECRET,
  ...changed,
});

it('the edge is not ready before the database is migrated, and is afterwards without a restart', async () => {
  const worker = await edgeWith({});
  expect(await statusOf(worker, '/readyz')).toBe(503);
  expect(await doorstep(['migrate'], variables())).toMatchObject({ code: 0, stderr: '' });
  expect(await statusOf(worker, '/readyz')).toBe(200);
  expect(await statusOf(worker, '/')).toBe(200);
});

it('DUR-15: on the edge every request is answered 503 while a variable is wrong, which only the log names', async () => {
  const worker = await edgeWith({ DOORSTEP_SECRET: 'short-wort', DOORSTEP_MAIL: 'smtp' });
  const answer = await fetch(`${worker.url}/healthz`);
  expect(answer.status).toBe(503);
  expect(await answer.text()).not.toContain('DOORSTEP_');
  await until('the log names both', () => /DOORSTEP_SECRET is shorter.*DOORSTEP_MAIL cannot be smtp/s.test(worker.logged()));
  expect(worker.logged()).not.toContain('short-wort');
});

it('another secret than that of the database is refused on the edge and on Node', async () => {
  await doorstep(['migrate'], variables());
  const worker = await edgeWith({ DOORSTEP_SECRET: OTHER_SECRET });
  expect(await statusOf(worker, '/')).toBe(503);
  await until('the log says why', () => worker.logged().includes('DOORSTEP_SECRET is not the one'));
  const refused = { code: 1, stdout: '', stderr: expect.stringContaining('made with another secret') };
  for (const verb of ['serve', 'migrate', 'setup-link']) {
    expect(await doorstep([verb], variables({ DOORSTEP_SECRET: OTHER_SECRET }))).toMatchObject(refused);
  }
});

it('prints the set-up link of a remote workspace', async () => {
  await doorstep(['migrate'], variables());
  const { stdout } = await doorstep(['setup-link'], variables());
  expect(stdout).toMatch(/^https:\/\/door\.example\.com\/setup\?token=[\w-]{43}\n$/);
});

it('ENT-67: with DOORSTEP_GRAPH_URL the edge reads the directory at its minutes, without anybody to connect it', async () => {
  const tenant = await startDemoTenant({ redirectUris: [] });
  await doorstep(['migrate'], variables());
  const worker = await edgeWith({ ...variablesOf(tenant), DOORSTEP_GRAPH_URL: tenant.graphUrl });
  const store = openRemoteStore(database.url, database.token, { now: Date.now });
  const counted = async () => {
    const [row] = await store.db.all<{ value: number }>("SELECT value FROM counters WHERE name = 'directory_users'");
    return row!.value;
  };
  expect(await counted()).toBe(0);
  await worker.scheduledMinute();
  expect(await counted()).toBe(tenant.directory.users.present);
  await store.close();
  await tenant.stop();
});

it('SUP-06: a server without its database is alive and not ready, and ready again when it is back', async () => {
  const server = await startServer(variables());
  expect(await statusOf(server, '/readyz')).toBe(200);
  await database.kill();
  expect(await statusOf(server, '/healthz')).toBe(200);
  const answer = await fetch(`${server.url}/readyz`);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ database: 'unavailable' });
  const second = await doorstep(['serve'], variables());
  expect(second).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('The database of DOORSTEP_DATABASE_URL cannot be used'),
  });

  await database.start();
  await until('the server is ready again', async () => (await statusOf(server, '/readyz')) === 200);
  const { code, stderr } = await server.end('SIGTERM');
  expect(code).toBe(0);
  expect(stderr).not.toContain(SECRET);
});

async function edgeWith(changed: Record<string, string>): Promise<Workerd> {
  const { DOORSTEP_PUBLIC_URL: _, ...bindings } = variables(changed);
  edge = await startWorkerd(await publicUrlToBe(), bindings);
  return edge;
}

const statusOf = async ({ url }: { url: string }, path: string): Promise<number> => (await fetch(`${url}${path}`)).status;
