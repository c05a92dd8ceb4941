import type { FieldError } from '@doorstep/shared/problem';
import { NewUserGroup } from '@doorstep/shared/user-group';
import { Hono } from 'hono';
import * as v from 'valibot';
import { changeOf, renameUserGroup } from '../../../actions/user-group.ts';
import { findDirectoryGroup } from '../../../store/directory-group.ts';
import { findMembers } from '../../../store/member.ts';
import { newId } from '../../../store/new-id.ts';
import { findUserGroup, findUserGroupNames, type UserGroupRow, userGroupIdsOf } from '../../../store/user-group.ts';
import { addToGroup, removeFromGroup } from '../../../store/user-group-change.ts';
import { deleteUserGroup, findGroupCost, replaceUserGroup } from '../../../store/user-group-end.ts';
import { findGroupMembers } from '../../../store/user-group-members.ts';
import { pageOf } from '../../api/page-of.ts';
import { fieldErrors } from '../../api/read-body.ts';
import type { Ctx, Env } from '../../env.ts';
import { groupRefusals } from '../../group-refusals.ts';
import { memberShown, membersShown, userGroupShown } from '../../shown.ts';
import { type GroupModel, groupPage } from '../../views/group.ts';
import type { DoneCode } from '../../views/notice.ts';
import { errorPageOf } from '../error-pages.ts';
import { readForm } from '../form-body.ts';
import { page } from '../page.ts';
import { adminShellOf, cursorIn, ENTRIES, noOfficePage, recordRefusedWrite } from './admin-page.ts';
import { askBeforeDeleting, askBeforeReplacing } from './group-confirm.ts';
import { presserOf } from './groups.ts';

/** One user group: who is in it, and its end. What the directory decides is not decided here. */
export const group = new Hono<Env>()
  .get('/:id', (c) => withGroup(c, (group) => show(c, group)))
  .post('/:id/rename', (c) =>
    withGroup(c, async (group) => {
      if (group.kind === 'synced') return refused(c, group, 'synced');
      const typed = (await readForm(c)).get('name') ?? '';
      const read = v.safeParse(NewUserGroup, { name: typed });
      if (!read.success) return show(c, group, fieldErrors(read.issues), 422, typed);
      const result = await renameUserGroup(c.var.deps, presserOf(c), group, read.output.name);
      if (result.outcome === 'done') return done(c, group.id, 'group-renamed');
      if (result.outcome === 'not-allowed') return noOfficePage(c, group.id);
      return show(c, group, [{ pointer: '#/name', detail: groupRefusals[result.outcome] }], 422, typed);
    }),
  )
  .post('/:id/members', (c) => withGroup(c, (group) => moveMembers(c, group, addToGroup, 'group-joined')))
  .post('/:id/members/remove', (c) => withGroup(c, (group) => moveMembers(c, group, removeFromGroup, 'group-left')))
  .post('/:id/replace', (c) =>
    withGroup(c, async (group) => {
      const form = await readForm(c);
      const by = await findUserGroup(c.var.deps.store, form.get('by') ?? '');
      const cost = await findGroupCost(c.var.deps.store, group.id);
      if (!by || !cost || by.id === group.id) return show(c, group, [{ pointer: '#/by', detail: 'must be another group' }], 422);
      const isGiven = group.kind === 'custom' && cost.members + cost.invitations + cost.rules > 0;
      if (by.kind === 'synced' && isGiven) return refused(c, group, 'into-synced');
      if (form.get('confirmed') !== 'yes') return askBeforeReplacing(c, group, by, cost);
      const isReplaced = await replaceUserGroup(c.var.deps.store, changeOf(presserOf(c), group.id), by.id);
      return isReplaced ? done(c, by.id, 'group-replaced') : lost(c, group);
    }),
  )
  .post('/:id/delete', (c) =>
    withGroup(c, async (group) => {
      const cost = await findGroupCost(c.var.deps.store, group.id);
      if (cost && (await readForm(c)).get('confirmed') !== 'yes') return askBeforeDeleting(c, group, cost);
      const isDeleted = await deleteUserGroup(c.var.deps.store, changeOf(presserOf(c), group.id));
      return isDeleted ? c.redirect('/admin/groups?done=group-deleted', 303) : lost(c, group);
    }),
  );

