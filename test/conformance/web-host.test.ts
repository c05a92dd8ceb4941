import { afterAll, beforeAll, expect, test } from 'vitest';
import { rawRequest } from '../demo-tenant/raw-request.ts';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import { invited, signInLinkOf } from './stories.ts';
import { countOf, rawGet, rawHttp, stateOf } from './web-visit.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
let url: string;
let host: string;
beforeAll(async () => {
  workspace = await openWorkspace();
  url = workspace.url;
  host = new URL(url).host;
});
afterAll(() => workspace.stop());

test('WEB-01: a request for another host is answered by nobody', async () => {
  const hosts = [
    'evil.example',
    `evil@${host}`,
    `${host}@evil.example`,
    `${host}.evil.example`,
    `${host}:80`,
    `evil.example, ${host}`,
  ];
  const [port] = host.split(':').slice(-1);
  for (const forged of [...hosts, `127.0.0.1:${port}`, `[::1]:${port}`, '', 'localhost', ` ${host}/`, `${host}#`, `${host}?`]) {
    for (const target of ['/', '/sign-in', '/welcome', '/api/v1/openapi.json', '/assets/waiting.js']) {
      const answer = await rawGet(url, target, `Host: ${forged}`);
      expect([forged, target, [400, 421].includes(answer.status)]).toEqual([forged, target, true]);
      expect(answer.head).not.toMatch(/location:|set-cookie:/i);
    }
  }
});

test('WEB-01: no Host, two Hosts and an absolute address of another host are refused', async () => {
  expect((await rawGet(url, '/')).status).toBe(400);
  expect([400, 421]).toContain((await rawGet(url, '/', 'Host: evil.example', `Host: ${host}`)).status);
  expect([400, 421]).toContain((await rawGet(url, '/', `Host: ${host}`, 'Host: evil.example')).status);
  const absolute = await rawGet(url, 'http://evil.example/sign-in', 'Host: evil.example');
  expect([400, 421]).toContain(absolute.status);
  const mixed = await rawGet(url, 'http://evil.example/sign-in', `Host: ${host}`);
  expect(`${mixed.head}${mixed.text}`).not.toMatch(/https?:(\/\/|%2F%2F)evil/i);
});

const FORGED = {
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'https',
  'x-forwarded-port': '444',
  'x-forwarded-prefix': '/evil',
  'x-forwarded-for': '203.0.113.9',
  'x-forwarded-server': 'evil.example',
  forwarded: 'for=203.0.113.9;host=evil.example;proto=https',
  'x-original-url': '/evil',
  'x-rewrite-url': '/evil',
  'x-host': 'evil.example',
  'x-http-host-override': 'evil.example',
};

test('WEB-01: what a client says about proxies changes no page, no redirect and no audit row', async () => {
  for (const path of ['/', '/join', '/sign-in', '/nowhere', '/setup', '/api/v1/openapi.json', '/welcome']) {
    const [plain, forged] = [await rawRequest(url + path, 'GET', {}), await rawRequest(url + path, 'GET', FORGED)];
    expect(forged.status).toBe(plain.status);
    expect(`${forged.text}${JSON.stringify([...forged.headers])}`).not.toMatch(/evil|:444/);
  }
  await rawRequest(`${url}/join/inv_x?key=x`, 'GET', FORGED);
  expect(await countOf(workspace, "audit_events WHERE client_address = '203.0.113.9'")).toBe(0);
});

test('WEB-01: the redirect to the provider names the configured address only', async () => {
  const answer = await rawRequest(`${url}/sign-in`, 'GET', FORGED);
  const asked = new URL(answer.headers.get('location')!);
  expect(asked.searchParams.get('redirect_uri')).toBe(`${url}/sign-in/callback`);
});

test('WEB-01: mails link to the configured address, whatever the request that caused them said', async () => {
  const { api, tenant } = workspace;
  await api('POST', '/invitation-batches', { recipients: [{ email: 'mia@contoso.example' }] }, FORGED);
  await workspace.runJobs();
  const mail = tenant.mails().findLast((one) => one.to === 'mia@contoso.example')!;
  const links = `${mail.textBody} ${mail.htmlBody}`.match(/https?:\/\/[^\s"'<>)]+/g) ?? [];
  expect(links.length).toBeGreaterThan(1);
  expect(links.filter((link) => !link.startsWith(`${url}/`) && link !== url)).toEqual([]);
  expect(`${mail.textBody}${mail.htmlBody}`).not.toContain('evil');
});

test('WEB-01: a smuggled host does not begin an invitation`s sign-in', async () => {
  const { joinUrl } = await invited(workspace, 'ana@contoso.example');
  const { pathname, search } = new URL(joinUrl);
  const before = await stateOf(workspace);
  const answer = await rawHttp(url, `GET ${pathname}${search} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`);
  expect([answer.status, /set-cookie/i.test(answer.head)]).toEqual([421, false]);
  expect(await stateOf(workspace)).toBe(before);
  expect(signInLinkOf(await new Browser().get(joinUrl, { follow: true })).startsWith(`${url}/`)).toBe(true);
});
