import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import process, { env, platform } from 'node:process';
import { chromium } from 'playwright-core';
import { buildExtension, EXTENSION, ROOT } from './build.ts';
import { findChromium } from './chromium.ts';

/** `npm run browser`: Chromium with the extension loaded and the workspace of `npm start` in its first tab, until it is closed. */
process.exit(await openBrowser().catch((error: Error) => complain(error.message)));

async function openBrowser(): Promise<number> {
  if (platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY)
    return complain(
      'There is no display here to open a browser on. npm run tour plays everything without one and takes pictures.',
    );
  await buildExtension();
  const profile = join(ROOT, '.cache/profile'); // stays connected from one time to the next
  mkdirSync(profile, { recursive: true });
  const extension = join(ROOT, EXTENSION);
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium(console.log),
    headless: false,
    chromiumSandbox: process.getuid?.() !== 0, // which Chromium refuses to build for root
    viewport: null,
    args: [`--disable-extensions-except=${extension}`, `--load-extension=${extension}`],
    ignoreDefaultArgs: ['--enable-automation'],
  });
  const closed = new Promise((resolve) => browser.on('close', resolve));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void browser.close());
  await fillInWorkspace(browser);
  const page = browser.pages()[0] ?? (await browser.newPage());
  await page
    .goto(workspaceUrl())
    .catch(() => console.log(`Nobody answers at ${workspaceUrl()} yet: npm start starts the workspace.`));
  console.log(`The door icon is in the toolbar, behind the puzzle piece: pin it. Workspace address: ${workspaceUrl()}`);
  await closed;
  return 0;
}

function workspaceUrl(): string {
  return env.DOORSTEP_PUBLIC_URL ?? `http://localhost:${/:(\d+)$/.exec(env.DOORSTEP_LISTEN ?? '')?.[1] ?? '3000'}`;
}

/** As if it had been typed into the popup before; a profile that is connected keeps what it has. */
async function fillInWorkspace(browser: Awaited<ReturnType<typeof chromium.launchPersistentContext>>): Promise<void> {
  const worker = browser.serviceWorkers()[0] ?? (await browser.waitForEvent('serviceworker'));
  await worker.evaluate(async (workspace) => {
    const kept = await chrome.storage.local.get(null);
    if (!kept.token) await chrome.storage.local.set({ workspace });
  }, workspaceUrl());
}

function complain(sentence: string): number {
  console.error(`doorstep: ${sentence}`);
  return 1;
}
