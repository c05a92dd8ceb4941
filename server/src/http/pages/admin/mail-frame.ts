import type { MemberId } from '@doorstep/shared/ids';
import { Hono } from 'hono';
import { openMail } from '../../../actions/open-mail.ts';
import type { Env } from '../../env.ts';
import { memberOf } from '../../middleware/access.ts';
import { errorPageOf } from '../error-pages.ts';

/**
 * The HTML of one mail, for the frame on its page. A document with a policy of its own: nothing is loaded or run, and it has no origin; its
 * links may open a new tab, nothing else.
 */
export const mailFrame = new Hono<Env>().get('/:id/html', async (c) => {
  const { deps, trace, now } = c.var;
  const opened = await openMail(deps, memberOf(c).id as MemberId, c.req.param('id'), trace, now);
  if (opened.outcome !== 'opened') return errorPageOf(c, 'not-found');
  c.set('framePolicy', `${policy}; frame-ancestors ${deps.publicUrl}`);
  return c.html(inNewTabs(opened.mail.html));
});

const policy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; sandbox allow-popups allow-popups-to-escape-sandbox";

/** Mail programs open links elsewhere by themselves; a frame has to be told. */
const inNewTabs = (html: string) => html.replace('<head>', '<head><base target="_blank">');
