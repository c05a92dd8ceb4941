import type { DirectoryUser } from '@doorstep/shared/directory';
import { html } from 'hono/html';
import { icon } from './icon.ts';
import type { OrganizationModel } from './invite-organization.ts';
import type { Html } from './layout.ts';
import { notice, state } from './notice.ts';
import { avatar, guestChip, isolate } from './person.ts';
import { emptyState } from './table.ts';
import { count, nameOf, shown } from './text.ts';

/** `isTenantGuest`: somebody of elsewhere, in this directory as a guest. */
export type PersonToTick = DirectoryUser & { isTenantGuest: boolean };

/** Suggested people first; whom a tick would do nothing for says why. */
export function peopleList(model: OrganizationModel): Html {
  const { people, others, looked } = model;
  if (people.items.length + others.length === 0) return nobody(model);
  return html`${selectAll(model)}${rows(model, people.items, listNames[looked.show])}${morePeople(model)}${
    others.length > 0 ? html`<h3 class="sub">Others</h3>${rows(model, others, 'Others')}` : ''
  }`;
}

const listNames = { suggested: 'Invitation required', everybody: 'Everybody', dismissed: 'Never suggested' };

function nobody({ looked: { q, show } }: OrganizationModel): Html {
  if (q !== '')
    return emptyState(
      'Nobody fits',
      `Nobody in the directory has a name or an address with “${shown(q, 60)}” at the beginning of a word.`,
    );
  if (show === 'dismissed') return emptyState('Nobody is left out', 'Who is never to be suggested is listed here, to undo it.');
  return show === 'suggested'
    ? emptyState('Nobody is missing', 'Everybody of the directory is invited, a member, or not to be suggested.')
    : emptyState('The directory has nobody yet', 'People come with the next sync.');
}

/** All that match, also those of other pages: the search itself is what is chosen. */
function selectAll({ form, looked: { q, show }, people, invitationRequired }: OrganizationModel): Html | '' {
  if (show !== 'suggested' || people.items.length === 0) return '';
  if (coverOf(form.searches, q))
    return html`<p class="small muted">${icon('check')} All of them are chosen, and whoever is found by then.</p>`;
  const text =
    q === ''
      ? `Select all ${count(invitationRequired, 'person', 'people')}`
      : people.nextCursor === null
        ? `Select all that match (${people.items.length})`
        : 'Select all that match';
  return html`<p><button class="btn sm" name="do" value="all" formnovalidate>${text}</button></p>`;
}

/** Whether a chosen search has everybody whom `q` finds. */
const coverOf = (searches: string[], q: string): boolean =>
  searches.includes('invitation-required:') || searches.includes(`invitation-required:${q}`);

const rows = (model: OrganizationModel, people: PersonToTick[], label: string): Html | '' =>
  people.length === 0
    ? ''
    : html`<ul class="rows picks" aria-label="${label}">${people.map((person) => row(model, person))}</ul>`;

function row({ form, looked }: OrganizationModel, person: PersonToTick): Html {
  const name = nameOf(person);
  const isRequired = person.standing === 'invitation-required';
  const isCovered = isRequired && coverOf(form.searches, looked.q);
  const canTick = person.status === 'enabled' && !['member', 'invited'].includes(person.standing);
  const tick = isCovered
    ? html`<input type="checkbox" checked disabled>`
    : html`<input type="checkbox" name="people" value="${person.id}"${form.people.includes(person.id) && canTick ? html` checked` : ''}${canTick ? '' : html` disabled`}>`;
  const guest =
    person.guestOf !== null
      ? guestChip(person.guestOf)
      : person.isTenantGuest
        ? html`<span class="chip">tenant guest</span>`
        : '';
  return html`<li class="row"><label class="pick">${tick}${avatar(person.id, name)}<span class="who"><b>${isolate(name)}</b>${
    person.name && person.address ? html`<small>${isolate(shown(person.address))}</small>` : ''
  }</span></label>${guest}${standing(person)}${suggestion(person, name)}</li>`;
}

function standing({ standing, status }: PersonToTick): Html | '' {
  if (standing === 'member') return state('ok', 'check', 'member');
  if (standing === 'invited') return state('', 'mail', 'invited');
  if (status !== 'enabled') return state('bad', 'pause', status === 'disabled' ? 'disabled' : 'gone');
  if (standing === 'dismissed') return state('', 'minus', 'never suggested');
  return standing === 'out-of-scope' ? state('', 'info', 'not suggested by a rule') : '';
}

function suggestion({ id, standing }: PersonToTick, name: string): Html | '' {
  if (standing === 'dismissed') return button('suggest', id, 'Suggest again', name);
  return standing === 'invitation-required' ? button('dismiss', id, 'Never suggest', name) : '';
}

const button = (verb: string, id: string, text: string, about: string): Html =>
  html`<button class="btn quiet sm" name="do" value="${verb}:${id}" formnovalidate>${text}<span class="sr"> ${about}</span></button>`;

const morePeople = ({ people: { nextCursor }, looked }: OrganizationModel): Html | '' =>
  moreButtons(nextCursor, looked.cursor, 'people');

/** Lists of the wizard are paged by buttons of its form, so that no tick is lost. */
export const moreButtons = (next: string | null, here: string | null, what: string): Html | '' =>
  next === null && here === null
    ? ''
    : html`<div class="line wrap">${
        here === null
          ? ''
          : html`<button class="btn sm" name="do" value="page:" formnovalidate>${icon('left')}First ${what}</button>`
      }${next === null ? '' : html`<button class="btn sm" name="do" value="page:${next}" formnovalidate>More ${what}${icon('right')}</button>`}</div>`;

/** After *Never suggest*, or its undo, with the way back. */
export function dismissedNotice(person: PersonToTick, isDismissed: boolean): Html {
  const name = nameOf(person);
  const undo = isDismissed ? button('suggest', person.id, 'Undo', name) : '';
  const said = isDismissed ? 'is not suggested any more. Inviting is still possible.' : 'is suggested again.';
  return notice('ok', 'check', html`<span class="line wrap"><span><b>${isolate(name)}</b> ${said}</span>${undo}</span>`);
}
