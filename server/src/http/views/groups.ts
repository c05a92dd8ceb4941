import { type DirectoryGroup, MOST_COUNTED } from '@doorstep/shared/directory';
import type { Page } from '@doorstep/shared/list';
import type { FieldError } from '@doorstep/shared/problem';
import { GROUP_NAME_LENGTH, type UserGroup } from '@doorstep/shared/user-group';
import { html } from 'hono/html';
import { errorSummary, hiddenFields, postButton, textField } from './form.ts';
import { icon } from './icon.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { isolate } from './person.ts';
import { emptyState, pager, table } from './table.ts';
import { count, figure, link, shown } from './text.ts';
import { day } from './time.ts';

/** `followedBy` is the user group that follows it already. */
export type Followable = DirectoryGroup & { followedBy: string | null };

/** `follow` is what a search of the directory found, null before anybody searched; cursors are those of this page, null on the newest. */
export type GroupsModel = AdminShell & {
  q: string;
  custom: Page<UserGroup>;
  synced: Page<UserGroup>;
  customCursor: string | null;
  syncedCursor: string | null;
  follow: { q: string; found: Followable[] } | null;
  name: string;
  errors: FieldError[];
};

/** `/admin/groups` */
export const groupsPage = (model: GroupsModel): Html =>
  adminLayout(
    model,
    'groups',
    'User groups',
    '',
    html`${errorSummary(model.errors, { name: 'Name' })}<div class="cols"><div class="aside">${search(model)}${section(model, 'custom')}${section(model, 'synced')}</div>
<div class="aside">${makeForm(model)}${followForm(model)}</div></div>`,
  );

const search = ({ q }: GroupsModel) => html`<form class="card toolsbar" method="get" action="/admin/groups" role="search">
<span class="search">${icon('search')}
<input class="input" type="search" name="q" value="${q}" maxlength="200" aria-label="Search groups" placeholder="Search groups"></span>
<button class="btn">Search</button></form>`;

const words = {
  custom: {
    title: 'Custom groups',
    hint: 'You decide who is in them: when inviting, on a person’s page, or on the page of the group.',
    none: emptyState('No custom groups yet', 'Make one, and choose it when you invite people.'),
  },
  synced: {
    title: 'Synced groups',
    hint: 'Each follows a group of the directory. Its people are added automatically, and leave it with the directory.',
    none: emptyState('No synced groups yet', 'Follow a group of the directory, and whoever is in it there is in it here.'),
  },
};
const nothingFits = emptyState('Nothing fits', 'No such group has a name in which a word begins like that.');

function section(model: GroupsModel, kind: 'custom' | 'synced'): Html {
  const { items, nextCursor } = model[kind];
  const { title, hint, none } = words[kind];
  const here = { q: model.q, custom: model.customCursor, synced: model.syncedCursor };
  const at = (cursor: string | null) => link('/admin/groups', { ...here, [kind]: cursor });
  const rows = items.map(row);
  const body = rows.length > 0 ? table(title, columns, rows) : model.q === '' ? none : nothingFits;
  return html`<section class="stack" aria-labelledby="${kind}"><h2 id="${kind}">${title}</h2><p class="small muted">${hint}</p>
<div class="card">${body}${pager(nextCursor && at(nextCursor), here[kind] && at(null), title.toLowerCase())}</div></section>`;
}

const columns = [{ text: 'Name' }, { text: 'Members', look: 'tight num' }, { text: 'Since', look: 'tight muted' }];

const row = (group: UserGroup) => [
  html`<a class="name" href="/admin/groups/${encodeURIComponent(group.id)}">${isolate(shown(group.name))}</a>`,
  figure(group.members),
  day(group.createdAt),
];

const makeForm = ({
  name,
  errors,
}: GroupsModel) => html`<form class="card padded stack" method="post" action="/admin/groups" aria-labelledby="make">
<h2 id="make">Make a custom group</h2>${textField({ name: 'name', label: 'Name', value: name, errors, maxLength: GROUP_NAME_LENGTH })}<div>
<button class="btn primary">${icon('plus')}Make the group</button></div></form>`;

function followForm({ follow, q }: GroupsModel): Html {
  const found =
    follow === null
      ? ''
      : follow.found.length === 0
        ? notFound
        : html`<ul class="rows small">${follow.found.map(followable)}</ul>`;
  return html`<section class="card padded stack" aria-labelledby="follow"><h2 id="follow">Follow a directory group</h2>
<form class="stack" method="get" action="/admin/groups#follow" role="search" aria-label="Directory groups">${q === '' ? '' : hiddenFields([['q', q]])}
<div class="field"><label for="directory">Name or address in the directory</label>
<input class="input" type="search" id="directory" name="directory" value="${follow?.q ?? ''}" maxlength="200"></div><div>
<button class="btn">${icon('search')}Search the directory</button></div></form>${found}</section>`;
}

const notFound = html`<p class="small muted" role="status">The directory has no such group. What is new there comes with the next sync: see <a href="/admin/directory">Directory</a>.</p>`;

function followable({ id, name, address, people, followedBy }: Followable): Html {
  const title = shown(name ?? 'Group without a name', 80);
  const facts = html`<b>${isolate(title)}</b><small class="muted">${peopleCounted(people)}${address === null ? '' : html` · ${isolate(shown(address))}`}</small>`;
  const button =
    followedBy === null
      ? postButton({
          action: `/admin/groups/follow/${encodeURIComponent(id)}`,
          text: 'Follow',
          look: 'btn sm',
          about: title,
        })
      : html`<a class="btn quiet sm" href="/admin/groups/${encodeURIComponent(followedBy)}">Followed<span class="sr">: ${title}</span></a>`;
  return html`<li class="row"><span class="who">${facts}</span>${button}</li>`;
}

/** Counted up to a bound: beyond it there are more. */
export const peopleCounted = (people: number): string =>
  people > MOST_COUNTED ? `more than ${figure(MOST_COUNTED)} people` : count(people, 'person', 'people');
