import { InvitationQuery } from '@doorstep/shared/invitation';
import { Hono } from 'hono';
import * as v from 'valibot';
import { policy } from '../../domain/policy.ts';
import { findInvitation, findInvitations, resendInvitation, revokeInvitation } from '../../store/invitation.ts';
import { newId } from '../../store/new-id.ts';
import { isForGuest } from '../../store/own-domain.ts';
import type { Ctx, Env } from '../env.ts';
import { invitationShown } from '../shown.ts';
import { answer } from './answer.ts';
import { freshSignInNeeded } from './fresh-sign-in.ts';
import { pageOf } from './page-of.ts';
import { problem } from './problem.ts';
import { readBody, readQuery } from './read-body.ts';

const Nothing = v.strictObject({});

export const invitations = new Hono<Env>()
  .get('/', async (c) => {
    const query = readQuery(c, InvitationQuery);
    if ('refusal' in query) return query.refusal;
    const { limit } = query.value;
    const rows = await findInvitations(c.var.deps.store, { ...query.value, limit: limit + 1 }, c.var.now);
    return answer(
      c,
      200,
      pageOf(rows, limit, (row) => invitationShown(row, c.var.now)),
    );
  })
  .get('/:id', async (c) => show(c, c.req.param('id')))
  .post('/:id/resend', async (c) => {
    const body = await readBody(c, Nothing, true);
    if ('refusal' in body) return body.refusal;
    const id = c.req.param('id');
    const before = await findInvitation(c.var.deps.store, id);
    if (!before) return problem(c, 'not-found');
    if (before.role === 'administrator' && before.state === 'pending') return freshSignInNeeded(c, '/admin/invitations');
    const isGuest = await isForGuest(c.var.deps.store, before);
    if (isGuest && before.state === 'pending' && c.var.deps.settings.forcesSso) return problem(c, 'guests-not-allowed');
    const isSent = await resendInvitation(c.var.deps.store, { ...change(c, id), isGuest });
    if (isSent) {
      c.var.deps.nudge();
      return show(c, id);
    }
    const now = await findInvitation(c.var.deps.store, id);
    if (now?.state === 'pending' && now.generation >= policy.invitation.lastGeneration) return problem(c, 'sent-too-often');
    return problem(c, 'not-pending', { facts: { state: now?.state } });
  })
  .post('/:id/revoke', async (c) => {
    const body = await readBody(c, Nothing, true);
    if ('refusal' in body) return body.refusal;
    const id = c.req.param('id');
    const isRevoked = await revokeInvitation(c.var.deps.store, change(c, id));
    const now = await findInvitation(c.var.deps.store, id);
    if (!now) return problem(c, 'not-found');
    if (isRevoked || now.state === 'revoked') return answer(c, 200, invitationShown(now, c.var.now));
    return problem(c, 'not-pending', { facts: { state: now.state } });
  });

async function show(c: Ctx, id: string): Promise<Response> {
  const row = await findInvitation(c.var.deps.store, id);
  return row ? answer(c, 200, invitationShown(row, c.var.now)) : problem(c, 'not-found');
}

const change = (c: Ctx, id: string) => ({
  id,
  by: c.var.browser.member.id,
  auditId: newId('aud'),
  now: c.var.now,
  trace: c.var.trace,
});
