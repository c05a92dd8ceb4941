import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { env, execPath, platform } from 'node:process';
import { fileURLToPath } from 'node:url';

const CACHE = fileURLToPath(new URL('../.cache/browsers', import.meta.url));
const DOWNLOAD_LIMIT = 60_000;
const INSTALL_LIMIT = 5 * 60_000;

const ADVICE =
  'No Chromium was found, and none could be fetched. Install one (Debian: apt install chromium; macOS: brew install chromium), ' +
  'or set the variable CHROMIUM to its executable. Google Chrome itself does not do: it no longer loads extensions from a folder on request.';

/**
 * Path of a Chromium that loads unpacked extensions: the variable CHROMIUM, the usual places, else one is fetched, which is announced
 * by `say`. Throws with a sentence that says what to do.
 */
export function findChromium(say: (line: string) => void): string {
  if (env.CHROMIUM) {
    if (existsSync(env.CHROMIUM)) return env.CHROMIUM;
    throw new Error('The variable CHROMIUM names a file that does not exist.');
  }
  const found = installedChromium() ?? (isDebianRoot() ? installByApt(say) : undefined) ?? download(say);
  if (!found) throw new Error(ADVICE);
  return found;
}

function installedChromium(): string | undefined {
  const onPath = (env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => ['chromium', 'chromium-browser'].map((name) => join(folder, name)));
  return [...usualPlaces(), ...(platform === 'win32' ? [] : onPath), ...downloaded(CACHE), ...downloaded(playwrightCache())].find(
    existsSync,
  );
}

function usualPlaces(): string[] {
  switch (platform) {
    case 'darwin':
      return ['/Applications', join(homedir(), 'Applications')].map((folder) =>
        join(folder, 'Chromium.app/Contents/MacOS/Chromium'),
      );
    case 'win32':
      return [env.LOCALAPPDATA, env.PROGRAMFILES, env['PROGRAMFILES(X86)']].flatMap((folder) =>
        folder ? [join(folder, 'Chromium', 'Application', 'chrome.exe')] : [],
      );
    default:
      return ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/snap/bin/chromium'];
  }
}

/** Where Playwright keeps the browsers that somebody else of this machine has fetched with it. */
function playwrightCache(): string {
  if (platform === 'darwin') return join(homedir(), 'Library/Caches/ms-playwright');
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? homedir(), 'ms-playwright');
  return join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ms-playwright');
}

/** Executables in a folder of Playwright's, newest first. Its build has had several names inside over the years. */
function downloaded(folder: string): string[] {
  const builds = existsSync(folder) ? readdirSync(folder).filter((name) => /^chromium-\d+$/.test(name)) : [];
  return builds
    .sort()
    .reverse()
    .flatMap((build) =>
      readdirSync(join(folder, build))
        .filter((name) => name.startsWith('chrome-'))
        .flatMap((name) =>
          [
            'chrome',
            'chrome.exe',
            'Chromium.app/Contents/MacOS/Chromium',
            'Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
          ].map((executable) => join(folder, build, name, executable)),
        ),
    );
}

/** Root on Debian or Ubuntu means a container: installing there is nobody's surprise. */
function isDebianRoot(): boolean {
  if (platform !== 'linux' || process.getuid?.() !== 0) return false;
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(release);
}

function installByApt(say: (line: string) => void): string | undefined {
  say('No Chromium here. Installing it: apt-get update && apt-get install -y chromium');
  const options = { timeout: INSTALL_LIMIT, env: { ...env, DEBIAN_FRONTEND: 'noninteractive' } };
  const run = (...args: string[]) => spawnSync('apt-get', ['-qq', ...args], options).status === 0;
  if (!run('update') || !run('install', '-y', 'chromium')) say('apt-get could not install it.');
  return installedChromium();
}

function download(say: (line: string) => void): string | undefined {
  say('No Chromium here. Fetching the one of Playwright into .cache (60 seconds at most).');
  const cli = join(dirname(createRequire(import.meta.url).resolve('playwright-core/package.json')), 'cli.js');
  const options = { timeout: DOWNLOAD_LIMIT, env: { ...env, PLAYWRIGHT_BROWSERS_PATH: CACHE } };
  const { status } = spawnSync(execPath, [cli, 'install', '--no-shell', 'chromium'], options);
  if (status !== 0) say('That did not work.');
  return installedChromium();
}
