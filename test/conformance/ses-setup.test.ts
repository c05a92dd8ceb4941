import { createApp } from '@doorstep/server/http/app';
import { openFileStore } from '@doorstep/server/store/open-file';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Browser } from '../demo-tenant/sign-in-client.ts';
import { steady } from './steady.ts';
import { headingOf, signsIn } from './stories.ts';
import { countOf, rawGet, stateOf } from './web-visit.ts';
import { type EmptyWorkspace, openEmptyWorkspace } from './workspace.ts';

let workspace: EmptyWorkspace;
beforeEach(async () => {
  workspace = await openEmptyWorkspace();
});
afterEach(() => workspace.stop());

const administrators = () => countOf(workspace, "members WHERE role = 'administrator'");
async function withSetUpLink(): Promise<Browser> {
  const browser = new Browser();
  await browser.get(workspace.setUpLink, { follow: true });
  return browser;
}

test('SES-16: the set-up link makes one administrator and is worth nothing after', async () => {
  const { url, setUpLink } = workspace;
  const late = await withSetUpLink();
  const { page } = await signsIn(workspace, 'sam', await withSetUpLink());
  expect(page.url).toBe(`${url}/welcome`);
  const before = await stateOf(workspace);
  const again = await new Browser().get(setUpLink, { follow: true });
  expect(again.status).toBe(410);
  expect((await late.post(`${url}/setup`, { name: 'Mine now' })).status).toBe(410); // the cookie of before is spent, too
  expect(await stateOf(workspace)).toBe(before);
  expect((await signsIn(workspace, 'mia', late)).page.url).toBe(`${url}/waiting`);
  expect(await administrators()).toBe(1);
});

test('SES-16: two set-up sign-ins at the same moment: one administrator, the other knocks', async () => {
  const { url, tenant } = workspace;
  const people = await Promise.all(
    ['sam', 'mia', 'ana'].map(async (key) => {
      const browser = await withSetUpLink();
      const away = (await browser.get(`${url}/sign-in`)).location!;
      return { browser, callback: await new Browser().signInAt(away, key) };
    }),
  );
  const pages = await Promise.all(people.map(({ browser, callback }) => browser.get(callback, { follow: true })));
  expect(pages.map((page) => page.url).sort()).toEqual([`${url}/waiting`, `${url}/waiting`, `${url}/welcome`]);
  expect(await administrators()).toBe(1);
  expect(await countOf(workspace, "audit_events WHERE what = 'workspace.set-up'")).toBe(1);
  expect(await countOf(workspace, "access_requests WHERE state = 'open'")).toBe(2);
  expect(tenant.requests.filter((request) => request.path.endsWith('/token'))).toHaveLength(3);
});

test('SES-16: after a restart the link stays worth nothing', async () => {
  const { deps, dataDir, clock, url, setUpLink } = workspace;
  await signsIn(workspace, 'sam', await withSetUpLink());
  const store = await openFileStore(`file:${dataDir}/doorstep.db`, clock.now);
  const edge = { now: clock.now, clientAddress: () => null, cameOverHttp: () => false, isReady: () => true };
  const restarted = createApp(steady({ ...deps, store }), edge);
  const opened = await restarted.request(setUpLink);
  expect([opened.status, opened.headers.get('set-cookie')]).toEqual([303, null]);
  expect((await restarted.request(`${url}/setup`)).status).toBe(410);
  await store.close();
});

test('SES-16: neither a forged host nor a wrong token begins a set-up', async () => {
  const { url, setUpLink } = workspace;
  const target = new URL(setUpLink).pathname + new URL(setUpLink).search;
  for (const host of ['evil.example', `evil.example@${new URL(url).host}`, `${new URL(url).host}.evil.example`]) {
    const answer = await rawGet(url, target, `Host: ${host}`);
    expect([400, 421]).toContain(answer.status);
    expect(answer.head.toLowerCase()).not.toContain('set-cookie');
  }
  for (const wrong of ['', 'x', target.slice(-10), `${target.split('=')[1]}A`]) {
    const browser = new Browser();
    const page = await browser.get(`${url}/setup?token=${wrong}`, { follow: true });
    expect([page.status, browser.cookies.of(url)]).toEqual([404, []]);
    expect((await browser.post(`${url}/setup`, { name: 'Mine' })).status).toBe(403);
  }
  expect(await administrators()).toBe(0);
});

test('SES-16: a sign-in without the set-up link makes no administrator, even as the first', async () => {
  const { page } = await signsIn(workspace, 'sam');
  expect(headingOf(page)).not.toBe('');
  expect(await countOf(workspace, 'members')).toBe(0);
});
