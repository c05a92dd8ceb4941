import type { MemberId } from '@doorstep/shared/ids';
import { Hono } from 'hono';
import { openMail } from '../../../actions/open-mail.ts';
import type { Env } from '../../env.ts';
import { administratorsOnly, memberOf } from '../../middleware/access.ts';
import { dataHeaders } from '../../middleware/headers.ts';
import { loadSession } from '../../middleware/session.ts';
import { refuse } from '../../refuse.ts';

/**
 * The HTML of one mail, for the frame on its page. A document of its own with a policy of its own: nothing is loaded or run, and it has
 * no origin; its links may open a new tab, nothing else. Mounted before the pages, whose policy would replace this one.
 */
export const mailFrame = (publicUrl: string) =>
  new Hono<Env>().get('/admin/mail/:id/html', dataHeaders(publicUrl), loadSession, administratorsOnly, async (c) => {
    const { deps, trace, now } = c.var;
    const opened = await openMail(deps, memberOf(c).id as MemberId, c.req.param('id'), trace, now);
    if (opened.outcome !== 'opened') return refuse(c, 'not-found');
    c.header('Content-Security-Policy', `${policy}; frame-ancestors ${publicUrl}`);
    c.header('X-Frame-Options', 'SAMEORIGIN');
    return c.html(inNewTabs(opened.mail.html));
  });

const policy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; sandbox allow-popups allow-popups-to-escape-sandbox";

/** Mail programs open links elsewhere by themselves; a frame has to be told. */
const inNewTabs = (html: string) => html.replace('<head>', '<head><base target="_blank">');
