import type { UserGroupRow } from '../../../store/user-group.ts';
import type { GroupCost } from '../../../store/user-group-end.ts';
import type { Ctx } from '../../env.ts';
import { confirmPage } from '../../views/confirm.ts';
import type { HiddenField } from '../../views/form.ts';
import { count, shown } from '../../views/text.ts';
import { page } from '../page.ts';
import { adminShellOf } from './admin-page.ts';

/** What it costs, before it is done. */
export function askBeforeDeleting(c: Ctx, group: UserGroupRow, cost: GroupCost): Promise<Response> {
  const name = `“${shown(group.name, 80)}”`;
  const loss = `${count(cost.members, 'member loses', 'members lose')} the group. ${givenWords(cost, 'do not give it any more')}Everybody stays a member.`;
  if (group.kind === 'custom')
    return ask(c, group, 'delete', [], { title: `Delete ${name}?`, sentence: loss, button: 'Delete the group' });
  const sentence = `${loss} The group in the directory is not touched.`;
  return ask(c, group, 'delete', [], { title: `Stop following ${name}?`, sentence, button: 'Stop following' });
}

export function askBeforeReplacing(c: Ctx, group: UserGroupRow, by: UserGroupRow, cost: GroupCost): Promise<Response> {
  const [name, other] = [group.name, by.name].map((one) => `“${shown(one, 80)}”`) as [string, string];
  const people =
    group.kind === 'custom'
      ? `${count(cost.members, 'member gets', 'members get')} ${other} instead.`
      : `${count(cost.members, 'member is', 'members are')} in it because of the directory; who is in ${other} stays as it is.`;
  const sentence = `${people} ${givenWords(cost, `give ${other} instead`)}Then ${name} is deleted.`;
  const asked = { title: `Replace ${name} by ${other}?`, sentence, button: 'Replace everywhere' };
  return ask(c, group, 'replace', [['by', by.id]], asked);
}

const givenWords = ({ invitations, rules }: GroupCost, what: string): string => {
  const givers = [
    ...(invitations > 0 ? [count(invitations, 'pending invitation', 'pending invitations')] : []),
    ...(rules > 0 ? [count(rules, 'admission rule', 'admission rules')] : []),
  ];
  return givers.length === 0 ? '' : `From now on, ${givers.join(' and ')} ${what}. `;
};

async function ask(
  c: Ctx,
  { id }: UserGroupRow,
  verb: 'delete' | 'replace',
  typed: HiddenField[],
  asked: { title: string; sentence: string; button: string },
): Promise<Response> {
  const path = `/admin/groups/${id}`;
  const fields: HiddenField[] = [...typed, ['confirmed', 'yes']];
  const rest = { room: 'groups', action: `${path}/${verb}`, fields, isDestructive: true, back: path } as const;
  return page(c, confirmPage({ ...(await adminShellOf(c)), ...asked, ...rest }));
}
