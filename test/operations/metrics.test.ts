import { afterEach, beforeAll, expect, it } from 'vitest';
import { buildServer } from '../build.ts';
import { doorstep, endAll, freePort, newDataDir, startServer } from './server-process.ts';

beforeAll(buildServer);
afterEach(endAll);

it('WEB-19: without DOORSTEP_METRICS_LISTEN nobody serves metrics; with it they are on that port alone, and the door says 404', async () => {
  const port = await freePort();
  const server = await startServer({ DOORSTEP_DATA_DIR: newDataDir(), DOORSTEP_METRICS_LISTEN: `127.0.0.1:${port}` });
  const metrics = `http://127.0.0.1:${port}`;
  for (const path of ['/metrics', '/.git/config', '/.env', '/debug', '/assets/waiting.js.map'])
    expect((await fetch(server.url + path)).status, path).toBe(404);
  for (const path of ['/', '/readyz', '/sign-in', '/metrics/more', '/.env'])
    expect((await fetch(metrics + path)).status, path).toBe(404);
  expect((await fetch(`${metrics}/metrics`, { method: 'POST' })).status).toBe(404);
  expect((await fetch(`${metrics}/metrics`)).headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  expect((await server.end('SIGTERM')).code).toBe(0);

  const without = await startServer({ DOORSTEP_DATA_DIR: newDataDir() });
  expect((await fetch(`${without.url}/metrics`)).status).toBe(404);
  await expect(fetch(`${metrics}/metrics`)).rejects.toThrow();
});

it('says in numbers how it is, names nobody, and leaves out what is not known', async () => {
  const port = await freePort();
  await startServer({ DOORSTEP_DATA_DIR: newDataDir(), DOORSTEP_METRICS_LISTEN: `127.0.0.1:${port}` });
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith('doorstep_'));
  expect(lines.sort()).toEqual([
    expect.stringMatching(/^doorstep_build_info\{version="[\d.]+"\} 1$/),
    'doorstep_degraded{part="directory"} 0',
    'doorstep_degraded{part="mail"} 0',
    'doorstep_degraded{part="provisioning"} 0',
    'doorstep_degraded{part="sign-in"} 1',
    'doorstep_mails_failed 0',
    'doorstep_mails_queued 0',
    'doorstep_members 0',
    'doorstep_open_access_requests 0',
    'doorstep_pending_invitations 0',
    'doorstep_up 1',
  ]);
  expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
  expect(text).toMatch(/^nodejs_eventloop_lag_seconds [\d.e-]+$/m);
});

it('a port that is in use is said in a sentence that names the variable', async () => {
  const port = await freePort();
  await startServer({ DOORSTEP_DATA_DIR: newDataDir(), DOORSTEP_METRICS_LISTEN: `127.0.0.1:${port}` });
  const second = await doorstep(['serve'], {
    DOORSTEP_DATA_DIR: newDataDir(),
    DOORSTEP_LISTEN: `127.0.0.1:${await freePort()}`,
    DOORSTEP_METRICS_LISTEN: `127.0.0.1:${port}`,
  });
  expect([second.code, second.stderr]).toEqual([1, expect.stringContaining('DOORSTEP_METRICS_LISTEN are in use')]);
});
