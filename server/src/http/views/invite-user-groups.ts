import { GROUP_NAME_LENGTH } from '@doorstep/shared/user-group';
import { html } from 'hono/html';
import { hiddenFields, textField } from './form.ts';
import { type GroupName, groupChip, groupChips } from './group-chips.ts';
import { icon } from './icon.ts';
import { type WizardModel, wizardPage } from './invite.ts';
import type { Html } from './layout.ts';
import { emptyState } from './table.ts';
import { count, shown } from './text.ts';

/** `groups` are all there are; `q` narrows the custom ones on show, `newGroup` is the name typed for another one. */
export type UserGroupsModel = WizardModel & { groups: GroupName[]; q: string; newGroup: string };

const MOST_SHOWN = 100;

/** Step 4: custom groups to tick; synced ones follow the directory by themselves. */
export function inviteUserGroupsPage(model: UserGroupsModel): Html {
  const { form, groups, q } = model;
  const custom = groups.filter(({ kind }) => kind === 'custom');
  const found = custom.filter(({ id, name }) => form.userGroupIds.includes(id) || begins(name, q));
  const listed = [...found].sort((a, b) => ticked(model, b) - ticked(model, a)).slice(0, MOST_SHOWN);
  const unlisted = form.userGroupIds.filter(
    (id) => !listed.some((group) => group.id === id) && custom.some((group) => group.id === id),
  );
  const content = html`${custom.length > 10 ? searchField(q) : ''}${custom.length === 0 ? none : ticks(model, listed, found.length)}
${hiddenFields([['shownGroupQ', q], ...unlisted.map((id) => ['userGroupIds', id] as const)])}${createField(model)}${synced(groups)}`;
  return wizardPage(model, 'groups', content, ['userGroupIds']);
}

const none = emptyState('No user groups yet', 'Make one here, or go on: people can be put in groups later.');

const ticked = ({ form }: UserGroupsModel, { id }: GroupName) => Number(form.userGroupIds.includes(id));

const begins = (name: string, q: string): boolean => ` ${name.toLowerCase()}`.includes(` ${q.toLowerCase()}`);

const searchField = (q: string): Html => html`<div class="line wrap" role="search"><span class="search">${icon('search')}
<input class="input" type="search" name="groupQ" value="${q}" maxlength="200" aria-label="Search user groups" placeholder="Search user groups"></span>
<button class="btn" name="do" value="search-groups" formnovalidate>Search</button></div>`;

function ticks({ form, q, errors }: UserGroupsModel, groups: GroupName[], found: number): Html {
  const wrong = errors.filter(({ pointer }) => pointer.startsWith('#/userGroupIds')).slice(0, 5);
  const list = html`<ul class="ticks">${groups.map(
    (group) =>
      html`<li><label class="line"><input type="checkbox" name="userGroupIds" value="${group.id}"${form.userGroupIds.includes(group.id) ? html` checked` : ''}>${groupChip(group)}</label></li>`,
  )}</ul>`;
  return html`<fieldset class="field"><legend class="label">Everybody of this invitation gets</legend>${
    groups.length === 0 ? html`<p class="small muted">No user group has “${shown(q, 60)}” at the beginning of a word.</p>` : list
  }${found > groups.length ? html`<p class="small muted">${count(found - groups.length, 'more group', 'more groups')}: search for it.</p>` : ''}${wrong.map(
    ({ detail }) => html`<p class="error">${icon('warn')}<span>One of them ${detail}</span></p>`,
  )}</fieldset>`;
}

const createField = ({
  newGroup,
  errors,
}: UserGroupsModel): Html => html`<div class="line wrap top-aligned">${textField({ name: 'newGroup', label: 'New group', value: newGroup, errors, isOptional: true, maxLength: GROUP_NAME_LENGTH, hint: 'Made at once, and ticked.' })}
<button class="btn" name="do" value="make-group" formnovalidate>${icon('plus')}Make the group</button></div>`;

const SYNCED_SHOWN = 20;

function synced(groups: GroupName[]): Html | '' {
  const following = groups.filter(({ kind }) => kind === 'synced');
  if (following.length === 0) return '';
  return html`<section class="stack" aria-label="Synced groups"><p class="small"><b>Added automatically</b> <span class="muted">to whoever is in the directory group that each follows</span></p>
${groupChips(following, SYNCED_SHOWN)}</section>`;
}
