import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createClient } from '@libsql/client';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { buildServer } from '../build.ts';
import { doorstep, endAll, newDataDir, startServer } from './server-process.ts';

beforeAll(buildServer);
afterEach(endAll);

const OTHER_SECRET = 'Zk3xQv9Tn2LbW7rYp5HcJd8MfGs4AuEe';

it('makes its folder and secret for nobody else to read', async () => {
  const dataDir = newDataDir();
  const server = await startServer({ DOORSTEP_DATA_DIR: dataDir });
  expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  expect(statSync(join(dataDir, 'secret')).mode & 0o777).toBe(0o600);
  expect(Buffer.from(readFileSync(join(dataDir, 'secret'), 'utf8').trim(), 'base64url')).toHaveLength(32);
  await server.end('SIGTERM');
});

it('refuses to be the second process on a data folder, and takes over after kill -9', async () => {
  const dataDir = newDataDir();
  const first = await startServer({ DOORSTEP_DATA_DIR: dataDir });
  for (const verb of ['serve', 'migrate']) {
    const second = await doorstep([verb], { DOORSTEP_DATA_DIR: dataDir });
    expect(second).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(`Another process uses the data folder ${dataDir}`),
    });
  }
  expect((await fetch(`${first.url}/healthz`)).status).toBe(200);
  await first.end('SIGKILL');
  const next = await startServer({ DOORSTEP_DATA_DIR: dataDir });
  expect((await next.end('SIGTERM')).code).toBe(0);
});

it('refuses a database that was made with another secret, or has lost its own', async () => {
  const dataDir = newDataDir();
  await doorstep(['migrate'], { DOORSTEP_DATA_DIR: dataDir });
  const other = await doorstep(['serve'], { DOORSTEP_DATA_DIR: dataDir, DOORSTEP_SECRET: OTHER_SECRET });
  expect(other).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('made with another secret') });

  renameSync(join(dataDir, 'secret'), join(dataDir, 'put-away'));
  const without = await doorstep(['serve'], { DOORSTEP_DATA_DIR: dataDir });
  expect(without).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(join(dataDir, 'secret')) });
  expect(existsSync(join(dataDir, 'secret'))).toBe(false);

  const secret = readFileSync(join(dataDir, 'put-away'), 'utf8').trim();
  const moved = await doorstep(['migrate'], { DOORSTEP_DATA_DIR: dataDir, DOORSTEP_SECRET: secret });
  expect(moved.code).toBe(0);
});

it('prints the set-up link while there is no administrator, the same by command, and none after', async () => {
  const dataDir = newDataDir();
  const environment = { DOORSTEP_DATA_DIR: dataDir, DOORSTEP_PUBLIC_URL: 'https://door.example.com' };
  expect(await doorstep(['setup-link'], environment)).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('no workspace'),
  });
  expect(existsSync(dataDir)).toBe(false);

  const server = await startServer(environment);
  expect(server.setUpLink).toMatch(/^https:\/\/door\.example\.com\/setup\?token=[\w-]{43}$/);
  expect(await doorstep(['setup-link'], environment)).toMatchObject({ code: 0, stdout: `${server.setUpLink}\n`, stderr: '' });
  const { stderr } = await server.end('SIGTERM');
  expect(stderr).not.toContain(server.setUpLink!.split('token=')[1]);

  await anAdministratorIn(dataDir);
  const again = await startServer(environment);
  expect(again.setUpLink).toBe(null);
  expect(again.output().stdout).not.toContain('token=');
  expect(await doorstep(['setup-link'], environment)).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('administrator already'),
  });
  await again.end('SIGTERM');
});

it('says what is wrong with a file that is no database', async () => {
  const dataDir = newDataDir();
  await doorstep(['migrate'], { DOORSTEP_DATA_DIR: dataDir });
  const file = join(dataDir, 'no-database');
  writeFileSync(
    file,
    'a letter to the administrators, longer than the header of a database file is: one hundred bytes at the least',
  );
  const ended = await doorstep(['serve'], { DOORSTEP_DATA_DIR: dataDir, DOORSTEP_DATABASE_URL: `file:${file}` });
  expect(ended).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^doorstep: The database of DOORSTEP_DATABASE_URL cannot be used \(\w+\)\.\n$/),
  });
});

it('says what is wrong with a data folder that cannot be one', async () => {
  const file = join(dirname(newDataDir()), 'a-file');
  writeFileSync(file, '');
  const ended = await doorstep(['serve'], { DOORSTEP_DATA_DIR: join(file, 'data') });
  expect(ended).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^doorstep: The data folder \S+ \(DOORSTEP_DATA_DIR\) cannot be used \(ENOTDIR\)\.\n$/),
  });
});

async function anAdministratorIn(dataDir: string): Promise<void> {
  const client = createClient({ url: `file:${join(dataDir, 'doorstep.db')}` });
  await client.execute(`INSERT INTO members (id, tenant_id, object_id, state, role, joined_at, state_at, attempt_id)
    VALUES ('mem_1', 'tenant', 'object', 'active', 'administrator', 0, 0, 'att_1')`);
  client.close();
}
