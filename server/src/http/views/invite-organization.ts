import type { Page } from '@doorstep/shared/list';
import { html } from 'hono/html';
import { hiddenFields } from './form.ts';
import { icon } from './icon.ts';
import { searchText, type WizardModel, wizardPage } from './invite.ts';
import { type GroupToTick, groupList } from './invite-groups.ts';
import { type PersonToTick, peopleList } from './invite-people.ts';
import type { Html } from './layout.ts';
import { notice } from './notice.ts';
import { figure } from './text.ts';

export type { PersonToTick } from './invite-people.ts';

export const peopleShown = ['suggested', 'everybody', 'dismissed'] as const;

/** Which part of the directory is on show. `open` is the group whose people are looked at, `said` what was just done. */
export type Looked = {
  tab: 'people' | 'groups';
  q: string;
  show: (typeof peopleShown)[number];
  cursor: string | null;
  open: string | null;
  said?: Html;
};

/** `people` are those of the choice on show, `others` who else a search found beside the suggested ones. */
export type OrganizationModel = WizardModel & {
  hasDirectory: boolean;
  invitationRequired: number;
  looked: Looked;
  people: Page<PersonToTick>;
  others: PersonToTick[];
  groups: Page<GroupToTick>;
};

/** Step 1: people and groups of the directory. */
export function invitePeoplePage(model: OrganizationModel): Html {
  if (!model.hasDirectory) return wizardPage(model, 'organization', withoutDirectory, []);
  const { looked } = model;
  const state = hiddenFields([
    ['tab', looked.tab],
    ['shownQ', looked.q],
    ['cursor', looked.cursor ?? ''],
    ['open', looked.open ?? ''],
  ]);
  const content = html`${looked.said ?? ''}${state}${tabs(model)}${searchField(model)}${chosenSearches(model)}
${looked.tab === 'people' ? peopleList(model) : groupList(model)}${hiddenTicks(model)}`;
  return wizardPage(model, 'organization', content, ['people', 'groups']);
}

const withoutDirectory = html`${notice(
  '',
  'info',
  html`No directory is connected yet. With one, everybody of your organization who has no invitation is suggested here, and whole groups can be invited.`,
)}<div class="button-row"><a class="btn" href="/admin/directory">Connect the directory</a>
<span class="small muted">Or go on and type addresses.</span></div>`;

const tabs = ({
  looked: { tab },
  invitationRequired,
}: OrganizationModel): Html => html`<div class="tabs" role="group" aria-label="What to choose from">
${tabButton('people', tab, html`People <span class="count">${figure(invitationRequired)} required</span>`)}${tabButton('groups', tab, html`Groups`)}</div>`;

const tabButton = (name: string, here: string, text: Html): Html =>
  html`<button name="do" value="tab:${name}" formnovalidate${name === here ? html` aria-current="true"` : ''}>${text}</button>`;

const shows = { suggested: 'Invitation required', everybody: 'Everybody', dismissed: 'Never suggested' };

function searchField({ looked: { tab, q, show }, invitationRequired }: OrganizationModel): Html {
  const label = tab === 'people' ? 'Search people by name or address' : 'Search groups by name or address';
  const choice = html`<select class="input short" name="show" aria-label="Whom to show">${peopleShown.map(
    (value) =>
      html`<option value="${value}"${value === show ? html` selected` : ''}>${shows[value]}${value === 'suggested' ? ` (${figure(invitationRequired)})` : ''}</option>`,
  )}</select>`;
  return html`<div class="line wrap" role="search"><span class="search">${icon('search')}
<input class="input" type="search" name="q" value="${q}" maxlength="200" aria-label="${label}" placeholder="${label}"></span>
${tab === 'people' ? choice : ''}<button class="btn" name="do" value="search" formnovalidate>Search</button></div>`;
}

/** Each with the way to take it out again. */
function chosenSearches({ form }: OrganizationModel): Html | '' {
  if (form.searches.length === 0) return '';
  return html`<ul class="line wrap" aria-label="Chosen as a whole">${form.searches.map(
    (search, at) =>
      html`<li class="token">${searchText(search)}<button name="do" value="drop:${at}" formnovalidate>${icon('x')}<span class="sr">Take out: ${searchText(search)}</span></button></li>`,
  )}</ul>`;
}

/** What is ticked but not on this page stays ticked. */
function hiddenTicks({ form, people, others, groups }: OrganizationModel): Html {
  const onShow = new Set([...people.items, ...others, ...groups.items].map(({ id }) => id));
  const elsewhere = (ids: string[]) => ids.filter((id) => !onShow.has(id));
  const kept = [
    ...elsewhere(form.people).map((id) => ['people', id] as const),
    ...elsewhere(form.groups).map((id) => ['groups', id] as const),
  ];
  const isAnything = form.people.length + form.groups.length + form.searches.length > 0;
  const more = kept.length > 0 ? html`<span>${figure(kept.length)} more ticked elsewhere</span>` : '';
  return html`${hiddenFields(kept)}${
    isAnything
      ? html`<p class="line wrap small muted">${more}<button class="btn quiet sm" name="do" value="clear" formnovalidate>Untick everything</button></p>`
      : ''
  }`;
}
