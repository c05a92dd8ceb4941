import { Hono } from 'hono';
import type { Deps } from '../../../actions/deps.ts';
import { endBrowser, findConnectedBrowser, findConnectedBrowsers } from '../../../store/connected-browser.ts';
import { newId } from '../../../store/new-id.ts';
import { pageOf } from '../../api/page-of.ts';
import type { Ctx, Env } from '../../env.ts';
import { memberOf } from '../../middleware/access.ts';
import { browserShown } from '../../shown.ts';
import { browsersPage } from '../../views/browsers.ts';
import { confirmPage } from '../../views/confirm.ts';
import { nameOf } from '../../views/text.ts';
import { errorPageOf } from '../error-pages.ts';
import { readForm } from '../form-body.ts';
import { page } from '../page.ts';
import { adminShellOf, cursorIn, ENTRIES } from './admin-page.ts';

const LIST = '/admin/browsers';

/** The extensions that may act for administrators. */
export const browsers = new Hono<Env>()
  .get('/', async (c) => {
    const { deps, now } = c.var;
    const cursor = cursorIn(c, 'cursor', 'brw');
    const wanted = { limit: ENTRIES + 1, ...(cursor === null ? {} : { cursor }) };
    const rows = await findConnectedBrowsers(deps.store, wanted, now);
    const shown = pageOf(rows, ENTRIES, browserShown);
    return page(c, browsersPage({ ...(await adminShellOf(c)), browsers: shown, browserNames: namesOf(deps), cursor }));
  })
  .post('/:id/disconnect', async (c) => {
    const { deps, now, trace } = c.var;
    const id = c.req.param('id');
    const browser = await findConnectedBrowser(deps.store, id);
    if (!browser) return errorPageOf(c, 'not-found');
    if (browser.endedAt === null && (await readForm(c)).get('confirmed') !== 'yes') return askFirst(c, id, browser.memberName);
    // one that has ended meanwhile is as disconnected as was wanted
    await endBrowser(deps.store, { id }, { by: memberOf(c).id, auditId: newId('aud'), now, trace });
    return c.redirect(`${LIST}?done=disconnected`, 303);
  });

const namesOf = ({ extensionClients }: Deps): Record<string, string> =>
  Object.fromEntries(
    extensionClients.map(({ clientId, origin }) => [
      clientId,
      origin === 'any-moz-extension' ? 'Firefox' : 'Chrome, Edge or Chromium',
    ]),
  );

async function askFirst(c: Ctx, id: string, memberName: string | null): Promise<Response> {
  const name = nameOf({ name: memberName });
  const sentence = `The extension in this browser stops acting for ${name} now. ${name} stays signed in on pages and can connect it again.`;
  const asked = { title: `Disconnect the browser of ${name}?`, sentence, button: 'Disconnect the browser', isDestructive: true };
  const rest = { room: 'browsers', action: `${LIST}/${id}/disconnect`, fields: [['confirmed', 'yes']], back: LIST } as const;
  return page(c, confirmPage({ ...(await adminShellOf(c)), ...asked, ...rest, fields: [...rest.fields] }));
}
