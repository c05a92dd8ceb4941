import type { FieldError } from '@doorstep/shared/problem';
import { Hono } from 'hono';
import { findAccessRequests } from '../../../store/access-request.ts';
import { findSummary } from '../../../store/summary.ts';
import { pageOf } from '../../api/page-of.ts';
import type { Ctx, Env } from '../../env.ts';
import { accessRequestShown } from '../../shown.ts';
import { requestsPage } from '../../views/requests.ts';
import { page } from '../page.ts';
import { adminShellOf, choiceIn, cursorIn, ENTRIES } from './admin-page.ts';
import { outcomeIn } from './many-outcome.ts';

/** Who waits, and below what became of the others. */
export const requests = new Hono<Env>().get('/', (c) => showRequests(c));

export async function showRequests(c: Ctx, status: 200 | 422 = 200, errors: FieldError[] = []): Promise<Response> {
  const openCursor = cursorIn(c, 'open', 'req');
  const decidedCursor = cursorIn(c, 'decided', 'req');
  const [open, decided] = await Promise.all([listed(c, 'open', openCursor), listed(c, 'not-open', decidedCursor)]);
  const isAllTicked = choiceIn(c, 'select', ['all']) !== null;
  const { decisionTime: usualTime } = await findSummary(c.var.deps.store);
  const lists = { open, decided, openCursor, decidedCursor, isAllTicked, usualTime };
  return page(c, requestsPage({ ...(await adminShellOf(c)), ...lists, outcome: outcomeIn(c), errors }), status);
}

async function listed(c: Ctx, state: 'open' | 'not-open', cursor: string | null) {
  const wanted = { state, limit: ENTRIES + 1, ...(cursor === null ? {} : { cursor }) };
  const rows = await findAccessRequests(c.var.deps.store, wanted, c.var.now);
  return pageOf(rows, ENTRIES, (row) => accessRequestShown(row, c.var.now));
}
