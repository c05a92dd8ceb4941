import type { MemberId } from '@doorstep/shared/ids';
import type { Page } from '@doorstep/shared/list';
import type { FieldError } from '@doorstep/shared/problem';
import { NewUserGroup, type UserGroup, type UserGroupKind } from '@doorstep/shared/user-group';
import { Hono } from 'hono';
import * as v from 'valibot';
import { followDirectoryGroup, type GroupResult, makeUserGroup, type Presser } from '../../../actions/user-group.ts';
import { directoryGroupId, objectIdOf } from '../../../domain/directory-id.ts';
import { findDirectoryGroups } from '../../../store/directory-group.ts';
import { findFollowers, findUserGroups } from '../../../store/user-group.ts';
import { pageOf } from '../../api/page-of.ts';
import { fieldErrors } from '../../api/read-body.ts';
import type { Ctx, Env } from '../../env.ts';
import { groupRefusals } from '../../group-refusals.ts';
import { memberOf } from '../../middleware/access.ts';
import { userGroupShown } from '../../shown.ts';
import { type GroupsModel, groupsPage } from '../../views/groups.ts';
import type { DoneCode } from '../../views/notice.ts';
import { readForm } from '../form-body.ts';
import { page } from '../page.ts';
import { adminShellOf, cursorIn, ENTRIES, noOfficePage, searchIn } from './admin-page.ts';

/** All user groups, custom and synced; new ones are made here. */
export const groups = new Hono<Env>()
  .get('/', (c) => show(c))
  .post('/', async (c) => {
    const typed = (await readForm(c)).get('name') ?? '';
    const read = v.safeParse(NewUserGroup, { name: typed });
    if (!read.success) return show(c, fieldErrors(read.issues), typed);
    return told(c, await makeUserGroup(c.var.deps, presserOf(c), read.output.name, false), 'group-made', typed);
  })
  .post('/follow/:id', async (c) => {
    const objectId = objectIdOf('dgr', c.req.param('id'));
    if (objectId === null) return told(c, { outcome: 'not-in-directory' }, 'group-followed');
    return told(c, await followDirectoryGroup(c.var.deps, presserOf(c), objectId), 'group-followed');
  });

export const presserOf = (c: Ctx): Presser => ({ by: memberOf(c).id as MemberId, now: c.var.now, trace: c.var.trace });

async function told(c: Ctx, result: GroupResult, code: DoneCode, typed = ''): Promise<Response> {
  if (result.outcome === 'done') return c.redirect(`/admin/groups/${result.group.id}?done=${code}`, 303);
  if (result.outcome === 'not-allowed') return noOfficePage(c, memberOf(c).id);
  const detail = groupRefusals[result.outcome];
  if (code === 'group-made') return show(c, [{ pointer: '#/name', detail }], typed);
  return show(c, [{ pointer: '#', detail: `The directory group ${detail}.` }]);
}

async function show(c: Ctx, errors: FieldError[] = [], name = ''): Promise<Response> {
  const model = {
    ...(await adminShellOf(c)),
    q: searchIn(c),
    custom: await listOf(c, 'custom'),
    synced: await listOf(c, 'synced'),
    customCursor: cursorIn(c, 'custom', 'grp'),
    syncedCursor: cursorIn(c, 'synced', 'grp'),
    follow: await followableIn(c),
    name,
    errors,
  };
  return page(c, groupsPage(model), errors.length > 0 ? 422 : 200);
}

async function listOf(c: Ctx, kind: UserGroupKind): Promise<Page<UserGroup>> {
  const cursor = cursorIn(c, kind, 'grp') ?? undefined;
  const rows = await findUserGroups(c.var.deps.store, { kind, q: searchIn(c), cursor, limit: ENTRIES + 1 });
  return pageOf(rows, ENTRIES, userGroupShown);
}

const MOST_FOUND = 20;

async function followableIn(c: Ctx): Promise<GroupsModel['follow']> {
  const { store } = c.var.deps;
  const typed = c.req.query('directory');
  if (typed === undefined) return null;
  const q = typed.trim().slice(0, 200);
  const found = await findDirectoryGroups(store, { q, limit: MOST_FOUND });
  const followers = await findFollowers(
    store,
    found.map(({ objectId }) => objectId),
  );
  return {
    q,
    found: found.map(({ objectId, name, address, kind, people }) => ({
      ...{ id: directoryGroupId(objectId), name, address, kind, people },
      followedBy: followers.get(objectId) ?? null,
    })),
  };
}
