import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, execPath } from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from './build.ts';
import { Browser } from './demo-tenant/sign-in-client.ts';
import { freePort } from './running-server.ts';
import { until } from './until.ts';

let folder: string;
let ports: { workspace: number; tenant: number };
const running: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doorstep-'));
  ports = { workspace: await freePort(), tenant: await freePort() };
});
afterAll(async () => {
  for (const demo of running) demo.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** `npm start` without the package managers around it. */
function startDemo(variables: Record<string, string> = {}, words: string[] = []) {
  const own = {
    DOORSTEP_LISTEN: `127.0.0.1:${ports.workspace}`,
    DOORSTEP_DEMO_LISTEN: `127.0.0.1:${ports.tenant}`,
    DOORSTEP_DATA_DIR: folder,
  };
  const demo = spawn(execPath, [join(ROOT, 'test/demo.ts'), ...words], { env: { ...env, ...own, ...variables } });
  running.push(demo);
  let said = '';
  for (const stream of [demo.stdout, demo.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = once(demo, 'close').then(([code]) => code as number);
  return { demo, ended, said: () => said };
}

const url = () => `http://localhost:${ports.workspace}`;

test('npm start shows workspace, people, mailbox and the set-up link on a line of its own; SIGTERM ends everything with 0', async () => {
  const { demo, ended, said } = startDemo();
  const link = await until('the set-up link', () => /^http\S+\/setup\?token=\S+$/m.exec(said())?.[0]);
  for (const fact of [url(), `127.0.0.1:${ports.tenant}/mailbox`, 'Sam Okafor', 'guest of the tenant', 'npm run tour'])
    expect(said()).toContain(fact);
  const sam = new Browser();
  await sam.get(link, { follow: true });
  expect((await sam.signIn(`${url()}/sign-in`, 'sam')).text).toContain('You are the first administrator.');
  demo.kill('SIGTERM');
  expect(await ended).toBe(0);
  await expect(fetch(url())).rejects.toThrow();
});

test('started again, the workspace knows its people, and the set-up link is not shown any more', async () => {
  const { demo, ended, said } = startDemo();
  await until('the start page', () => said().includes('Ctrl-C'));
  const page = await new Browser().signIn(`${url()}/sign-in`, 'sam');
  expect(page.text).toContain('Administrator');
  expect(said()).not.toContain('/setup?token=');
  const second = startDemo();
  expect(await second.ended).toBe(1);
  expect(second.said()).toContain('DOORSTEP_DEMO_LISTEN');
  demo.kill('SIGINT');
  expect(await ended).toBe(0);
});

test('with an identity provider configured there is no demo tenant', async () => {
  const issuer = 'http://127.0.0.1:9/8eaef023-2b34-4da1-9baa-8bc8c9d6a490/v2.0';
  const { demo, ended, said } = startDemo({
    DOORSTEP_OIDC_ISSUER: issuer,
    DOORSTEP_OIDC_CLIENT_ID: '6e74172b-be56-4843-9ff4-e66a39bb12e3',
    DOORSTEP_OIDC_CLIENT_SECRET: 'not the secret of anybody',
  });
  await until('the start page', () => said().includes('Ctrl-C'));
  expect(said()).not.toContain('Mailbox');
  await expect(fetch(`http://127.0.0.1:${ports.tenant}/`)).rejects.toThrow();
  demo.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test('npm start -- --empty connects nothing, shows what Azure and Postmark would show, and forgets its workspace', async () => {
  const { demo, ended, said } = startDemo({}, ['--empty']);
  const link = await until('the set-up link', () => /^http\S+\/setup\?token=\S+$/m.exec(said())?.[0]);
  const value = (name: string) => new RegExp(`${name} +(\\S+)`).exec(said())?.[1] ?? '';
  const registration = await (await fetch(`http://127.0.0.1:${ports.tenant}/app-registration`)).text();
  for (const name of ['Directory \\(tenant\\) ID', 'Application \\(client\\) ID', 'Client secret', 'Postmark token']) {
    expect(registration).toContain(`value="${value(name)}"`);
  }
  const operator = new Browser();
  await operator.get(link, { follow: true });
  const page = await operator.get(`${url()}/setup/you`);
  expect(page.text).toContain('Nobody can sign in yet');
  const data = /lies in (\S+) and/.exec(said())![1]!;
  expect(existsSync(data)).toBe(true);
  demo.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(existsSync(data)).toBe(false);
});
