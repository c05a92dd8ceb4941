import { Hono } from 'hono';
import { findMember } from '../../../store/member.ts';
import { newId } from '../../../store/new-id.ts';
import { findUserGroup } from '../../../store/user-group.ts';
import { addToGroup, removeFromGroup } from '../../../store/user-group-change.ts';
import type { Ctx, Env } from '../../env.ts';
import type { DoneCode } from '../../views/notice.ts';
import { errorPageOf } from '../error-pages.ts';
import { readForm } from '../form-body.ts';
import { conflictPage, recordRefusedWrite } from './admin-page.ts';
import { presserOf } from './groups.ts';

/** The custom groups of one person, changed from that person's page. */
export const personGroups = new Hono<Env>()
  .post('/:id/groups', (c) => move(c, addToGroup, 'group-joined'))
  .post('/:id/groups/remove', (c) => move(c, removeFromGroup, 'group-left'));

async function move(c: Ctx, write: typeof addToGroup, code: DoneCode): Promise<Response> {
  const { store } = c.var.deps;
  const member = await findMember(store, c.req.param('id') ?? '');
  if (!member || member.state === 'removed') return errorPageOf(c, 'not-found');
  const group = await findUserGroup(store, (await readForm(c)).get('userGroupId') ?? '');
  const path = `/admin/users/${member.id}`;
  if (group?.kind !== 'custom') return noSuchGroup(c, member.id, path);
  const members = [{ memberId: member.id, auditId: newId('aud') }];
  await write(store, { ...presserOf(c), groupId: group.id, members });
  return c.redirect(`${path}?done=${code}`, 303);
}

async function noSuchGroup(c: Ctx, memberId: string, path: string): Promise<Response> {
  await recordRefusedWrite(c, 'no-custom-group', memberId);
  const sentence =
    'The group was deleted meanwhile, or it follows the directory and cannot be changed here. Nothing was changed.';
  return conflictPage(c, 'This group cannot be given', sentence, { href: path, text: 'Go back to the person' });
}
