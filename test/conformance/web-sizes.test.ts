import { afterAll, beforeAll, expect, test } from 'vitest';
import { rawRequest } from '../demo-tenant/raw-request.ts';
import { EXTENSION_ORIGIN } from './extension-client.ts';
import { invited, signsIn } from './stories.ts';
import { rawGet, rawHttp, stateOf } from './web-visit.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
let url: string;
let host: string;
let writes: string[];
beforeAll(async () => {
  workspace = await openWorkspace();
  url = workspace.url;
  host = new URL(url).host;
  await signsIn(workspace, 'mia');
  const request = (await workspace.api('GET', '/access-requests')).body.items[0].id;
  const invitation = (await invited(workspace, 'x@contoso.example')).id;
  writes = [`/access-requests/${request}/approve`, `/access-requests/${request}/deny`, `/invitations/${invitation}/resend`];
});
afterAll(() => workspace.stop());

/** A body in chunks without a length, at most so many; answers the status once the server has had enough. */
async function chunked(path: string, headers: string[], chunks: number): Promise<number> {
  const head = [`POST ${path} HTTP/1.1`, `Host: ${host}`, 'Transfer-Encoding: chunked', 'Connection: close', ...headers, '', ''];
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  return (await rawHttp(url, `${head.join('\r\n')}${chunk.repeat(chunks)}0\r\n\r\n`)).status;
}
const apiHead = () => [
  `Origin: ${EXTENSION_ORIGIN}`,
  `Authorization: Bearer ${workspace.api.token}`,
  'Content-Type: application/json',
];
const pageHead = () => [`Origin: ${url}`, 'Content-Type: application/x-www-form-urlencoded'];

test('WEB-11: too large a body is 413 with a length and without', async () => {
  const before = await stateOf(workspace);
  const large = 'x'.repeat(1024 * 1024 + 1);
  for (const path of writes) {
    expect([path, (await workspace.api('POST', path, large)).status]).toEqual([path, 413]);
    expect([path, await chunked(`/api/v1${path}`, apiHead(), 17)]).toEqual([path, 413]);
  }
  for (const path of ['/invitation-batches', '/invitation-batches/preview']) {
    expect((await workspace.api('POST', path, large)).status).toBe(400); // batches may have 8 MB: this is only no JSON
    expect((await workspace.api('POST', path, 'x'.repeat(8 * 1024 * 1024 + 1))).status).toBe(413);
    expect(await chunked(`/api/v1${path}`, apiHead(), 129)).toBe(413);
  }
  for (const path of [
    '/join',
    '/setup',
    '/waiting/reason',
    '/sign-out',
    '/connect/authorize',
    '/connect/token',
    '/connect/revoke',
  ]) {
    const headers = { origin: url, 'content-type': 'application/x-www-form-urlencoded' };
    expect([path, (await rawRequest(url + path, 'POST', headers, large)).status]).toEqual([path, 413]);
    expect([path, await chunked(path, pageHead(), 17)]).toEqual([path, 413]);
  }
  expect(await stateOf(workspace)).toBe(before);
});

test('WEB-11: the limit is told from the length alone, before the body has come', async () => {
  const head = [
    'POST /join HTTP/1.1',
    `Host: ${host}`,
    ...pageHead(),
    'Content-Length: 999999999',
    'Connection: close',
    '',
    'id=',
  ];
  const begun = performance.now();
  expect((await rawHttp(url, head.join('\r\n'))).status).toBe(413);
  expect(performance.now() - begun).toBeLessThan(2000);
});

test('WEB-11: both lengths at once are refused, and nothing is smuggled behind (WEB-13)', async () => {
  const body = `0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  const lines = [
    'POST /join HTTP/1.1',
    `Host: ${host}`,
    ...pageHead(),
    `Content-Length: ${body.length}`,
    'Transfer-Encoding: chunked',
    '',
    '',
  ];
  const { status, text } = await rawHttp(url, lines.join('\r\n') + body);
  expect(status).toBe(400);
  expect(text).not.toContain('ok');
});

test('WEB-19: nothing is served but what there is', async () => {
  const paths = [
    '/.git',
    '/.git/config',
    '/.git/HEAD',
    '/.env',
    '/metrics',
    '/debug',
    '/debug/pprof',
    '/server-status',
    '/actuator',
    '/graphql',
  ];
  const files = [
    '/data/secret',
    '/data/doorstep.db',
    '/doorstep.db',
    '/package.json',
    '/server.mjs',
    '/server.mjs.map',
    '/node_modules/hono/package.json',
  ];
  const maps = [
    '/assets/pages.css.map',
    '/assets/waiting.js.map',
    '/assets/once.js.map',
    '/assets/../package.json',
    '/assets/..%2f..%2fpackage.json',
    '/assets/%2e%2e/secret',
  ];
  for (const path of [
    ...paths,
    ...files,
    ...maps,
    '/assets/',
    '/assets/__proto__',
    '/assets/constructor',
    '/openapi.json',
    '/api',
    '/api/v2/me',
    '/.well-known/security.txt',
  ]) {
    const { status, text } = await rawGet(url, path, `Host: ${host}`);
    expect([path, status]).toEqual([path, 404]);
    expect(text).not.toMatch(/sourceMappingURL|PRIVATE|DOORSTEP_/);
  }
});
