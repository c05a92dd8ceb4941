import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BrowserContext, chromium } from 'playwright-core';
import { buildExtension, EXTENSION, ROOT } from '../build.ts';
import { findChromium } from '../chromium.ts';
import type { Line, Measure } from './report.ts';
import { inTurns } from './rounds.ts';

const CODE = ['.html', '.js', '.css'];
const BARE = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Bare</title><body><p>Bare</p></body></html>';

/** What the browser loads for the popup's first screen, what it can load, and when the first is seen, against a page of one line beside it. */
export const popup: Measure = {
  title: 'Popup',
  async run() {
    await buildExtension();
    const folder = await mkdtemp(join(tmpdir(), 'doorstep-bench-'));
    await cp(join(ROOT, EXTENSION), join(folder, 'extension'), { recursive: true });
    await writeFile(join(folder, 'extension/bare.html'), BARE);
    const extension = join(folder, 'extension');
    const { paint, loaded } = await openings(folder);
    const lines = [
      sizeLine('first screen, gzip', await compressedSize(extension, (file) => loaded.has(basename(file))), '20 kB'),
      sizeLine('all code, gzip', await compressedSize(extension, (file) => file !== 'bare.html'), ''),
      paint,
    ];
    await rm(folder, { recursive: true, force: true });
    return lines;
  },
};

const sizeLine = (what: string, bytes: number, target: string): Line => ({
  what,
  measured: `${(bytes / 1000).toFixed(1)} kB`,
  floor: '',
  ratio: '',
  target,
});

async function compressedSize(folder: string, isCounted: (file: string) => boolean): Promise<number> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => CODE.includes(extname(file)) && isCounted(file));
  const sizes = await Promise.all(files.map(async (file) => gzipSync(await readFile(join(folder, file)), { level: 9 }).length));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function openings(folder: string): Promise<{ paint: Line; loaded: Set<string> }> {
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
  const loaded = await filesLoaded(context, `${origin}/popup.html`);
  await context.close();
  const paint = {
    what: 'first paint',
    measured: `${page.toFixed(0)} ms`,
    floor: `${bare.toFixed(0)} ms`,
    ratio: `${page < bare ? '' : '+'}${(page - bare).toFixed(0)} ms`,
    target: '+10 ms',
  };
  return { paint, loaded };
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

/** Names of the files that the browser reads for a page until it is idle. */
async function filesLoaded(context: BrowserContext, url: string): Promise<Set<string>> {
  const page = await context.newPage();
  const names = new Set<string>();
  page.on('request', (request) => names.add(basename(new URL(request.url()).pathname)));
  await page.goto(url, { waitUntil: 'networkidle' });
  await page.close();
  return names;
}
