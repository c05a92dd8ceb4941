import { CHROMIUM_EXTENSION_ID } from '@doorstep/shared/extension-ids';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rawRequest } from '../demo-tenant/raw-request.ts';
import { connectedApi, EXTENSION_ORIGIN } from './extension-client.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
let url: string;
beforeAll(async () => {
  workspace = await openWorkspace();
  url = workspace.url;
});
afterAll(() => workspace.stop());

const MOZ = 'moz-extension://0b5a1a1e-3f2c-4c55-9a5e-2f3d7a0c9e11';
const PATHS = ['/api/v1/me', '/api/v1/summary', '/api/v1/invitation-batches', '/connect/token', '/connect/revoke'];
const preflight = (path: string, origin: string) =>
  rawRequest(url + path, 'OPTIONS', {
    ...{ origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization, content-type' },
  });
const allowing = (headers: Headers) => [...headers.keys()].filter((name) => name.startsWith('access-control-'));
const words = (text: string | null) =>
  (text ?? '')
    .split(/,\s*/)
    .map((word) => word.toLowerCase())
    .sort();

test('WEB-07: preflights of known extensions are answered as CONTRACT.md 6 says, never with credentials', async () => {
  for (const path of PATHS) {
    for (const origin of [EXTENSION_ORIGIN, MOZ]) {
      const { status, headers, text } = await preflight(path, origin);
      expect([path, status, text]).toEqual([path, 204, '']);
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(words(headers.get('access-control-allow-headers'))).toEqual([
        'authorization',
        'content-type',
        'idempotency-key',
        'if-none-match',
      ]);
      expect(words(headers.get('access-control-allow-methods'))).toEqual(expect.arrayContaining(['delete', 'get', 'post']));
      expect(headers.get('access-control-max-age')).toBe('7200');
      expect(headers.get('access-control-allow-credentials')).toBeNull();
      expect(words(headers.get('vary'))).toContain('origin');
    }
  }
});

test.each([
  'null',
  'https://evil.example',
  `${EXTENSION_ORIGIN}.evil.example`,
  `https://${CHROMIUM_EXTENSION_ID}.chromiumapp.org`,
  `chrome-extension://${'a'.repeat(32)}`,
  `chrome-extension://${CHROMIUM_EXTENSION_ID}x`,
  `CHROME-EXTENSION://${CHROMIUM_EXTENSION_ID}`,
  'moz-extension://evil.example',
  `${MOZ}/x`,
  `${MOZ}.evil.example`,
  'moz-extension://',
  '*',
])('WEB-07, WEB-09: %s is allowed nothing, asked beforehand or not', async (origin) => {
  for (const path of PATHS) {
    const asked = await preflight(path, origin);
    expect([path, allowing(asked.headers)]).toEqual([path, []]);
    expect(asked.status).toBeGreaterThanOrEqual(400);
    const answer = await rawRequest(url + path, 'GET', { origin, authorization: `Bearer ${workspace.api.token}` });
    expect([path, allowing(answer.headers)]).toEqual([path, []]);
    expect([path, words(answer.headers.get('vary'))]).toEqual([path, expect.arrayContaining(['origin'])]);
  }
  for (const path of ['/', '/welcome', '/join', '/sign-in', '/waiting/state', '/admin/users', '/nowhere']) {
    expect(allowing((await rawRequest(url + path, 'GET', { origin })).headers)).toEqual([]);
  }
});

test('WEB-07: pages are readable by no extension either', async () => {
  for (const path of ['/', '/welcome', '/join', '/waiting/state', '/admin/users', '/healthz', '/connect/authorize']) {
    expect(allowing((await rawRequest(url + path, 'GET', { origin: EXTENSION_ORIGIN })).headers)).toEqual([]);
    expect(allowing((await preflight(path, EXTENSION_ORIGIN)).headers)).toEqual([]);
  }
});

test('WEB-07: errors can be read by the extension, too', async () => {
  const { api, sql, deps } = workspace;
  const recipients = [{ email: 'x@contoso.example' }];
  const answers = [
    await api('GET', '/me'),
    await api('GET', '/nowhere'),
    await api('GET', '/members?limit=0'),
    await api('POST', '/invitation-batches', '{'),
    await api('POST', '/invitation-batches', 'x', { 'content-type': 'text/plain' }),
    await api('POST', '/invitation-batches', `{"note":"${'x'.repeat(9_000_000)}"}`),
    await api('POST', '/invitation-batches', { recipients, role: 'administrator' }),
    await api('PUT', '/me', {}),
    await connectedApi(url, 'A'.repeat(43))('GET', '/summary'),
  ];
  await sql("CREATE TRIGGER broken BEFORE INSERT ON invitations BEGIN SELECT RAISE(ABORT, 'broken'); END");
  answers.push(await api('POST', '/invitation-batches', { recipients }));
  await sql('DROP TRIGGER broken');
  deps.store.memory.forget();
  expect(answers.map(({ status }) => status)).toEqual([200, 404, 422, 400, 415, 413, 403, 405, 401, 500]);
  for (const { status, headers } of answers) {
    expect([status, headers.get('access-control-allow-origin')]).toEqual([status, EXTENSION_ORIGIN]);
    expect(words(headers.get('access-control-expose-headers'))).toEqual(['etag', 'location', 'retry-after']);
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect(words(headers.get('vary'))).toContain('origin');
  }
});

test('WEB-07: token endpoints echo the extension on errors as well', async () => {
  for (const [path, status] of [
    ['/connect/token', 401],
    ['/connect/revoke', 200],
  ] as const) {
    const headers = { origin: EXTENSION_ORIGIN, 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await rawRequest(url + path, 'POST', headers, 'code=x');
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([status, EXTENSION_ORIGIN]);
  }
});
