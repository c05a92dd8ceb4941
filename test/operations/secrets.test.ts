import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { buildServer } from '../build.ts';
import { endAll, newDataDir, type ServerProcess, startServer } from './server-process.ts';

beforeAll(buildServer);
afterEach(endAll);

const configured = {
  DOORSTEP_LOG_LEVEL: 'debug',
  DOORSTEP_OIDC_ISSUER: 'http://127.0.0.1:9/6f0a6d0c-3f1e-4b8f-9a52-0c1d2e3f4a5b/v2.0',
  DOORSTEP_OIDC_CLIENT_ID: 'the-client',
  DOORSTEP_OIDC_CLIENT_SECRET: 'canary-client-wort',
  DOORSTEP_MAIL: 'postmark',
  DOORSTEP_MAIL_FROM: 'door@example.com',
  DOORSTEP_POSTMARK_TOKEN: 'canary-postmark-wort',
  DOORSTEP_POSTMARK_URL: 'http://127.0.0.1:9',
};
const KEY = '00ABC-DEFGH-JKMNP-QRSTV-WXYZ0-12345';
const INVITATION = 'inv_01hzy3k9m2q8w4e6r5t7y9p0ab';

it('AUD-06: with all that comes in, at level debug, no key, code, token, cookie or secret is written', async () => {
  const dataDir = newDataDir();
  const server = await startServer({ DOORSTEP_DATA_DIR: dataDir, ...configured });
  await sendCanaries(server);
  const { code, stdout, stderr } = await server.end('SIGTERM');
  expect(code).toBe(0);
  expect(stderr).toContain('"route"'); // it does log requests
  for (const line of stderr.trim().split('\n')) expect(() => JSON.parse(line), line).not.toThrow();
  const [, token] = server.setUpLink!.split('token=');
  const secrets = [token!, readFileSync(join(dataDir, 'secret'), 'utf8').trim(), KEY, KEY.replaceAll('-', ''), 'canary'];
  for (const secret of secrets) expect(stderr.toLowerCase()).not.toContain(secret.toLowerCase());
  expect(stdout.replace(server.setUpLink!, '')).not.toMatch(/canary|token=/);
});

/** What people, browsers and attackers send, with words in it that are found again. */
async function sendCanaries({ url, setUpLink }: ServerProcess): Promise<void> {
  const form = { 'content-type': 'application/x-www-form-urlencoded', origin: url };
  const json = { 'content-type': 'application/json', authorization: 'Bearer canary-token' };
  await Promise.all(
    [
      new Request(`${url}/join/${INVITATION}?key=${KEY}`, { redirect: 'manual' }),
      new Request(`${url}/join`, { method: 'POST', headers: form, body: `id=${INVITATION}&key=${KEY}` }),
      new Request(`${url}/sign-in/callback?code=canary-code&state=canary-state`, {
        headers: { cookie: 'session=canary-cookie' },
      }),
      new Request(`${url}/setup?token=canary-token`),
      new Request(setUpLink!.replace(/^https?:\/\/[^/]+/, url), { redirect: 'manual' }),
      new Request(`${url}/api/v1/me`, { headers: json }),
      new Request(`${url}/api/v1/invitation-batches`, { method: 'POST', headers: json, body: '{"note":"canary-note"' }),
      new Request(`${url}/connect/token`, {
        method: 'POST',
        headers: form,
        body: 'code=canary-code&code_verifier=canary-verifier',
      }),
      new Request(`${url}/connect/authorize?client_id=canary-client&state=canary-state&code_challenge=canary`),
      new Request(`${url}/canary-path?canary=1`),
      new Request(`${url}/sign-in?invitation=canary`, { redirect: 'manual' }),
    ].map(async (request) => (await fetch(request)).arrayBuffer()),
  );
}
