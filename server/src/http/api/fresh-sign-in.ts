import { recordRefusal } from '../../store/audit.ts';
import { newId } from '../../store/new-id.ts';
import type { Ctx } from '../env.ts';
import { problem } from './problem.ts';

/** To the extension's token: this is done on that page, after a fresh sign-in (CONTRACT.md, 6). */
export async function freshSignInNeeded(c: Ctx, path: string): Promise<Response> {
  const { deps, browser, now, trace } = c.var;
  await recordRefusal(deps.store, {
    id: newId('aud'),
    at: now,
    what: 'api.refused',
    by: browser.member.id,
    about: browser.browser.id,
    facts: { because: 'fresh-sign-in-needed', path: c.req.routePath },
    trace,
  });
  return problem(c, 'fresh-sign-in-needed', { facts: { url: deps.publicUrl + path } });
}
