import type { BrowserContext, Browser as Chromium, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { findChromium } from '../chromium.ts';
import { guestOf, PASSKEYS } from '../conformance/passkey-story.ts';
import { openWorkspace, type Workspace } from '../conformance/workspace.ts';
import { addAuthenticator, type VirtualAuthenticator } from '../virtual-authenticator.ts';
import { barriersOn } from './accessible.ts';

// A real browser with its virtual authenticator, from the offer of a passkey to the sign-in with nothing else.

let workspace: Workspace;
let browser: Chromium;
let context: BrowserContext;
let page: Page;
let authenticator: VirtualAuthenticator;

beforeAll(async () => {
  workspace = await openWorkspace();
  const executablePath = findChromium(console.log);
  browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 });
});
beforeEach(async () => {
  context = await browser.newContext();
  page = await context.newPage();
  authenticator = await addAuthenticator(page);
  return () => context.close();
});
afterAll(async () => {
  await browser?.close();
  await workspace?.stop();
});

/** The guest has come in by a mailed code, in this browser. */
async function arrivesAsGuest(address: string): Promise<void> {
  const guest = await guestOf(workspace, address);
  const cookies = guest.cookies.of(workspace.url).map(({ name, value }) => ({ name, value, url: workspace.url, httpOnly: true }));
  await context.addCookies(cookies);
}

const heading = (name: string) => page.getByRole('heading', { name, exact: true });
const said = (where: Page) => where.locator('#passkey-said');

test('a guest takes the offer, signs out, and comes back with the passkey alone, by keyboard only', async () => {
  await arrivesAsGuest('jo@fabrikam.example');
  await page.goto(`${workspace.url}${PASSKEYS}?offer`);
  await heading('Next time without a code').waitFor();
  expect(await barriersOn(page)).toEqual([]);
  await page.getByRole('button', { name: 'Create a passkey' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('Your passkey is ready').waitFor();
  expect(await authenticator.has()).toBe(1);
  expect(await barriersOn(page)).toEqual([]);

  await page.goto(`${workspace.url}/welcome`);
  await page.getByRole('main').getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.goto(`${workspace.url}/sign-in/passkey`);
  expect(await barriersOn(page)).toEqual([]);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).focus();
  await page.keyboard.press('Enter');
  await heading('You').waitFor();
  expect(page.url()).toBe(`${workspace.url}/welcome`);
  expect(await page.getByRole('main').textContent()).toContain('jo@fabrikam.example');
});

test('what goes wrong in the browser is said on the page, and can be tried again', async () => {
  await arrivesAsGuest('kim@fabrikam.example');
  await page.goto(workspace.url + PASSKEYS);
  await authenticator.agrees(false);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await said(page).getByText('cancelled or took too long').waitFor();
  await authenticator.agrees(true);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByText('Your passkey is ready').waitFor();
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await said(page).getByText('has a passkey for you already').waitFor();
  expect(await authenticator.has()).toBe(1);
});

test('a passkey that was removed here is refused with a sentence', async () => {
  await arrivesAsGuest('lou@fabrikam.example');
  await page.goto(workspace.url + PASSKEYS);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('button', { name: 'Remove Passkey on Linux' }).click();
  expect(await barriersOn(page)).toEqual([]);
  await page.getByRole('button', { name: 'Remove the passkey' }).click();
  await page.getByText('The passkey was removed').waitFor();
  await context.clearCookies();
  await page.goto(`${workspace.url}/sign-in/passkey`);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByText('That passkey does not open this workspace').waitFor();
});

test('a browser without passkeys says so, and one without scripts names the other way', async () => {
  await page.addInitScript(() => void Reflect.deleteProperty(globalThis, 'PublicKeyCredential'));
  await page.goto(`${workspace.url}/sign-in/passkey`);
  await said(page).getByText('This browser cannot use passkeys here').waitFor();
  expect(await page.getByRole('button', { name: 'Sign in with a passkey' }).isVisible()).toBe(false);

  const plain = await browser.newContext({ javaScriptEnabled: false });
  const still = await plain.newPage();
  await still.goto(`${workspace.url}/sign-in/passkey`);
  expect(await still.getByRole('main').textContent()).toContain('Passkeys need the scripts of this page');
  await still.getByRole('link', { name: 'Have a code mailed instead' }).waitFor();
  await plain.close();
});

test('DIR-03: an administrator of the break-glass list comes in while Microsoft is away and SSO is forced, until taken off', async () => {
  const { url, tenant, deps } = workspace;
  const list = `${url}/admin/single-sign-on/break-glass`;
  await page.goto(`${url}/sign-in?fresh`);
  await page.getByRole('button', { name: 'Sam Okafor' }).click();
  await heading('Signed in again').waitFor();
  await page.goto(list);
  expect(await barriersOn(page)).toEqual([]);
  await page.getByRole('button', { name: 'Add Sam Okafor' }).click();
  await page.getByText('1 person has no passkey yet').waitFor();
  await page.goto(`${url}/welcome`);
  await page.getByRole('link', { name: 'Passkeys' }).click();
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByText('Your passkey is ready').waitFor();

  await deps.store.write([deps.store.db.run('UPDATE workspace SET forces_sso = 1')]);
  Object.assign(tenant.faults, { token: 'drop', keys: 'down', discovery: 'down' });
  await context.clearCookies();
  await page.goto(`${url}/sign-in`);
  await page.getByRole('button', { name: 'Sam Okafor' }).click();
  await heading('Microsoft cannot be reached').waitFor();
  expect(await barriersOn(page)).toEqual([]);
  await page.getByRole('link', { name: 'Sign in with a passkey' }).click();
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await heading('You').waitFor();

  await page.goto(list);
  await page.getByRole('button', { name: 'Take off Sam Okafor' }).click();
  await page.getByRole('button', { name: 'Take Sam Okafor off the list' }).click();
  await page.waitForLoadState();
  await page.goto(`${url}/welcome`);
  await heading('You are signed out').waitFor(); // the session was begun with a passkey
  await page.goto(`${url}/sign-in/passkey`);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByText('That passkey does not open this workspace').waitFor();
});
