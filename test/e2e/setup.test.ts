import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildServer } from '../build.ts';
import { findChromium } from '../chromium.ts';
import { type DemoTenant, startDemoTenant } from '../demo-tenant/demo-tenant.ts';
import { freePort, type RunningServer, startServer } from '../running-server.ts';
import { until } from '../until.ts';
import { barriersOn } from './accessible.ts';

/** As `npm start -- --empty`: a server that knows nobody, beside a tenant that it has to be told of. */
type Empty = { url: string; setUpLink: string; tenant: DemoTenant; stop: () => Promise<void> };

let browser: Browser;
const open: Empty[] = [];
beforeAll(async () => {
  await buildServer();
  browser = await chromium.launch({ executablePath: findChromium(console.log), args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser?.close();
  for (const one of open) await one.stop();
});

async function startEmpty(): Promise<Empty> {
  const url = `http://localhost:${await freePort()}`;
  const tenant = await startDemoTenant({ redirectUris: [`${url}/sign-in/callback`] });
  const folder = await mkdtemp(join(tmpdir(), 'doorstep-'));
  const { server, setUpLink } = await started(url, tenant, folder);
  const stop = async () => {
    await server.stop();
    await tenant.stop();
    await rm(folder, { recursive: true, force: true });
  };
  open.push({ url, setUpLink, tenant, stop });
  return open.at(-1)!;
}

function started(url: string, tenant: DemoTenant, folder: string): Promise<{ server: RunningServer; setUpLink: string }> {
  const variables = {
    DOORSTEP_LISTEN: `127.0.0.1:${new URL(url).port}`,
    DOORSTEP_DATA_DIR: folder,
    DOORSTEP_POSTMARK_URL: tenant.postmarkUrl,
  };
  return new Promise((resolve, reject) => {
    const log: string[] = [];
    const server = startServer(variables, {
      onLine: (line) => /^http\S+\/setup\?token=/.test(line) && resolve({ server, setUpLink: line }),
      onLog: (line) => log.push(line),
    });
    void server.ended.then((code) => reject(new Error(`The server ended with ${code}.\n${log.join('\n')}`)));
  });
}

const inHalfAYear = () => new Date(Date.now() + 180 * 86_400_000).toISOString().slice(0, 10);

test('SES-16: from an empty start to the first invitation, everything typed into pages, in less than five minutes', async () => {
  const { setUpLink, tenant, url } = await startEmpty();
  const page = await browser.newPage();
  const begun = performance.now();
  let looking = 0;
  const look = async () => {
    const from = performance.now();
    expect(await barriersOn(page)).toEqual([]);
    looking += performance.now() - from;
  };
  const heading = (name: string) => page.getByRole('heading', { name, exact: true, level: 1 }).waitFor();
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

  await page.goto(setUpLink);
  await look();
  await page.getByLabel('Name of the workspace').fill('Contoso Vault');
  await press('Save the name');

  await heading('Connect Microsoft Entra');
  await look();
  await page.getByLabel('Directory (tenant) ID').fill(tenant.issuer);
  await page.getByLabel('Application (client) ID').fill(tenant.clientId);
  await page.getByLabel(/^Client secret/).fill('copied-the-wrong-value');
  await page.getByLabel(/expires on/).fill(inHalfAYear());
  await page.locator('form[action$="/draft"] button').click();
  await page.getByRole('link', { name: 'Test the configuration' }).click();
  await page.getByRole('button', { name: 'Sam Okafor' }).click();
  await heading('The test failed');
  expect(await page.locator('main').innerText()).toContain('7000215');
  await look();

  await page.getByRole('link', { name: 'Back to the configuration' }).click();
  await page.getByText('Add another secret or certificate').click();
  await page.getByLabel(/^Client secret/).fill(tenant.clientSecret);
  await page.getByLabel(/expires on/).fill(inHalfAYear());
  await press('Add the secret');
  await page.getByRole('link', { name: 'Test the configuration' }).click();
  await page.getByRole('button', { name: 'Sam Okafor' }).click();
  await heading('The test went well');
  await look();
  await press('Switch on');

  await heading('Mail');
  await look();
  await page.getByLabel('Server API token').fill('00000000-0000-0000-0000-000000000000');
  await page.getByLabel('Sender address').fill('door@contoso.example');
  await page.getByLabel('Where the test mail goes').fill('sam@contoso.example');
  await press('Save and send a test mail');
  await page.getByText('ErrorCode 10').waitFor();
  expect(await page.getByLabel('Sender address').inputValue()).toBe('door@contoso.example');
  await look();
  await page.getByLabel('Server API token').fill(tenant.postmarkToken);
  await press('Save and send a test mail');
  await page.getByRole('heading', { name: 'The test mail has left' }).waitFor();
  expect(tenant.mails().map(({ to, subject }) => [to, subject])).toEqual([['sam@contoso.example', 'Test mail of Contoso Vault']]);
  await look();
  await press('Switch it on');

  await heading('Become the administrator');
  await look();
  await page.getByRole('link', { name: 'Sign in with Microsoft' }).click(); // Microsoft remembers Sam from the test
  await page.getByText('You are the first administrator.').waitFor();
  await look();
  await page.getByRole('link', { name: 'Send the first invitations' }).click();
  await inviteMia(page);
  await until('the invitation', () =>
    tenant.mails().some(({ to, subject }) => to === 'mia@contoso.example' && subject.includes('Vault')),
  );
  const seconds = (performance.now() - begun - looking) / 1000;
  console.log(`From the set-up link to the first invitation: ${seconds.toFixed(1)} s for a machine that reads nothing.`);
  expect(seconds).toBeLessThan(60);
  await page.goto(`${url}/admin/mail`);
  await heading('Mail');
  await look();
  await page.close();
});

async function inviteMia(page: Page): Promise<void> {
  const who = page.getByLabel('Who', { exact: true });
  const eMails = page.getByRole('button', { name: 'E-mails', exact: true });
  await who.or(eMails).first().waitFor();
  if (!(await who.isVisible())) await eMails.click();
  await who.fill('mia@contoso.example');
  for (const next of ['Next: options', 'Next: user groups', 'Review']) await page.getByRole('button', { name: next }).click();
  await page.getByRole('button', { name: /^Send 1/ }).click();
}

test('WEB-20: the set-up by keyboard alone, without a script', async () => {
  const { setUpLink, tenant, url } = await startEmpty();
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(setUpLink);
  await reach(page, 'name');
  await page.keyboard.type('Contoso Vault');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${url}/setup/sign-on/configure`);
  await page.goto(`${url}/setup/mail`);
  await reach(page, 'postmarkToken');
  await page.keyboard.type(tenant.postmarkToken);
  await page.keyboard.press('Tab');
  await page.keyboard.type('door@contoso.example');
  await page.keyboard.press('Tab');
  await page.keyboard.type('sam@contoso.example');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'The test mail has left' }).waitFor();
  expect(tenant.mails()).toHaveLength(1);
  await context.close();
});

/** By the Tab key, as somebody without a mouse. */
async function reach(page: Page, id: string): Promise<void> {
  for (let press = 0; press < 40; press += 1) {
    if (
      (await page
        .locator(':focus')
        .getAttribute('id', { timeout: 500 })
        .catch(() => null)) === id
    )
      return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`no way to #${id} by the Tab key`);
}
