import { NewUserGroup } from '@doorstep/shared/user-group';
import { html } from 'hono/html';
import * as v from 'valibot';
import { makeUserGroup } from '../../../actions/user-group.ts';
import { fieldErrors } from '../../api/read-body.ts';
import type { Ctx } from '../../env.ts';
import { groupRefusals } from '../../group-refusals.ts';
import { memberOf } from '../../middleware/access.ts';
import { type InviteForm, named } from '../../views/invite.ts';
import { notice } from '../../views/notice.ts';
import { noOfficePage } from './admin-page.ts';
import { presserOf } from './groups.ts';
import type { Fields } from './invite-form.ts';
import { type Beside, showStep } from './invite-steps.ts';

export const groupQIn = (fields: Fields): string => (fields.get('groupQ') ?? '').trim().slice(0, 200);

/** What a button of the fourth step does; null when it is none of this step. */
export function pressedInUserGroups(c: Ctx, form: InviteForm, fields: Fields, verb: string): Promise<Response> | null {
  if (verb === 'search-groups') return showStep(c, 'groups', form, { groupQ: groupQIn(fields) });
  return verb === 'make-group' ? makeGroup(c, form, (fields.get('newGroup') ?? '').trim()) : null;
}

/** Made in place, and ticked. */
async function makeGroup(c: Ctx, form: InviteForm, typed: string): Promise<Response> {
  const wrong = (errors: Beside['errors']) => showStep(c, 'groups', form, { ...(errors && { errors }), newGroup: typed });
  const read = v.safeParse(NewUserGroup, { name: typed });
  if (!read.success) return wrong(fieldErrors(read.issues).map(({ detail }) => ({ pointer: '#/newGroup', detail })));
  const result = await makeUserGroup(c.var.deps, presserOf(c), read.output.name, true);
  if (result.outcome === 'not-allowed') return noOfficePage(c, memberOf(c).id);
  if (result.outcome !== 'done') return wrong([{ pointer: '#/newGroup', detail: groupRefusals[result.outcome] }]);
  const { id, name } = result.group;
  const userGroupIds = [...new Set([...form.userGroupIds, id])];
  return showStep(
    c,
    'groups',
    { ...form, userGroupIds },
    { said: notice('ok', 'check', html`${named(name)} was made, and is ticked.`) },
  );
}
