import type { MemberId } from '@doorstep/shared/ids';
import { NewUserGroup, UserGroupQuery } from '@doorstep/shared/user-group';
import { Hono } from 'hono';
import { makeUserGroup } from '../../actions/user-group.ts';
import { findUserGroups } from '../../store/user-group.ts';
import type { Ctx, Env } from '../env.ts';
import { groupRefusals } from '../group-refusals.ts';
import { userGroupShown } from '../shown.ts';
import { answer } from './answer.ts';
import { refuse } from './bearer.ts';
import { freshSignInNeeded } from './fresh-sign-in.ts';
import { pageOf } from './page-of.ts';
import { problem } from './problem.ts';
import { readBody, readQuery } from './read-body.ts';

/** Groups are read and made here and changed on pages (CONTRACT.md, 6). */
const onPages = (c: Ctx) => freshSignInNeeded(c, `/admin/groups/${c.req.param('id')}`);

export const userGroups = new Hono<Env>()
  .get('/', async (c) => {
    const query = readQuery(c, UserGroupQuery);
    if ('refusal' in query) return query.refusal;
    const { limit } = query.value;
    const rows = await findUserGroups(c.var.deps.store, { ...query.value, limit: limit + 1 });
    return answer(c, 200, pageOf(rows, limit, userGroupShown));
  })
  .post('/', async (c) => {
    const body = await readBody(c, NewUserGroup);
    if ('refusal' in body) return body.refusal;
    const { deps, browser, now, trace } = c.var;
    const by = browser.member.id as MemberId;
    const mayRepeat = c.req.header('idempotency-key') !== undefined;
    const result = await makeUserGroup(deps, { by, now, trace }, body.value.name, mayRepeat);
    if (result.outcome === 'not-allowed') return refuse(c, browser, result.outcome);
    if (result.outcome !== 'done')
      return problem(c, 'invalid-fields', { errors: [{ pointer: '#/name', detail: groupRefusals[result.outcome] }] });
    const headers = { Location: `/api/v1/user-groups/${result.group.id}` };
    return answer(c, result.isRepeat ? 200 : 201, userGroupShown(result.group), headers);
  })
  .patch('/:id', onPages)
  .delete('/:id', onPages)
  .put('/:id/members/:memberId', onPages)
  .delete('/:id/members/:memberId', onPages);
