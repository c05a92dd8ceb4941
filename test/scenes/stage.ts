import { join } from 'node:path';
import { type BrowserContext, chromium, type Page, type Worker } from 'playwright-core';
import { EXTENSION, ROOT } from '../build.ts';
import { type FreshWorkspace, startFreshWorkspace } from '../fresh-workspace.ts';
import type { Audience, Moment } from './moments.ts';

const POPUP = { width: 360, height: 600 };
const PATIENCE = 20_000; // what does not come by then is named in the failure
const WINDOW = { width: 960, height: 640 };

export interface StageOptions {
  /** Path of the Chromium. */
  chromium: string;
  audience: Audience;
  /** Pixels per point: 2 for pictures. Default 1. */
  scale?: number;
}

/** Everything the scenes play with, all of it fresh: a workspace with its tenant, and one Chromium with a profile for each person. */
export interface Stage {
  readonly workspace: FreshWorkspace;
  /** The administrator's profile: the one that has the extension. */
  readonly administrator: BrowserContext;
  /** A page of the administrator at the size of the popup, with the popup in it. */
  openPopup(): Promise<Page>;
  /** A page in a new profile: another person's browser. */
  newcomer(): Promise<Page>;
  /** Text on the toolbar's badge. */
  badge(): Promise<string>;
  /** What the extension keeps. */
  kept(): Promise<Record<string, unknown>>;
  show(moment: Moment, page: Page): Promise<void>;
  /** Every value that must stay secret and that the browsers have been given so far: cookies and tokens. */
  secrets(): Promise<Set<string>>;
  close(): Promise<void>;
}

export async function setStage({ chromium: executablePath, audience, scale = 1 }: StageOptions): Promise<Stage> {
  const workspace = await startFreshWorkspace();
  const administrator = await startChromium(executablePath, scale);
  administrator.setDefaultTimeout(PATIENCE);
  const worker = administrator.serviceWorkers()[0] ?? (await administrator.waitForEvent('serviceworker'));
  const profiles: BrowserContext[] = [administrator];
  const secrets = new Set<string>();
  const stage: Stage = {
    workspace,
    administrator,
    openPopup: () => openPopup(administrator, worker),
    async newcomer() {
      const profile = await administrator.browser()!.newContext({ viewport: WINDOW, deviceScaleFactor: scale });
      profile.setDefaultTimeout(PATIENCE);
      profiles.push(profile);
      return profile.newPage();
    },
    badge: () => worker.evaluate(() => chrome.action.getBadgeText({})),
    kept: () => worker.evaluate(() => chrome.storage.local.get(null)),
    async show(moment, page) {
      await collect(secrets, profiles, stage);
      await audience(moment, page, stage);
    },
    secrets: async () => collect(secrets, profiles, stage),
    async close() {
      await administrator.close();
      await workspace.stop();
    },
  };
  return stage;
}

function startChromium(executablePath: string, scale: number): Promise<BrowserContext> {
  const extension = join(ROOT, EXTENSION);
  return chromium.launchPersistentContext('', {
    executablePath,
    headless: true,
    args: [`--disable-extensions-except=${extension}`, `--load-extension=${extension}`], // both are needed
    viewport: WINDOW,
    deviceScaleFactor: scale,
  });
}

/** In a tab: what the toolbar opens is no page that can be driven. */
async function openPopup(profile: BrowserContext, worker: Worker): Promise<Page> {
  const page = await profile.newPage();
  await page.setViewportSize(POPUP);
  await page.goto(new URL('popup.html', worker.url()).href);
  return page;
}

async function collect(secrets: Set<string>, profiles: readonly BrowserContext[], stage: Stage): Promise<Set<string>> {
  const { token } = await stage.kept();
  if (typeof token === 'string') secrets.add(token);
  for (const profile of profiles) for (const { value } of await profile.cookies(stage.workspace.url)) secrets.add(value);
  return secrets;
}
