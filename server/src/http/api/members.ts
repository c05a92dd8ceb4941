import { MemberQuery } from '@doorstep/shared/member';
import { Hono } from 'hono';
import { findMember, findMembers } from '../../store/member.ts';
import type { Ctx, Env } from '../env.ts';
import { membersShown } from '../shown.ts';
import { answer } from './answer.ts';
import { freshSignInNeeded } from './fresh-sign-in.ts';
import { pageOf } from './page-of.ts';
import { problem } from './problem.ts';
import { readQuery } from './read-body.ts';

/** Members are read here and changed on pages: writes wait for tokens for scripts (CONTRACT.md, 5). */
const onPages = (c: Ctx) => freshSignInNeeded(c, `/admin/users/${c.req.param('id')}`);

export const members = new Hono<Env>()
  .get('/', async (c) => {
    const query = readQuery(c, MemberQuery);
    if ('refusal' in query) return query.refusal;
    const { limit } = query.value;
    const { store } = c.var.deps;
    const rows = await membersShown(store, await findMembers(store, { ...query.value, limit: limit + 1 }));
    return answer(
      c,
      200,
      pageOf(rows, limit, (member) => member),
    );
  })
  .get('/:id', async (c) => {
    const row = await findMember(c.var.deps.store, c.req.param('id'));
    const [member] = row ? await membersShown(c.var.deps.store, [row]) : [];
    return member ? answer(c, 200, member) : problem(c, 'not-found');
  })
  .patch('/:id', onPages)
  .delete('/:id', onPages)
  .post('/:id/suspend', onPages)
  .post('/:id/resume', onPages)
  .post('/:id/end-sessions', onPages);
