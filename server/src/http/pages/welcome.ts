import type { MemberId } from '@doorstep/shared/ids';
import { Hono } from 'hono';
import { mayHavePasskeys } from '../../domain/passkey.ts';
import { hasEnded } from '../../domain/session.ts';
import { findFirstSteps } from '../../store/first-steps.ts';
import { endSessions } from '../../store/member.ts';
import { newId } from '../../store/new-id.ts';
import { findSessionsOf } from '../../store/session.ts';
import { findUserGroupNames, userGroupIdsOf } from '../../store/user-group.ts';
import { dropSessionToken, hideFirstSteps, hidesFirstSteps, takeArrival } from '../cookies.ts';
import type { Ctx, Env } from '../env.ts';
import { memberOf, membersOnly } from '../middleware/access.ts';
import { memberShown } from '../shown.ts';
import { groupsNamed } from '../views/group-chips.ts';
import type { Arrival } from '../views/welcome.ts';
import { welcomePage } from '../views/welcome.ts';
import { page, shellOf } from './page.ts';

/** A member's own page. */
export const welcome = new Hono<Env>()
  .get('/welcome', membersOnly, async (c) => {
    const member = memberOf(c);
    const { store } = c.var.deps;
    const groupIds = (await userGroupIdsOf(store, [member])).get(member.id) ?? [];
    const sessions = (await findSessionsOf(c.var.deps.store, member.id)).filter(
      (session) => !hasEnded(session, member.role, c.var.now),
    );
    return page(
      c,
      welcomePage({
        ...(await shellOf(c)),
        viewer: viewerOf(c),
        member: memberShown(member, groupIds),
        groups: groupIds.length === 0 ? [] : groupsNamed(await findUserGroupNames(store), groupIds),
        arrival: await arrivalOf(c),
        sessions: sessions.length,
        mayHavePasskeys: mayHavePasskeys(member),
        firstSteps: await firstStepsOf(c),
      }),
    );
  })
  .post('/welcome/first-steps/hide', membersOnly, (c) => {
    hideFirstSteps(c);
    return c.redirect('/welcome', 303);
  })
  .post('/sign-out/everywhere', membersOnly, async (c) => {
    const member = memberOf(c);
    const { deps, now, trace } = c.var;
    await endSessions(deps.store, {
      id: newId('end'),
      by: member.id as MemberId,
      about: member.id,
      auditId: newId('aud'),
      now,
      trace,
    });
    dropSessionToken(c);
    return c.redirect('/', 303);
  });

export const viewerOf = (c: Ctx) => {
  const { id, name, address, role } = memberOf(c);
  return { memberId: id, name, address, role };
};

/** For whoever set the workspace up, until all is done or hidden. */
async function firstStepsOf(c: Ctx) {
  const { deps } = c.var;
  if (memberOf(c).role !== 'administrator' || hidesFirstSteps(c)) return null;
  const found = await findFirstSteps(deps.store, memberOf(c).id);
  const steps = found && { ...found, mailLeaves: deps.transport.name !== 'preview' };
  return steps && Object.values(steps).includes(false) ? steps : null;
}

async function arrivalOf(c: Ctx): Promise<Arrival | null> {
  const arrival = await takeArrival(c);
  if (arrival?.by === 'invitation') return { by: 'invitation', inviterName: arrival.inviterName ?? null };
  return arrival && { by: arrival.by };
}
