import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import type { Leaver, LeftBehind, LeftGuest, LeftInvitation } from '../../store/left-behind.ts';
import { postButton } from './form.ts';
import { icon } from './icon.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { notice } from './notice.ts';
import { isolate, personCell, personHead } from './person.ts';
import { emptyState } from './table.ts';
import { count, nameOf } from './text.ts';
import { day } from './time.ts';

export const LEFT_BEHIND = '/admin/left-behind';

/** `of`: the one person that the page is about, null when it is about all. */
export type LeftBehindModel = AdminShell & {
  of: string | null;
  leavers: Leaver[];
  guests: LeftGuest[];
  invitations: LeftInvitation[];
};

/** `/admin/left-behind` */
export const leftBehindPage = (model: LeftBehindModel): Html =>
  adminLayout(
    model,
    'users',
    'Left behind',
    '',
    html`<p><a class="back" href="${model.of === null ? '/admin/users' : LEFT_BEHIND}">${icon('left')}${model.of === null ? 'Users' : 'Left behind'}</a></p>
<p class="muted">These people do not administer any more. Whoever takes over is asked whether a guest is still needed, and is the one whom invited people can answer.</p>
${model.leavers.length === 0 ? html`<div class="card">${nothing}</div>` : model.leavers.map((leaver) => leaverCard(model, leaver))}`,
  );

const nothing = emptyState(
  'Nothing is left behind',
  'Every guest and every open invitation has an administrator who answers for it.',
  html`<a class="btn" href="/admin/users">Show everybody</a>`,
);

function leaverCard(model: LeftBehindModel, leaver: Leaver): Html {
  const { memberId } = leaver;
  const guests = model.guests.filter(({ from }) => from === memberId);
  const invitations = model.invitations.filter(({ from }) => from === memberId);
  const hidden = leaver.guests + leaver.invitations - guests.length - invitations.length;
  const name = nameOf(leaver);
  return html`<section class="card padded stack" aria-label="${name}">
<div class="row wrap"><span class="grow">${personHead({ ...leaver, id: memberId }, html``, { withoutAddress: 'no address' })}</span>
<span class="small muted">${whyLeft(leaver, model.now)}</span>${postButton({
    action: `${LEFT_BEHIND}/take-over`,
    text: 'Take over all',
    look: 'btn primary',
    fields: [['from', memberId]],
    about: `from ${name}`,
  })}</div>
<ul class="rows">${guests.map((guest) => guestRow(guest))}${invitations.map((invitation) => invitationRow(invitation))}</ul>
${hidden === 0 ? '' : html`<p class="small muted">${more(model, leaver, hidden)}</p>`}</section>`;
}

const more = ({ of }: LeftBehindModel, { memberId }: Leaver, hidden: number): Html =>
  of === null
    ? html`<a href="${LEFT_BEHIND}?of=${encodeURIComponent(memberId)}">${count(hidden, 'more', 'more')}</a>`
    : html`${count(hidden, 'more is', 'more are')} not shown. “Take over all” takes them too.`;

function whyLeft({ state, role, accessUntil }: Leaver, now: Millis): string {
  if (state !== 'active') return state;
  if (accessUntil !== null && accessUntil <= now) return 'access ended';
  return role === 'administrator' ? '' : 'not an administrator any more';
}

function guestRow({ from, accessUntil, ...guest }: LeftGuest): Html {
  const path = `/admin/users/${encodeURIComponent(guest.id)}`;
  const about = nameOf(guest);
  return html`<li class="row wrap"><span class="grow">${personCell(guest, path, html`<span class="chip">guest</span>`)}</span>
<span class="small muted">${accessUntil === null ? 'no end' : html`until ${day(accessUntil)}`}</span>${takeButton(from, guest.id, about)}${postButton(
    {
      action: `${path}/end-now`,
      text: 'End now',
      look: 'btn sm danger',
      about,
    },
  )}</li>`;
}

function invitationRow({ from, expiresAt, ...invitation }: LeftInvitation): Html {
  const about = nameOf(invitation);
  return html`<li class="row wrap"><span class="grow">${personCell(invitation, null, html`<span class="chip">invited</span>`)}</span>
<span class="small muted">until ${day(expiresAt)}</span>${takeButton(from, invitation.id, about)}${postButton({
    action: `/admin/invitations/${encodeURIComponent(invitation.id)}/revoke`,
    text: 'Revoke',
    look: 'btn sm danger',
    about,
  })}</li>`;
}

const takeButton = (from: string, only: string, about: string): Html =>
  postButton({
    action: `${LEFT_BEHIND}/take-over`,
    text: 'Take over',
    look: 'btn sm',
    fields: [
      ['from', from],
      ['only', only],
    ],
    about,
  });

/** On the page of the users, as long as there is something. */
export function leftBehindNotice({ guests, invitations }: LeftBehind): Html | '' {
  if (guests + invitations === 0) return '';
  const parts = [
    guests > 0 && count(guests, 'guest', 'guests'),
    invitations > 0 && count(invitations, 'open invitation', 'open invitations'),
  ].filter(Boolean);
  return notice(
    'wait',
    'people',
    html`${parts.join(' and ')} of people who do not administer any more. <a href="${LEFT_BEHIND}">See who takes over</a>`,
  );
}

/** The sponsor as a fact of a guest. */
export const sponsorLink = (sponsor: { memberId: string; name: string | null }): Html =>
  html`<a href="/admin/users/${encodeURIComponent(sponsor.memberId)}">${isolate(nameOf(sponsor))}</a>`;
