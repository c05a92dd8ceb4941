import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findChromium } from '../chromium.ts';
import { column } from '../scenes/evidence.ts';
import { scenes } from '../scenes/scenes.ts';
import { type Stage, setStage } from '../scenes/stage.ts';
import { until } from '../until.ts';

let stage: Stage;
/** Statuses of the pages of the connect window. */
const statuses: number[] = [];

beforeAll(async () => {
  stage = await setStage({ chromium: findChromium(console.log), audience: async () => {} });
  await scenes[0]!.play(stage);
});
afterAll(() => stage?.close());

const livingBrowsers = () => column(stage.workspace, 'SELECT id FROM connected_browsers WHERE ended_at IS NULL');

/** Presses *Connect* in a popup that knows the workspace, and answers the window that opens. */
async function openConnectWindow(popup: Page): Promise<Page> {
  const opening = stage.administrator.waitForEvent('page');
  await popup.getByRole('button', { name: 'Connect', exact: true }).click();
  const window = await opening;
  window.on('response', (answer) => answer.request().isNavigationRequest() && statuses.push(answer.status()));
  return window;
}

test('SES-03, EXT-11: Sign out in the popup ends the token and keeps the address of the workspace only', async () => {
  expect(await livingBrowsers()).toHaveLength(1);
  const popup = await stage.openPopup();
  await popup.getByLabel('More: administration, sign out').click();
  await popup.getByRole('button', { name: 'Sign out' }).click();
  await popup.getByRole('heading', { name: 'Connect to your workspace' }).waitFor();
  await until('an ended token', async () => (await livingBrowsers()).length === 0);
  expect(await stage.kept()).toEqual({ workspace: stage.workspace.url });
  expect(await stage.badge()).toBe('');
  await popup.close();
});

test('EXT-10: in the connect window even a refused sign-in is a page with 200, and the popup says why it failed', async () => {
  await stage.administrator.clearCookies();
  const popup = await stage.openPopup();
  const window = await openConnectWindow(popup);
  await window.getByRole('button', { name: 'Olga Stern' }).click();
  await window.getByRole('heading', { name: 'That account is from somewhere else' }).waitFor();
  await window.close();
  await popup.getByText('Sign in in a tab first').waitFor();
  expect(statuses.filter((status) => status >= 400)).toEqual([]);
  expect(await livingBrowsers()).toEqual([]);
  await popup.close();
});

test('EXT-10: the administrator signs in inside the window, presses once, and is connected', async () => {
  await stage.administrator.clearCookies();
  const popup = await stage.openPopup();
  const window = await openConnectWindow(popup);
  await window.getByRole('button', { name: 'Sam Okafor' }).click();
  await window.getByRole('button', { name: 'Connect' }).click();
  await popup.getByText('Nobody is waiting').waitFor();
  expect(statuses.filter((status) => status >= 400)).toEqual([]);
  expect(await livingBrowsers()).toHaveLength(1);
  await popup.close();
});

test('EXT-11: an administrator whose browser is disconnected on its page is signed out in the popup, and the badge says so', async () => {
  const page = await stage.administrator.newPage();
  await page.goto(`${stage.workspace.url}/admin/browsers`);
  await page.getByRole('button', { name: 'Disconnect the browser of Sam Okafor' }).click();
  await page.getByRole('button', { name: 'Disconnect the browser', exact: true }).click();
  await until('an ended token', async () => (await livingBrowsers()).length === 0);
  const popup = await stage.openPopup();
  await popup.getByRole('heading', { name: 'You are signed out' }).waitFor();
  await until('! on the badge', async () => (await stage.badge()) === '!');
  expect(await stage.kept()).not.toHaveProperty('token');
  expect(await stage.kept()).not.toHaveProperty('door');
});
