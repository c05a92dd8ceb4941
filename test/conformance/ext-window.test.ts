import { afterAll, beforeAll, expect, test } from 'vitest';
import { Browser, type BrowserResponse } from '../demo-tenant/sign-in-client.ts';
import { authorization, REDIRECT_URI } from './extension-client.ts';
import { headingOf, memberOf, signsIn } from './stories.ts';
import { countOf } from './web-visit.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

// Chromium closes the window of launchWebAuthFlow on any 4xx or 5xx: in a flow begun there every page is 200 (CONTRACT.md, 6).

let workspace: Workspace;
let url: string;
beforeAll(async () => {
  workspace = await openWorkspace();
  url = workspace.url;
});
afterAll(() => workspace.stop());

const startUrl = () => `${url}/connect/authorize?${new URLSearchParams(authorization().query)}`;
/** The same outcome once in the extension's window and once in a tab. */
async function bothWays(person: string): Promise<{ inWindow: BrowserResponse; inTab: BrowserResponse; window: Browser }> {
  const window = new Browser();
  const inWindow = await window.signIn(startUrl(), person);
  const { page: inTab } = await signsIn(workspace, person);
  return { inWindow, inTab, window };
}

test('EXT-10: a refused person sees the same page, as 200, and gets nothing', async () => {
  const { inWindow, inTab } = await bothWays('olga');
  expect([inWindow.status, inTab.status]).toEqual([200, 403]);
  expect(headingOf(inWindow)).toBe(headingOf(inTab));
  expect(await countOf(workspace, 'access_requests')).toBe(0);
});

test('EXT-10: a stranger`s knock is recorded, and the waiting room answers 200', async () => {
  const window = new Browser();
  const page = await window.signIn(startUrl(), 'ana');
  expect([page.status, new URL(page.url).pathname]).toEqual([200, '/waiting']);
  expect(await countOf(workspace, "access_requests WHERE state = 'open'")).toBe(1);
  for (const path of ['/welcome', '/admin/users', '/nowhere', '/waiting', '/waiting/reason', '/setup']) {
    expect([path, (await window.get(url + path)).status]).toEqual([path, 200]);
  }
  const [request] = (await workspace.api('GET', '/access-requests?state=open')).body.items;
  await workspace.api('POST', `/access-requests/${request.id}/deny`, { reason: 'Not now.' });
  expect((await window.get(`${url}/waiting`)).status).toBe(200);
  const { inWindow, inTab } = await bothWays('ana');
  expect([inWindow.status, inTab.status, headingOf(inWindow)]).toEqual([200, 403, headingOf(inTab)]);
});

test('EXT-10: a member who is no administrator goes back with access_denied', async () => {
  workspace.tenant.addPerson({ key: 'plain' });
  await memberOf(workspace, 'plain');
  const window = new Browser();
  const away = await window.get(startUrl());
  const callback = await new Browser().signInAt(away.location!, 'plain');
  const back = await window.follow(await window.get(callback), (location) => location.startsWith(REDIRECT_URI));
  expect(new URL(back.location!).searchParams.get('error')).toBe('access_denied');
});

test.each([
  ['says access_denied', '?error=access_denied&error_description=%3Cb%3Ex'],
  ['says server_error', '?error=server_error'],
  ['sends a code that is none', '?code=nonsense'],
])('EXT-10: when the provider %s, the page is 200', async (_, answer) => {
  const window = new Browser();
  const state = new URL((await window.get(startUrl())).location!).searchParams.get('state')!;
  const page = await window.get(`${url}/sign-in/callback${answer}&state=${state}`);
  expect(page.status).toBe(200);
  expect(page.text).not.toContain('<b>x');
  expect(headingOf(page)).not.toBe('');
});

test.each(['html', 'drop', 500, 429, 'invalid_client'] as const)(
  'EXT-10: a token endpoint that answers %s ends on a 200 page',
  async (fault) => {
    const window = new Browser();
    workspace.tenant.faults.token = fault;
    const page = await window.signIn(startUrl(), 'sam');
    workspace.tenant.faults.token = undefined;
    expect([page.status, new URL(page.url).pathname]).toEqual([200, '/sign-in/callback']);
    expect((await window.signIn(startUrl(), 'sam')).text).toContain('code_challenge'); // and it can be tried again
  },
);
