import type { DirectoryGroup, GroupPlan } from '@doorstep/shared/directory';
import type { PersonRow } from '@doorstep/shared/invitation-batch';
import { html } from 'hono/html';
import { peopleCounted } from './groups.ts';
import type { OrganizationModel } from './invite-organization.ts';
import { moreButtons } from './invite-people.ts';
import { crowdOf } from './invite-rows.ts';
import type { Html } from './layout.ts';
import { isolate } from './person.ts';
import { emptyState } from './table.ts';
import { count, figure, shown } from './text.ts';

/** `plan` is undefined before anybody looked into the group, null when it has more people than one batch may have. */
export type GroupToTick = DirectoryGroup & { plan: GroupPlan | null | undefined; firstPeople: PersonRow[] };

/** Whole groups; what inviting one would do is said when it is ticked, or looked into. */
export function groupList(model: OrganizationModel): Html {
  const { groups, looked } = model;
  if (groups.items.length === 0)
    return looked.q === ''
      ? emptyState('The directory has no groups', 'They come with the next sync, if Doorstep may read groups.')
      : emptyState('Nothing fits', `No group has a name or an address with “${shown(looked.q, 60)}” at the beginning of a word.`);
  return html`<ul class="rows picks" aria-label="Groups">${groups.items.map((group) => row(model, group))}</ul>${moreButtons(groups.nextCursor, looked.cursor, 'groups')}`;
}

function row({ form }: OrganizationModel, group: GroupToTick): Html {
  const name = shown(group.name ?? 'Group without a name', 80);
  const isTicked = form.groups.includes(group.id);
  return html`<li><div class="row"><label class="pick">
<input type="checkbox" name="groups" value="${group.id}"${isTicked ? html` checked` : ''}><span class="who"><b>${isolate(name)}</b><small>${
    group.address === null ? '' : html`${isolate(shown(group.address))} · `
  }${peopleCounted(group.people)}${group.kind === 'dynamic' ? ' · dynamic' : ''}</small></span></label>${
    group.plan === undefined
      ? html`<button class="btn quiet sm" name="do" value="open:${group.id}" formnovalidate>Who is in it<span class="sr">: ${name}</span></button>`
      : ''
  }</div>${planned(group)}</li>`;
}

function planned({ plan, firstPeople }: GroupToTick): Html | '' {
  if (plan === undefined) return '';
  if (plan === null) return html`<p class="small wait">More people than one batch may have: choose smaller groups.</p>`;
  return html`<div class="inside-row small"><p><b>${planText(plan)}</b></p>${crowdOf(firstPeople, plan.people)}</div>`;
}

/** "12 people: 3 members, 1 disabled, 8 to invite" */
function planText({ people, members, disabled, invite, resend, guests }: GroupPlan): string {
  const others = people - members - disabled - invite - resend;
  const parts = [
    ...(members > 0 ? [count(members, 'member', 'members')] : []),
    ...(disabled > 0 ? [`${figure(disabled)} disabled`] : []),
    ...(others > 0 ? [`${figure(others)} who cannot be invited`] : []),
    ...(resend > 0 ? [`${figure(resend)} invited already`] : []),
    `${figure(invite)} to invite`,
  ];
  return `${count(people, 'person', 'people')}: ${parts.join(', ')}${guests > 0 ? `; ${count(guests, 'is a guest', 'are guests')}` : ''}`;
}
