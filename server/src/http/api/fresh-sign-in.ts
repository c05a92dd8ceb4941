import type { Ctx } from '../env.ts';
import { recordRefused } from '../record-refused.ts';
import { problem } from './problem.ts';

/** To the extension's token: this is done on that page, after a fresh sign-in (CONTRACT.md, 6). */
export async function freshSignInNeeded(c: Ctx, path: string): Promise<Response> {
  const { deps, browser } = c.var;
  const facts = { because: 'fresh-sign-in-needed', path: c.req.routePath };
  await recordRefused(c, 'api.refused', { by: browser.member.id, about: browser.browser.id, facts });
  return problem(c, 'fresh-sign-in-needed', { facts: { url: deps.publicUrl + path } });
}
