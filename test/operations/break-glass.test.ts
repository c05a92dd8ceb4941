import { join } from 'node:path';
import { createClient } from '@libsql/client';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { buildServer } from '../build.ts';
import { startLibsqlServer } from '../edge/libsql-server.ts';
import { doorstep, endAll, newDataDir, startServer } from './server-process.ts';

beforeAll(buildServer);
afterEach(endAll);

const OFF = 'Force SSO is off now: guests can sign in again. It is in the audit. Start the server.\n';
const WAS_OFF = 'Force SSO was off already. Nothing was changed.\n';

it('DIR-03: break-glass refuses beside the running server, and switches Force SSO off once that is stopped', async () => {
  const dataDir = newDataDir();
  const environment = { DOORSTEP_DATA_DIR: dataDir };
  const none = await doorstep(['break-glass'], environment);
  expect(none).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('no workspace') });

  const server = await startServer(environment);
  const refused = await doorstep(['break-glass'], environment);
  expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('stop it first') });
  await server.end('SIGTERM');

  const url = `file:${join(dataDir, 'doorstep.db')}`;
  await asked(url, 'UPDATE workspace SET forces_sso = 1');
  expect(await doorstep(['break-glass'], environment)).toEqual({ code: 0, stdout: OFF, stderr: '' });
  expect(await asked(url, 'SELECT forces_sso FROM workspace')).toEqual([{ forces_sso: 0 }]);
  expect(await doorstep(['break-glass'], environment)).toEqual({ code: 0, stdout: WAS_OFF, stderr: '' });
  const audit = await asked(url, "SELECT by_member_id, result FROM audit_events WHERE what = 'force-sso.off'");
  expect(audit).toEqual([{ by_member_id: null, result: 'done' }]);
});

it('with a remote database, which has no owner, break-glass just runs', async () => {
  const database = await startLibsqlServer();
  try {
    const environment = {
      DOORSTEP_DATABASE_URL: database.url,
      DOORSTEP_DATABASE_TOKEN: database.token,
      DOORSTEP_SECRET: 'Zk3xQv9Tn2LbW7rYp5HcJd8MfGs4AuEe',
    };
    const server = await startServer(environment);
    expect(await doorstep(['break-glass'], environment)).toEqual({ code: 0, stdout: WAS_OFF, stderr: '' });
    await server.end('SIGTERM');
  } finally {
    await database.remove();
  }
});

async function asked(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = createClient({ url });
  const { rows } = await client.execute(statement);
  client.close();
  return rows.map((row) => ({ ...row }));
}
