import { afterAll, beforeAll, expect, test } from 'vitest';
import { rawRequest } from '../demo-tenant/raw-request.ts';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import { memberOf } from './stories.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

let workspace: Workspace;
let url: string;
let member: Browser;
beforeAll(async () => {
  workspace = await openWorkspace();
  url = workspace.url;
  member = await memberOf(workspace, 'mia');
});
afterAll(() => workspace.stop());

/** Signs in with this `return` and answers the `Location` of the callback, as it stands. */
async function landing(query: string): Promise<string> {
  const away = await member.get(`${url}/sign-in?${query}`);
  const callback = await new Browser().signInAt(away.location!, 'mia');
  const cookie = member.cookies.header(callback, 'GET', 'cross-site');
  const answer = await rawRequest(callback, 'GET', { cookie });
  member.cookies.store(url, answer.headers.getSetCookie());
  expect(answer.status).toBe(303);
  return answer.headers.get('location')!;
}

const EVIL = [
  '//evil.example',
  '///evil.example',
  '////evil.example/..',
  '/\\evil.example',
  '\\\\evil.example',
  '/\\/evil.example',
  '\t//evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/\r/evil.example',
  '/%09/evil.example',
  ' //evil.example',
  'https:evil.example',
  'https:/evil.example',
  'https://evil.example',
  'http:\\\\evil.example',
  'HTTPS://EVIL.EXAMPLE',
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'data:text/html,x',
  'vbscript:x',
  '%2f%2fevil.example',
  '/%2f%2fevil.example',
  '/%5cevil.example',
  '/..//evil.example',
  '/.//evil.example',
  '/welcome/..//evil.example',
  '/%2e%2e//evil.example',
  '@evil.example',
  '/@evil.example',
  '.evil.example',
  ':80@evil.example',
  '\u2215\u2215evil.example',
  '/\u2215evil.example',
  '/\uff0fevil.example',
  '/\u3002evil.example',
  '\u0000//evil.example',
  '/\u0000/evil.example',
  '//evil.example\\@localhost',
  `//${'a'.repeat(3000)}`,
  '?return=//evil.example',
  '#//evil.example',
  '',
];

test('WEB-02, ENT-05: after the sign-in nobody ends on another origin', async () => {
  for (const wanted of EVIL) {
    const location = await landing(new URLSearchParams({ return: wanted }).toString());
    expect([wanted, location]).toEqual([wanted, expect.stringMatching(/^\/(?![/\\])/)]);
    for (const base of [url, `${url}/sign-in/callback`, 'https://door.example']) {
      expect([wanted, new URL(location, base).origin]).toEqual([wanted, new URL(base).origin]);
    }
  }
}, 20_000);

test('WEB-02: written raw, twice or as an array it leads no farther', async () => {
  const raw = [
    'return=//evil.example',
    'return=/%09/evil.example',
    'return=%2F%2Fevil.example',
    'return=/welcome&return=//evil.example',
  ];
  for (const query of [
    ...raw,
    'return[]=//evil.example',
    'return=//evil.example&return=/welcome',
    'return=%ff%fe//evil.example',
  ]) {
    const location = await landing(query);
    expect([query, new URL(location, url).origin, /^\/(?![/\\])/.test(location)]).toEqual([query, url, true]);
  }
});

test('WEB-02: a path of ours is kept, with its query', async () => {
  for (const path of ['/welcome', '/admin/users', '/admin/requests?state=open&q=a%20b', '/join']) {
    expect(await landing(new URLSearchParams({ return: path }).toString())).toBe(path);
  }
  expect(await landing('')).toBe('/welcome');
});

test('WEB-02: no other parameter of ours is an address to go to', async () => {
  const evil = 'https://evil.example';
  for (const name of ['next', 'url', 'redirect', 'redirect_uri', 'returnTo', 'continue', 'post_logout_redirect_uri']) {
    for (const path of [
      '/',
      '/sign-in',
      '/sign-in/callback',
      '/setup',
      '/join',
      '/connect/authorize',
      '/sign-out/front-channel',
    ]) {
      const answer = await new Browser().get(`${url}${path}?${name}=${encodeURIComponent(evil)}`);
      const to = answer.location ?? url;
      expect([path, name, [url, workspace.tenant.origin].includes(new URL(to).origin)]).toEqual([path, name, true]);
      if (path !== '/sign-in') expect(to).not.toContain('evil.example');
    }
  }
});
