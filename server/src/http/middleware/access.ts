import { createMiddleware } from 'hono/factory';
import type { MemberRow } from '../../store/member.ts';
import type { Session } from '../../store/session.ts';
import type { Ctx, Env } from '../env.ts';
import { errorPageOf, signInFirstPage } from '../pages/error-pages.ts';
import { recordRefused } from '../record-refused.ts';

/** Access is declared where the route is: members, administrators. Anybody else learns what to do instead. */
export const membersOnly = createMiddleware<Env>(async (c, next) => (isMember(c) ? next() : turnAway(c)));

export const administratorsOnly = createMiddleware<Env>(async (c, next) => {
  if (!isMember(c)) return turnAway(c);
  return memberOf(c).role === 'administrator' ? next() : refuseMember(c);
});

/** Somebody who is known and tries a door that is not theirs: one audit row (AUD-01). */
async function refuseMember(c: Ctx): Promise<Response> {
  const facts = { because: 'not-allowed', method: c.req.method };
  await recordRefused(c, 'page.refused', { by: memberOf(c).id, facts });
  return errorPageOf(c, 'not-allowed');
}

const isMember = (c: Ctx): boolean => c.var.session?.kind === 'member';

function turnAway(c: Ctx): Promise<Response> {
  const { session } = c.var;
  if (session?.kind === 'waiting') return errorPageOf(c, 'still-waiting');
  return session ? errorPageOf(c, 'not-allowed') : signInFirstPage(c);
}

/** Behind `membersOnly` or `administratorsOnly`. */
export const memberSession = (c: Ctx): Session & { member: MemberRow } => {
  const { session } = c.var;
  if (session?.kind !== 'member' || !session.member) throw new Error('a route without membersOnly asks for its member');
  return session as Session & { member: MemberRow };
};
export const memberOf = (c: Ctx): MemberRow => memberSession(c).member;
