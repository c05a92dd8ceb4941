import { DirectoryGroupQuery, DirectoryUserQuery } from '@doorstep/shared/directory';
import { Hono } from 'hono';
import * as v from 'valibot';
import { planGroup } from '../../actions/plan-group.ts';
import { objectIdOf } from '../../domain/directory-id.ts';
import { type DirectoryGroupRow, findDirectoryGroup, findDirectoryGroups } from '../../store/directory-group.ts';
import { type DirectoryUserRow, findDirectoryUser, findDirectoryUsers } from '../../store/directory-user.ts';
import { setDismissed } from '../../store/dismissal.ts';
import { newId } from '../../store/new-id.ts';
import type { Ctx, Env } from '../env.ts';
import { directoryGroupShown, directoryUserShown } from '../shown.ts';
import { answer } from './answer.ts';
import { pageOf } from './page-of.ts';
import { problem } from './problem.ts';
import { readBody, readQuery } from './read-body.ts';

const Nothing = v.strictObject({});

/** People and groups of the organization, to invite them. For administrators only, as is all of the API (DIR-14). */
export const directory = new Hono<Env>()
  .get('/users', async (c) => {
    const query = readQuery(c, DirectoryUserQuery);
    if ('refusal' in query) return query.refusal;
    const { q, status, limit, cursor } = query.value;
    const last = cursor === undefined ? undefined : await userAt(c, cursor);
    if (last === null) return notACursor(c);
    const wanted = { q, standing: status, before: last?.seq, limit: limit + 1 };
    const users = await findDirectoryUsers(c.var.deps.store, wanted);
    return answer(
      c,
      200,
      pageOf(users.map(directoryUserShown), limit, (user) => user),
    );
  })
  .get('/users/:id', (c) => show(c, c.req.param('id')))
  .post('/users/:id/dismiss', (c) => dismiss(c, c.req.param('id'), true))
  .post('/users/:id/suggest', (c) => dismiss(c, c.req.param('id'), false))
  .get('/groups', async (c) => {
    const query = readQuery(c, DirectoryGroupQuery);
    if ('refusal' in query) return query.refusal;
    const { q, limit, cursor } = query.value;
    const last = cursor === undefined ? undefined : await groupAt(c, cursor);
    if (last === null) return notACursor(c);
    const groups = await findDirectoryGroups(c.var.deps.store, { q, after: last, limit: limit + 1 });
    return answer(
      c,
      200,
      pageOf(groups.map(directoryGroupShown), limit, (group) => group),
    );
  })
  .get('/groups/:id', async (c) => {
    const id = c.req.param('id');
    const group = await groupAt(c, id);
    if (!group) return problem(c, 'not-found');
    return answer(c, 200, { ...directoryGroupShown(group), ...(await planGroup(c.var.deps, id, c.var.now)) });
  });

/** *Never suggest*, or again: only the suggestion changes, whatever else the person is. */
async function dismiss(c: Ctx, id: string, isDismissed: boolean): Promise<Response> {
  const body = await readBody(c, Nothing, true);
  if ('refusal' in body) return body.refusal;
  const objectId = objectIdOf('dus', id);
  if (objectId === null) return problem(c, 'not-found');
  const { deps, browser, trace, now } = c.var;
  await setDismissed(deps.store, {
    objectIds: [objectId],
    isDismissed,
    by: browser.member.id,
    auditId: newId('aud'),
    now,
    trace,
  });
  return show(c, id);
}

async function show(c: Ctx, id: string): Promise<Response> {
  const user = await userAt(c, id);
  return user ? answer(c, 200, directoryUserShown(user)) : problem(c, 'not-found');
}

async function userAt(c: Ctx, id: string): Promise<DirectoryUserRow | null> {
  const objectId = objectIdOf('dus', id);
  return objectId === null ? null : findDirectoryUser(c.var.deps.store, objectId);
}

async function groupAt(c: Ctx, id: string): Promise<DirectoryGroupRow | null> {
  const objectId = objectIdOf('dgr', id);
  return objectId === null ? null : findDirectoryGroup(c.var.deps.store, objectId);
}

const notACursor = (c: Ctx): Response =>
  problem(c, 'invalid-fields', { errors: [{ pointer: '#/cursor', detail: 'is not a cursor of this list' }] });
