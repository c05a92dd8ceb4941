import { Hono } from 'hono';
import { findAccessRequests } from '../../../store/access-request.ts';
import { pageOf } from '../../api/page-of.ts';
import type { Ctx, Env } from '../../env.ts';
import { accessRequestShown } from '../../shown.ts';
import { requestsPage } from '../../views/requests.ts';
import { page } from '../page.ts';
import { adminShellOf, cursorIn, ENTRIES } from './admin-page.ts';

/** Who waits, and below what became of the others. */
export const requests = new Hono<Env>().get('/', async (c) => {
  const openCursor = cursorIn(c, 'open', 'req');
  const decidedCursor = cursorIn(c, 'decided', 'req');
  const [open, decided] = await Promise.all([listed(c, 'open', openCursor), listed(c, 'not-open', decidedCursor)]);
  return page(c, requestsPage({ ...(await adminShellOf(c)), open, decided, openCursor, decidedCursor }));
});

async function listed(c: Ctx, state: 'open' | 'not-open', cursor: string | null) {
  const wanted = { state, limit: ENTRIES + 1, ...(cursor === null ? {} : { cursor }) };
  const rows = await findAccessRequests(c.var.deps.store, wanted, c.var.now);
  return pageOf(rows, ENTRIES, (row) => accessRequestShown(row, c.var.now));
}
