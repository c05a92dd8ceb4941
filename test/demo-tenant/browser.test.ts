import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DemoTenant, startDemoTenant } from './demo-tenant.ts';
import { beginAttempt } from './relying-party.ts';
import { Browser, signInAt } from './sign-in-client.ts';

/** A little site of its own that notes what it is asked and answers what the path says. */
const asked: IncomingMessage[] = [];
const server = createServer((req, res) => {
  asked.push(req);
  if (req.url === '/start')
    res.writeHead(303, { location: beginAttempt(tenant, { redirect_uri: `${site}/callback` }).url }).end();
  else if (req.url?.startsWith('/callback'))
    res.writeHead(303, { location: '/welcome', 'set-cookie': 'session=s1; Path=/; HttpOnly' }).end();
  else if (req.url === '/cookies') res.setHeader('set-cookie', COOKIES).end('ok');
  else res.end('<h1>Welcome</h1>');
});
const COOKIES = [
  'lax=1; Path=/; SameSite=Lax; HttpOnly',
  'strict=1; Path=/; SameSite=Strict',
  'deep=1; Path=/deep',
  'gone=1; Path=/; Max-Age=0',
];
let site: string;
let tenant: DemoTenant;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  site = `http://localhost:${(server.address() as AddressInfo).port}`;
  tenant = await startDemoTenant({ redirectUris: [`${site}/callback`] });
});
afterAll(async () => {
  await tenant.stop();
  server.close();
});

test('signIn goes from our address through the provider and ends on our page', async () => {
  const browser = new Browser();
  const page = await browser.signIn(`${site}/start`, 'mia');
  expect([page.url, page.text]).toEqual([`${site}/welcome`, '<h1>Welcome</h1>']);
  expect(browser.cookies.get(site, 'session')).toMatchObject({ value: 's1', isHttpOnly: true });
  const callback = asked.find((request) => request.url?.startsWith('/callback'));
  expect(callback?.headers['sec-fetch-site']).toBe('cross-site');
});

test('a form post carries Origin and Sec-Fetch-Site of the page it comes from', async () => {
  await new Browser().post(`${site}/form`, { a: '1' });
  expect(asked.at(-1)?.headers).toMatchObject({ origin: site, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate' });
  await new Browser().post(`${site}/form`, { a: '1' }, { from: 'http://evil.example/page' });
  expect(asked.at(-1)?.headers).toMatchObject({ origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' });
});

test('cookies keep to path, life and SameSite', async () => {
  const browser = new Browser();
  const sent = async (act: () => Promise<unknown>) => {
    await act();
    return asked.at(-1)?.headers.cookie;
  };
  const answer = await browser.get(`${site}/cookies`);
  expect(answer.setCookies).toEqual(COOKIES);
  expect(await sent(() => browser.get(`${site}/`))).toBe('lax=1; strict=1');
  expect(await sent(() => browser.get(`${site}/deep/er`))).toBe('lax=1; strict=1; deep=1');
  expect(await sent(() => browser.get(`${site}/`, { from: 'http://127.0.0.1:1/' }))).toBe('lax=1');
  expect(await sent(() => browser.post(`${site}/`, {}, { from: 'http://127.0.0.1:1/' }))).toBeUndefined();
});

test('signInAt refuses a person nobody knows', async () => {
  const url = beginAttempt(tenant, { redirect_uri: `${site}/callback` }).url;
  await expect(signInAt(tenant, url, 'nobody')).rejects.toThrow('nobody called nobody');
});

test('signIn says so when the page does not take the person', async () => {
  await expect(new Browser().signIn(`${site}/start`, 'nobody')).rejects.toThrow('does not take nobody: 400');
});
