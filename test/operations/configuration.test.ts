import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildServer } from '../build.ts';
import { doorstep, type Environment, endAll, newDataDir } from './server-process.ts';

beforeAll(buildServer);
afterAll(endAll);

const TENANT = '6f0a6d0c-3f1e-4b8f-9a52-0c1d2e3f4a5b';
const client = { DOORSTEP_OIDC_CLIENT_ID: 'the-client', DOORSTEP_OIDC_CLIENT_SECRET: 'the-client-wort' };

it.concurrent.each<[string, Environment]>([
  ['DOORSTEP_LISTEN', { DOORSTEP_LISTEN: 'everywhere-4711' }],
  ['DOORSTEP_PUBLIC_URL', { DOORSTEP_PUBLIC_URL: 'http://door.wrong.test' }],
  ['DOORSTEP_PUBLIC_URL', { DOORSTEP_LISTEN: '0.0.0.0:4711' }],
  ['DOORSTEP_DATA_DIR', { DOORSTEP_DATA_DIR: '' }],
  ['DOORSTEP_DATABASE_URL', { DOORSTEP_DATABASE_URL: 'postgres://db.wrong.test/x' }],
  ['DOORSTEP_DATABASE_TOKEN', { DOORSTEP_DATABASE_TOKEN: '' }],
  ['DOORSTEP_SECRET', { DOORSTEP_DATABASE_URL: 'http://127.0.0.1:9' }],
  ['DOORSTEP_OIDC_ISSUER', { ...client, DOORSTEP_OIDC_ISSUER: 'https://login.wrong.test/common/v2.0' }],
  [
    'DOORSTEP_OIDC_CLIENT_ID',
    {
      DOORSTEP_OIDC_ISSUER: `https://login.wrong.test/${TENANT}/v2.0`,
      DOORSTEP_OIDC_CLIENT_SECRET: client.DOORSTEP_OIDC_CLIENT_SECRET,
    },
  ],
  [
    'DOORSTEP_OIDC_CLIENT_SECRET',
    { DOORSTEP_OIDC_ISSUER: `https://login.wrong.test/${TENANT}/v2.0`, DOORSTEP_OIDC_CLIENT_ID: client.DOORSTEP_OIDC_CLIENT_ID },
  ],
  ['DOORSTEP_MAIL', { DOORSTEP_MAIL: 'carrier-pigeon' }],
  ['DOORSTEP_MAIL_FROM', { DOORSTEP_MAIL_FROM: 'nobody-at-all' }],
  ['DOORSTEP_POSTMARK_TOKEN', { DOORSTEP_MAIL: 'postmark', DOORSTEP_MAIL_FROM: 'door@right.test' }],
  ['DOORSTEP_POSTMARK_URL', { DOORSTEP_POSTMARK_URL: 'http://postmark.wrong.test' }],
  ['DOORSTEP_SMTP_URL', { DOORSTEP_SMTP_URL: 'imap://user:pass-wort@mail.wrong.test' }],
  ['DOORSTEP_TRUSTED_PROXIES', { DOORSTEP_TRUSTED_PROXIES: '10.0.0.0/99' }],
  ['DOORSTEP_EXTENSION_IDS', { DOORSTEP_EXTENSION_IDS: 'my-extension' }],
  ['DOORSTEP_LOG_LEVEL', { DOORSTEP_LOG_LEVEL: 'deafening' }],
  ['DOORSTEP_SECRET_FILE', { DOORSTEP_SECRET_FILE: '/no/such/secret-file' }],
  ['DOORSTEP_PUBLIC_ULR', { DOORSTEP_PUBLIC_ULR: 'https://door.wrong.test' }],
])('DUR-15: serve ends at once and names %s, never its value', async (name, wrong) => {
  const dataDir = newDataDir();
  const { code, stdout, stderr } = await doorstep(['serve'], { DOORSTEP_DATA_DIR: dataDir, ...wrong });
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr.trim().split('\n')).toEqual([expect.stringContaining(name)]);
  const values = Object.values(wrong).filter((value) => value);
  for (const value of values) expect(stderr).not.toContain(value);
  expect(existsSync(dataDir)).toBe(false);
});

it.concurrent('DUR-15: names every wrong variable in a line of its own', async () => {
  const { stderr } = await doorstep(['serve'], { DOORSTEP_LISTEN: 'x', DOORSTEP_MAIL: 'pigeon', DOORSTEP_LOG_LEVEL: 'loud' });
  expect(stderr.trim().split('\n')).toHaveLength(3);
});

it.concurrent.each([
  ['shorter than 256 bits', 'b7f3c1d9e5a24680'],
  ['a value from an example', 'change-me-to-something-long-and-random!!'],
  ['guessable', '1234567890123456789012345678901234567890'],
])('SUP-01: refuses a secret that is %s', async (_what, secret) => {
  const dataDir = newDataDir();
  const byVariable = await doorstep(['serve'], { DOORSTEP_DATA_DIR: dataDir, DOORSTEP_SECRET: secret });
  expect(byVariable).toMatchObject({ code: 1, stderr: expect.stringContaining('DOORSTEP_SECRET') });
  const file = join(dirname(dataDir), 'root-secret');
  writeFileSync(file, secret);
  const byFile = await doorstep(['serve'], { DOORSTEP_DATA_DIR: dataDir, DOORSTEP_SECRET_FILE: file });
  expect(byFile).toMatchObject({ code: 1, stderr: expect.stringContaining('DOORSTEP_SECRET') });
  expect(byVariable.stderr + byFile.stderr).not.toContain(secret);
  expect(existsSync(dataDir)).toBe(false);
});

it.concurrent('says how it is used, and what it does not understand with exit code 2', async () => {
  expect(await doorstep(['--help'], {})).toMatchObject({ code: 0, stdout: expect.stringContaining('setup-link') });
  expect(await doorstep(['--version'], {})).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  for (const args of [[], ['sevre'], ['serve', 'twice'], ['serve', '--fast']]) {
    expect(await doorstep(args, {})).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('Usage') });
  }
});
