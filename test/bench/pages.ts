import { gzipSync } from 'node:zlib';
import { everyPage } from '@doorstep/server/http/views/every-page';
import { everydayWords } from '@doorstep/server/http/views/sample-facts';
import type { Line, Measure } from './report.ts';

const ROWS = 50;
const TARGET = '14 kB';

/** What a page weighs on its first visit but for a script, which few have. Each is the largest of its kind, by the beginning of its samples' names. */
const kinds = {
  'guest: by code': /^guest(-|$)/,
  'guest: the invitation': /^join-guest$/,
  'sign in with a passkey': /^sign-in-passkey/,
  passkeys: /^passkey/,
  settings: /^settings/,
  'Force SSO, 50 guests': /^force-sso/,
  'break-glass list': /^break-glass/,
  domains: /^domains/,
  'connect Microsoft Entra': /^(connect-entra|sign-on)/,
  'set-up, each step': /^setup/,
  mail: /^mail/,
  'many requests at once': /^requests-many/,
  'left behind': /^left-behind/,
  'still needed?': /^renew/,
  'any page of all': /./,
};

/** The pages as samples of the tests show them, lists with 50 rows, as gzip sends them. */
export const pages: Measure = {
  title: 'Page, all that is loaded, gzip',
  async run() {
    const shown = Object.entries(everyPage(everydayWords, ROWS));
    const sizes = await Promise.all(shown.map(async ([name, page]) => ({ name, bytes: gzipSync(String(await page)).length })));
    return Object.entries(kinds).map(([what, kind]) =>
      line(
        what,
        sizes.filter(({ name }) => kind.test(name)).map(({ bytes }) => bytes),
      ),
    );
  },
};

const line = (what: string, bytes: readonly number[]): Line => ({
  what,
  measured: `${(Math.max(...bytes) / 1000).toFixed(1)} kB`,
  floor: '',
  ratio: '',
  target: TARGET,
});
