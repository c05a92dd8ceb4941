import { afterAll, beforeAll, expect, test } from 'vitest';
import { rawRequest } from '../demo-tenant/raw-request.ts';
import { connectedApi } from './extension-client.ts';
import { invited, memberOf, signsIn } from './stories.ts';
import { type Door, httpsDoor } from './web-doors.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
let url: string;
let https: Door;
let cookies: { name: string; cookie: string }[];
let joinPath: string;
beforeAll(async () => {
  workspace = await openWorkspace();
  url = workspace.url;
  https = httpsDoor(workspace);
  const { browser: waiting } = await signsIn(workspace, 'ana');
  const member = await memberOf(workspace, 'mia');
  joinPath = (await invited(workspace, 'x@contoso.example')).joinUrl.slice(url.length);
  const all = { waiting, member, administrator: workspace.administrator };
  cookies = Object.entries(all).map(([name, one]) => ({ name, cookie: one.cookies.header(`${url}/`, 'GET', 'same-origin') }));
});
afterAll(() => workspace.stop());

type Sent = { method?: string; path: string; headers?: Record<string, string>; body?: string; status: number };
const FORM = 'application/x-www-form-urlencoded';
const form = () => ({ origin: url, 'content-type': FORM });

/** One of each kind of answer: pages, redirects, files, documents, problems, refusals at every edge. */
const answers = (): Sent[] => [
  { path: '/', status: 200 },
  { path: '/join', status: 200 },
  { path: joinPath, status: 303 },
  { path: `/join/inv_00000000000000000000000000?key=x`, status: 303 },
  { path: '/join/inv_00000000000000000000000000', status: 404 },
  { path: '/sign-in', status: 302 },
  { path: '/sign-in/callback?state=x&code=y', status: 403 },
  { path: '/sign-out/front-channel?sid=x', status: 200 },
  { path: '/nowhere', status: 404 },
  { path: '/welcome', status: 401 },
  { path: '/admin/users', status: 401 },
  { path: '/setup', status: 410 },
  { path: '/connect/authorize', status: 400 },
  { path: '/assets/waiting.js', status: 200 },
  { path: '/assets/nothing.js', status: 404 },
  { path: '/waiting/state', status: 200 },
  { path: '/healthz', status: 200 },
  { path: '/readyz', status: 200 },
  { path: '/api/v1/openapi.json', status: 200 },
  { path: '/api/v1/me', status: 401 },
  { path: '/api/v1/nowhere', status: 401 },
  { path: '/', headers: { host: 'evil.example' }, status: 421 },
  { path: '/api/v1/me', headers: { host: 'evil.example' }, status: 421 },
  { method: 'DELETE', path: '/welcome', headers: form(), status: 405 },
  { path: '/connect/token', status: 405 },
  { method: 'PROPFIND', path: '/connect/revoke', status: 405 },
  { method: 'POST', path: '/assets/waiting.js', headers: form(), status: 405 },
  { method: 'POST', path: '/healthz', headers: form(), status: 405 },
  { method: 'POST', path: '/join', headers: form(), body: 'id=x&key=y', status: 404 },
  { method: 'POST', path: '/join', headers: form(), body: '', status: 422 },
  { method: 'POST', path: '/join', headers: { 'content-type': FORM }, status: 403 },
  { method: 'POST', path: '/join', headers: form(), body: `id=${'x'.repeat(1_100_000)}`, status: 413 },
  { method: 'POST', path: '/connect/token', headers: { 'content-type': FORM }, body: 'code=x', status: 401 },
  { method: 'POST', path: '/connect/revoke', headers: { 'content-type': FORM }, body: 'token=x', status: 200 },
];

function expectHeaders(headers: Headers, what: string, isHttps: boolean): void {
  const policy = headers.get('content-security-policy') ?? '';
  expect([what, policy]).toEqual([what, expect.stringMatching(/default-src 'none'/)]);
  expect([what, policy]).toEqual([what, expect.stringContaining("frame-ancestors 'none'")]);
  expect([what, headers.get('x-content-type-options')]).toEqual([what, 'nosniff']);
  expect([what, headers.get('referrer-policy')]).toEqual([what, expect.stringMatching(/^(same-origin|no-referrer)$/)]);
  expect([what, headers.get('cross-origin-opener-policy')]).toEqual([what, 'same-origin']);
  expect([what, headers.get('cross-origin-resource-policy')]).toEqual([what, 'same-origin']);
  expect([what, headers.get('x-frame-options')]).toEqual([what, 'DENY']); // WEB-06, for browsers before CSP 2
  expect([what, /max-age=31536000/.test(headers.get('strict-transport-security') ?? '')]).toEqual([what, isHttps]);
  if (!what.includes('/assets/')) expect([what, headers.get('cache-control')]).toEqual([what, 'no-store']);
  for (const name of ['server', 'x-powered-by']) expect([what, name, headers.get(name)]).toEqual([what, name, null]);
}

