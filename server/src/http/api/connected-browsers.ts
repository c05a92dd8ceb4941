import { pageQuery } from '@doorstep/shared/list';
import { Hono } from 'hono';
import * as v from 'valibot';
import { endBrowser, findConnectedBrowsers } from '../../store/connected-browser.ts';
import { newId } from '../../store/new-id.ts';
import type { Env } from '../env.ts';
import { browserShown } from '../shown.ts';
import { answer } from './answer.ts';
import { freshSignInNeeded } from './fresh-sign-in.ts';
import { pageOf } from './page-of.ts';
import { problem } from './problem.ts';
import { readQuery } from './read-body.ts';

const Query = v.strictObject(pageQuery);

export const connectedBrowsers = new Hono<Env>()
  .get('/', async (c) => {
    const query = readQuery(c, Query);
    if ('refusal' in query) return query.refusal;
    const { limit } = query.value;
    const rows = await findConnectedBrowsers(c.var.deps.store, { ...query.value, limit: limit + 1 }, c.var.now);
    return answer(c, 200, pageOf(rows, limit, browserShown));
  })
  .delete('/:id', async (c) => {
    const { browser, deps, now, trace } = c.var;
    const id = c.req.param('id');
    if (id !== browser.browser.id) return freshSignInNeeded(c, '/admin/browsers'); // others are ended on the page
    const isEnded = await endBrowser(deps.store, { id }, { by: browser.member.id, auditId: newId('aud'), now, trace });
    return isEnded ? answer(c, 204, null) : problem(c, 'not-found');
  });
