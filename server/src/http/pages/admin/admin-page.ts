import { isId } from '../../../store/new-id.ts';
import { findSummary } from '../../../store/summary.ts';
import type { Ctx } from '../../env.ts';
import { memberOf } from '../../middleware/access.ts';
import { recordRefused } from '../../record-refused.ts';
import { type Exit, errorPage } from '../../views/error.ts';
import type { AdminShell } from '../../views/layout.ts';
import { isDoneCode } from '../../views/notice.ts';
import { page, shellOf } from '../page.ts';
import { viewerOf } from '../welcome.ts';

/** Entries of one page of a list. */
export const ENTRIES = 50;
const MOST_SEARCHED = 200;

/** What every page of the administration needs. */
export async function adminShellOf(c: Ctx): Promise<AdminShell> {
  const { openAccessRequests } = await findSummary(c.var.deps.store);
  const done = c.req.method === 'GET' ? c.req.query('done') : undefined;
  return {
    ...(await shellOf(c)),
    viewer: viewerOf(c),
    openAccessRequests,
    done: isDoneCode(done) ? done : null,
  };
}

/** The id after which a list goes on; what is no id of this list gives its first page. */
export function cursorIn(c: Ctx, name: string, prefix: string): string | null {
  const cursor = c.req.query(name) ?? '';
  return isId(prefix, cursor) ? cursor : null;
}

export const searchIn = (c: Ctx): string => (c.req.query('q') ?? '').trim().slice(0, MOST_SEARCHED);

/** One of `values`, null for anything else: a filter that does not exist filters nothing. */
export const choiceIn = <Value extends string>(c: Ctx, name: string, values: readonly Value[]): Value | null =>
  values.find((value) => value === c.req.query(name)) ?? null;

/** A refusal changes nothing, but is written down (AUD-01). `about` is the id of what was to be changed. */
export const recordRefusedWrite = (c: Ctx, because: string, about: string | null): Promise<unknown> =>
  recordRefused(c, 'write.refused', { by: memberOf(c).id, about, facts: { because, path: c.req.routePath } });

/** Where nothing could be done: why, and the way on. */
export const conflictPage = async (c: Ctx, title: string, sentence: string, exit: Exit): Promise<Response> =>
  page(c, errorPage({ ...(await shellOf(c)), status: 409, title, sentence, reference: c.var.requestId, exits: [exit] }), 409);

/** The store refused because whoever pressed lost the office in the same moment. */
export async function noOfficePage(c: Ctx, about: string): Promise<Response> {
  await recordRefusedWrite(c, 'no-administrator-any-more', about);
  const sentence = 'Somebody changed your membership in the same moment, so what you pressed changed nothing.';
  return conflictPage(c, 'You are no administrator any more', sentence, { href: '/welcome', text: 'Go to your page' });
}