async function withGroup(c: Ctx, then: (group: UserGroupRow) => Promise<Response>): Promise<Response> {
  const group = await findUserGroup(c.var.deps.store, c.req.param('id') ?? '');
  return group ? then(group) : errorPageOf(c, 'not-found');
}

const done = (c: Ctx, id: string, code: DoneCode) => c.redirect(`/admin/groups/${id}?done=${code}`, 303);

/** Who is in already stays in, who is out stays out: pressed twice, the same is so. */
async function moveMembers(c: Ctx, group: UserGroupRow, write: typeof addToGroup, code: DoneCode): Promise<Response> {
  if (group.kind === 'synced') return refused(c, group, 'synced');
  const memberIds = (await readForm(c)).all('memberId').slice(0, ENTRIES);
  const members = memberIds.map((memberId) => ({ memberId, auditId: newId('aud') }));
  await write(c.var.deps.store, { ...presserOf(c), groupId: group.id, members });
  return done(c, group.id, code);
}

const refusals = {
  synced: 'This group follows the directory: who is in it, and what it is called, is decided there. Nothing was changed.',
  'into-synced':
    'A synced group takes nobody but whom the directory puts into it, so it cannot stand for this group. Nothing was changed.',
};

async function refused(c: Ctx, group: UserGroupRow, because: keyof typeof refusals): Promise<Response> {
  await recordRefusedWrite(c, because, group.id);
  return show(c, group, [{ pointer: '#', detail: refusals[because] }], 409);
}

/** Somebody was faster: the group is gone, or it came into use meanwhile, or the office is lost. */
async function lost(c: Ctx, group: UserGroupRow): Promise<Response> {
  const now = await findUserGroup(c.var.deps.store, group.id);
  if (!now) return c.redirect('/admin/groups?done=group-deleted', 303);
  return noOfficePage(c, group.id);
}

async function show(
  c: Ctx,
  group: UserGroupRow,
  errors: FieldError[] = [],
  status: 200 | 409 | 422 = 200,
  name = group.name,
): Promise<Response> {
  const { store } = c.var.deps;
  const cursor = cursorIn(c, 'cursor', 'mem');
  const rows = await findGroupMembers(store, group, { limit: ENTRIES + 1, ...(cursor === null ? {} : { cursor }) });
  const members = pageOf(await membersShown(store, rows), ENTRIES, (member) => member);
  const others = (await findUserGroupNames(store)).filter(({ id }) => id !== group.id);
  const isFollowedThere = group.directoryGroupId !== null && (await findDirectoryGroup(store, group.directoryGroupId)) !== null;
  const found = await peopleFound(c, group);
  const model = { group: userGroupShown(group), isFollowedThere, members, cursor, found, others, name, errors };
  return page(c, groupPage({ ...(await adminShellOf(c)), ...model }), status);
}

const MOST_FOUND = 20;

/** Whom the search for people to add finds, each with whether they are in already. */
async function peopleFound(c: Ctx, group: UserGroupRow): Promise<GroupModel['found']> {
  const q = c.req.query('q')?.trim().slice(0, 200);
  if (q === undefined || group.kind === 'synced') return null;
  const { store } = c.var.deps;
  const rows = (await findMembers(store, { q, limit: MOST_FOUND })).filter((row) => row.state !== 'removed');
  const groups = await userGroupIdsOf(store, rows);
  const people = rows.map((row) => {
    const ids = groups.get(row.id) ?? [];
    return { member: memberShown(row, ids), isIn: ids.includes(group.id) };
  });
  return { q, people };
}