test('WEB-03, WEB-06: every answer over http carries the headers, whatever its status', async () => {
  for (const { method = 'GET', path, headers = {}, body = '', status } of answers()) {
    const answer = await rawRequest(url + path, method, headers, body);
    expect([method, path, answer.status]).toEqual([method, path, status]);
    expectHeaders(answer.headers, `${method} ${path}`, false);
  }
});

test('WEB-03: the same with an https public URL, and HSTS with it', async () => {
  for (const { method = 'GET', path, headers = {}, body, status } of answers()) {
    const sent = headers.origin ? { ...headers, origin: https.publicUrl } : headers;
    const answer = await https.ask(path, { method, headers: sent, ...(body ? { body } : {}) });
    expect([method, path, answer.status]).toEqual([method, path, status]);
    expectHeaders(answer.headers, `${method} ${path}`, true);
  }
});

test('WEB-03: pages of people who are signed in are kept by nobody', async () => {
  const paths = ['/', '/welcome', '/waiting', '/waiting/reason', '/admin/users', '/admin/audit', '/admin/requests', '/sign-in'];
  for (const { name, cookie } of cookies) {
    for (const path of paths) expectHeaders((await rawRequest(url + path, 'GET', { cookie })).headers, `${name} ${path}`, false);
  }
});

test('WEB-03: a failure of ours is answered with the same headers (WEB-15: without its reason)', async () => {
  const { deps, sql, api } = workspace;
  await sql("CREATE TRIGGER broken BEFORE INSERT ON audit_events BEGIN SELECT RAISE(ABORT, 'canary of the database'); END");
  const page = await rawRequest(`${url}/join/inv_00000000000000000000000000?key=x`, 'GET', {});
  const problem = await api('POST', '/invitation-batches', { recipients: [{ email: 'y@contoso.example' }] });
  await sql('DROP TRIGGER broken');
  deps.store.memory.forget();
  expect([page.status, problem.status]).toEqual([500, 500]);
  expectHeaders(page.headers, 'page', false);
  expectHeaders(problem.headers, 'problem', false);
  for (const text of [page.text, problem.text]) expect(text).not.toMatch(/canary|SQLITE|audit_events|\.ts\b|node_modules|\bat /);
  expect(problem.headers.get('content-type')).toBe('application/problem+json');
  expect(problem.body).toMatchObject({ type: '/problems/internal-error', status: 500, requestId: expect.any(String) });
});

test('WEB-03: the one answer with the key in its address says no-referrer, all others same-origin', async () => {
  expect((await rawRequest(url + joinPath, 'GET', {})).headers.get('referrer-policy')).toBe('no-referrer');
  expect((await rawRequest(`${url}/join`, 'GET', {})).headers.get('referrer-policy')).toBe('same-origin');
});

test('WEB-18: a trusted proxy that says http: pages go to https, the API refuses', async () => {
  const http = { 'x-forwarded-proto': 'http', 'x-forwarded-host': 'evil.example' };
  const page = await https.ask('/join?x=1', { headers: http });
  expect([page.status, new URL(page.headers.get('location')!).origin]).toEqual([308, https.publicUrl]);
  expectHeaders(page.headers, 'redirect', true);
  expect((await https.ask('/api/v1/me', { headers: http })).status).toBe(421);
  expect((await rawRequest(`${url}/join`, 'GET', http)).status).toBe(200); // said by nobody who is trusted
});

test('WEB-15: a problem document names no path, version or statement', async () => {
  const { api } = workspace;
  const refused = [
    await connectedApi(url, 'x')('GET', '/me'),
    await api('GET', '/nowhere'),
    await api('POST', '/invitation-batches', '{"recipients":'),
    await api('GET', "/invitations?state=' OR 1=1 --"),
    await api('GET', `/invitations/${encodeURIComponent("' OR 1=1 --")}`),
  ];
  expect(refused.map(({ status }) => status)).toEqual([401, 404, 400, 422, 404]);
  for (const { headers, body, text } of refused) {
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body).toMatchObject({
      type: expect.stringMatching(/^\/problems\/[a-z-]+$/),
      title: expect.any(String),
      requestId: expect.any(String),
    });
    expect(text).not.toMatch(/SELECT|sqlite|node_modules|\.ts:|\/home|\/work|valibot|hono/i);
  }
});
