import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BrowserContext, chromium } from 'playwright-core';
import { buildExtension, EXTENSION, ROOT } from '../build.ts';
import { findChromium } from '../chromium.ts';
import type { Line, Measure } from './report.ts';
import { inTurns } from './rounds.ts';

const CODE = ['.html', '.js', '.css'];
const BARE = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Bare</title><body><p>Bare</p></body></html>';

/** What the browser loads for the popup, and when the first of it is seen, against a page of one line in the same extension. */
export const popup: Measure = {
  title: 'Popup',
  async run() {
    await buildExtension();
    const folder = await mkdtemp(join(tmpdir(), 'doorstep-bench-'));
    await cp(join(ROOT, EXTENSION), join(folder, 'extension'), { recursive: true });
    await writeFile(join(folder, 'extension/bare.html'), BARE);
    const lines = [sizeLine(await compressedSize(join(folder, 'extension'))), await paintLine(folder)];
    await rm(folder, { recursive: true, force: true });
    return lines;
  },
};

const sizeLine = (bytes: number): Line => ({
  what: 'all code, gzip',
  measured: `${(bytes / 1000).toFixed(1)} kB`,
  floor: '',
  ratio: '',
  target: '20 kB',
});

async function compressedSize(folder: string): Promise<number> {
  const files = (await readdir(folder, { recursive: true })).filter(
    (file) => CODE.includes(extname(file)) && file !== 'bare.html',
  );
  const sizes = await Promise.all(files.map(async (file) => gzipSync(await readFile(join(folder, file)), { level: 9 }).length));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function paintLine(folder: string): Promise<Line> {
  const extension = join(folder, 'extension');
  const context = await chromium.launchPersistentContext(join(folder, 'profile'), {
    executablePath: findChromium(console.error),
    headless: true,
    args: [`--disable-extensions-except=${extension}`, `--load-extension=${extension}`],
  });
  const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
  const origin = `chrome-extension://${new URL(worker.url()).host}`;
  const { page, bare } = await inTurns(
    { page: () => firstPaint(context, `${origin}/popup.html`), bare: () => firstPaint(context, `${origin}/bare.html`) },
    15,
  );
  await context.close();
  return {
    what: 'first paint',
    measured: `${page.toFixed(0)} ms`,
    floor: `${bare.toFixed(0)} ms`,
    ratio: `${page < bare ? '' : '+'}${(page - bare).toFixed(0)} ms`,
    target: '+10 ms',
  };
}

async function firstPaint(context: BrowserContext, url: string): Promise<number> {
  const page = await context.newPage();
  await page.goto(url);
  const time = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) => resolve(list.getEntries()[0]!.startTime)).observe({ type: 'paint', buffered: true });
      }),
  );
  await page.close();
  return time;
}
