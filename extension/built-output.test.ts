import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CHROMIUM_MANIFEST_KEY, GECKO_EXTENSION_ID } from '@doorstep/shared/extension-ids';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { build } from 'wxt';

let outDir: string;
beforeAll(async () => {
  vi.stubEnv('NODE_ENV', 'production'); // what is shipped, not what is tested with
  outDir = await mkdtemp(join(tmpdir(), 'doorstep-extension-'));
  const options = { root: import.meta.dirname, outDir, logger: silent(), mode: 'production' };
  await build({ ...options, browser: 'chrome', manifestVersion: 3 });
  await build({ ...options, browser: 'firefox', manifestVersion: 3 });
}, 60_000);
afterAll(() => {
  vi.unstubAllEnvs();
  return rm(outDir, { recursive: true });
});

const silent = () => {
  const nothing = () => {};
  return {
    debug: nothing,
    log: nothing,
    info: nothing,
    warn: nothing,
    error: console.error,
    fatal: console.error,
    success: nothing,
    level: 0,
  };
};
const filesOf = async (target: string) => {
  const names = (await readdir(join(outDir, target), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  return Promise.all(
    names.map(async (entry) => ({ name: entry.name, text: await readFile(join(entry.parentPath, entry.name), 'utf8') })),
  );
};

describe.each(['chrome-mv3', 'firefox-mv3'])('%s', (target) => {
  const manifest = async () => JSON.parse((await filesOf(target)).find(({ name }) => name === 'manifest.json')!.text);

  test('EXT-01: asks for identity, storage and alarms, reaches into no page, and is reached by none', async () => {
    const { permissions, ...rest } = await manifest();
    expect(permissions.toSorted()).toEqual(['alarms', 'identity', 'storage']);
    for (const key of [
      'host_permissions',
      'optional_host_permissions',
      'optional_permissions',
      'content_scripts',
      'web_accessible_resources',
      'externally_connectable',
    ])
      expect(rest, key).not.toHaveProperty(key);
  });

  test('EXT-02: nothing runs but the own files: CSP, no eval, no inline or remote code, no markup from text', async () => {
    const policy: string = (await manifest()).content_security_policy.extension_pages;
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src");
    expect(policy).not.toMatch(/unsafe|\*\.|data:|blob:/);
    for (const { name, text } of await filesOf(target)) {
      if (name.endsWith('.js')) {
        expect(text, name).not.toMatch(/\beval\(|new Function\(|importScripts|insertAdjacentHTML|outerHTML|document\.write/);
        expect(text, name).not.toMatch(/(import|from)\s*\(?["']https?:/);
        // Preact names innerHTML to set what a component hands it; no component does (below).
        expect(text.match(/innerHTML/g)?.length ?? 0, name).toBeLessThanOrEqual(4);
      }
      if (name.endsWith('.html')) {
        expect(text).not.toMatch(/ style=| on[a-z]+=|(src|href)="(https?:)?\/\//);
        for (const [, attributes, inside] of text.matchAll(/<script([^>]*)>([^<]*)/g))
          expect([/src=/.test(attributes!), inside]).toEqual([true, '']);
      }
    }
  });

  test('has the fixed id of its browser', async () => {
    const { key, browser_specific_settings: settings } = await manifest();
    if (target === 'chrome-mv3') expect(key).toBe(CHROMIUM_MANIFEST_KEY);
    else {
      expect(settings.gecko.id).toBe(GECKO_EXTENSION_ID);
      expect(settings.gecko.data_collection_permissions.required).toEqual(['authenticationInfo', 'personallyIdentifyingInfo']);
    }
  });
});

test('EXT-02: no component sets markup from text', async () => {
  for (const name of await readdir(join(import.meta.dirname, 'components'))) {
    const text = await readFile(join(import.meta.dirname, 'components', name), 'utf8');
    if (!name.includes('.test.')) expect(text, name).not.toMatch(/innerHTML/i);
  }
});

type File = Awaited<ReturnType<typeof filesOf>>[number];

/** What the browser reads before the popup's first picture: the page, its style, its script and whatever that imports at once. */
function firstLoad(files: File[]): File[] {
  const wanted = new Set(['popup.html']);
  for (const name of wanted) {
    const { text } = files.find((file) => file.name === name)!;
    for (const [, other] of text.matchAll(/(?<!\()["'`]\.?\/(?:\w+\/)?([\w.-]+\.(?:js|css))["'`]/g)) wanted.add(other!);
  }
  return files.filter(({ name }) => wanted.has(name));
}

const gzipped = (files: File[]) => files.reduce((sum, { text }) => sum + gzipSync(text, { level: 9 }).length, 0);

test('the first screen stays small, and so does all that popup and worker can load', async () => {
  const code = (await filesOf('chrome-mv3')).filter(({ name }) => /\.(js|css|html)$/.test(name));
  const atFirst = firstLoad(code);
  const [first, all] = [gzipped(atFirst), gzipped(code)];
  expect(atFirst.some(({ name }) => name.startsWith('wizard'))).toBe(false);
  console.info(
    `extension: ${(first / 1000).toFixed(1)} kB gzipped before the first picture, ${(all / 1000).toFixed(1)} kB in all`,
  );
  expect(first).toBeLessThan(29_000);
  expect(all).toBeLessThan(50_000);
});
