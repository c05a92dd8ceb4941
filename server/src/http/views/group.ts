import type { Page } from '@doorstep/shared/list';
import type { Member } from '@doorstep/shared/member';
import type { FieldError } from '@doorstep/shared/problem';
import { GROUP_NAME_LENGTH, type UserGroup } from '@doorstep/shared/user-group';
import { html } from 'hono/html';
import { errorSummary, postButton, selectField, textField } from './form.ts';
import { type GroupName, groupChip } from './group-chips.ts';
import { icon } from './icon.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { notice, state } from './notice.ts';
import { guestChip, isolate, personCell } from './person.ts';
import { emptyState, pager, table } from './table.ts';
import { count, link, nameOf, shown } from './text.ts';
import { memberState } from './users.ts';

/** Somebody whom a search for people to add found. */
export type Candidate = { member: Member; isIn: boolean };

/** `found` is null before anybody searched; `isFollowedThere` false: the directory does not have the group (any more). */
export type GroupModel = AdminShell & {
  group: UserGroup;
  isFollowedThere: boolean;
  members: Page<Member>;
  cursor: string | null;
  found: { q: string; people: Candidate[] } | null;
  /** Groups that could take its place. */
  others: GroupName[];
  /** As typed. */
  name: string;
  errors: FieldError[];
};

/** `/admin/groups/{id}` */
export function groupPage(model: GroupModel): Html {
  const isCustom = model.group.kind === 'custom';
  const content = html`<p><a class="back" href="/admin/groups">${icon('left')}User groups</a></p>${errorSummary(model.errors, { name: 'Name', by: 'Replace by' })}${isCustom ? '' : syncedNotice(model)}
<div class="cols"><div class="aside">${memberList(model)}</div><div class="aside">${isCustom ? html`${addForm(model)}${renameForm(model)}` : ''}${endForms(model)}</div></div>`;
  return adminLayout(
    model,
    'groups',
    shown(model.group.name, 80),
    groupChip({ ...model.group, name: model.group.kind }),
    content,
  );
}

const syncedNotice = ({ group, isFollowedThere }: GroupModel) =>
  isFollowedThere
    ? notice(
        '',
        'retry',
        html`Follows the directory group ${isolate(shown(group.name))}. Its people are added automatically, and nobody is put in or taken out here.`,
      )
    : notice('wait', 'warn', 'The directory does not have the group that this one follows (any more), so nobody is in it.');

function memberList(model: GroupModel): Html {
  const { group, members, cursor } = model;
  const at = (next: string | null) => link(pathOf(group), { cursor: next });
  const body =
    members.items.length > 0
      ? table(
          'Members',
          columns,
          members.items.map((member) => row(member, model)),
        )
      : nobody(model);
  return html`<section class="card" aria-labelledby="members"><h2 class="padded" id="members">${count(group.members, 'member', 'members')}</h2>${body}${pager(members.nextCursor && at(members.nextCursor), cursor && at(null), 'members')}</section>`;
}

const nobody = ({ group }: GroupModel) =>
  group.kind === 'custom'
    ? emptyState('Nobody is in this group yet', 'Add members, or choose the group when you invite people.')
    : emptyState('No member is in this group', 'Whoever is in it in the directory is in it here from the first sign-in on.');

const columns = [{ text: 'Name' }, { text: 'State', look: 'tight' }, { text: 'Actions', isHidden: true }];

const row = (member: Member, { group, now }: GroupModel) => [
  personCell(member, `/admin/users/${encodeURIComponent(member.id)}`, guestChip(member.guestOf)),
  memberState(member, now),
  group.kind === 'synced'
    ? ''
    : html`<span class="end">${postButton({
        action: `${pathOf(group)}/members/remove`,
        text: 'Take out',
        look: 'btn sm',
        fields: [['memberId', member.id]],
        about: nameOf(member),
      })}</span>`,
];

function addForm({ group, found }: GroupModel): Html {
  const path = pathOf(group);
  const people =
    found === null
      ? ''
      : found.people.length === 0
        ? notFound
        : html`<ul class="rows small">${found.people.map((one) => candidate(one, path))}</ul>`;
  return html`<section class="card padded stack" aria-labelledby="add"><h2 id="add">Add members</h2>
<form class="stack" method="get" action="${path}#add" role="search" aria-label="Members"><div class="field"><label for="q">Name or address</label>
<input class="input" type="search" id="q" name="q" value="${found?.q ?? ''}" maxlength="200"></div><div>
<button class="btn">${icon('search')}Search</button></div></form>${people}</section>`;
}

const notFound = html`<p class="small muted" role="status">No member has a name or an address that begins like that. Who is not a member yet gets the group with the invitation.</p>`;

const candidate = ({ member, isIn }: Candidate, path: string) =>
  html`<li class="row">${personCell(member, null)}<span class="grow"></span>${
    isIn
      ? state('ok', 'check', 'in it')
      : postButton({
          action: `${path}/members`,
          text: 'Add',
          look: 'btn sm',
          fields: [['memberId', member.id]],
          about: nameOf(member),
        })
  }</li>`;

const renameForm = ({
  group,
  name,
  errors,
}: GroupModel) => html`<form class="card padded stack" method="post" action="${pathOf(group)}/rename" aria-labelledby="rename">
<h2 id="rename">Rename</h2>${textField({ name: 'name', label: 'Name', value: name, errors, maxLength: GROUP_NAME_LENGTH })}<div>
<button class="btn">Rename the group</button></div></form>`;

function endForms({ group, others, errors }: GroupModel): Html {
  const path = pathOf(group);
  const choices = others.map(({ id, kind, name }) => ({
    value: id,
    text: `${shown(name, 80)}${kind === 'synced' ? ' (synced)' : ''}`,
  }));
  const replace = selectField({
    name: 'by',
    label: 'Replace by',
    value: '',
    errors,
    choices,
    hint: 'Members, pending invitations and rules get that group instead, and this one is deleted.',
  });
  const form = html`<form class="stack" method="post" action="${path}/replace">${replace}<div><button class="btn">Replace everywhere</button></div></form>`;
  return html`<section class="card padded stack" aria-labelledby="end"><h2 id="end">${group.kind === 'custom' ? 'Replace or delete' : 'Replace or stop following'}</h2>${others.length === 0 ? '' : form}
<div class="button-row">${postButton({ action: `${path}/delete`, text: group.kind === 'custom' ? 'Delete the group' : 'Stop following', look: 'btn danger' })}</div></section>`;
}

const pathOf = (group: UserGroup) => `/admin/groups/${encodeURIComponent(group.id)}`;
