import { type Delivery, type Invitation, type InvitationFilter, invitationFilters } from '@doorstep/shared/invitation';
import type { Page } from '@doorstep/shared/list';
import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import { hiddenFields, postButton } from './form.ts';
import { type IconName, icon } from './icon.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { state } from './notice.ts';
import { personCell } from './person.ts';
import { roleText } from './role.ts';
import { emptyState, pager, table } from './table.ts';
import { link, nameOf } from './text.ts';
import { ago } from './time.ts';

/** `filter` null shows all; `cursor` is the one of this page, null on the newest. */
export type InvitationsModel = AdminShell & {
  invitations: Page<Invitation>;
  filter: InvitationFilter | null;
  q: string;
  cursor: string | null;
};

/** `/admin/invitations` */
export function invitationsPage(model: InvitationsModel): Html {
  const { items, nextCursor } = model.invitations;
  const at = (cursor: string | null) => link('/admin/invitations', { state: model.filter, q: model.q, cursor });
  const isFiltered = model.filter !== null || model.q !== '';
  const body = items.length > 0 || !isFiltered ? invitationTable(items, model.now) : nothingFits;
  return adminLayout(
    model,
    'invitations',
    'Invitations',
    inviteLink,
    html`<div class="card">${toolsbar(model)}${body}${pager(nextCursor && at(nextCursor), model.cursor === null ? null : at(null))}</div>`,
  );
}

export const inviteLink = html`<a class="btn primary" href="/admin/invitations/new">${icon('plus')}Invite people</a>`;
const nothingFits = emptyState(
  'Nothing fits',
  'No invitation is in this state with such a name or address.',
  html`<a class="btn" href="/admin/invitations">Show all</a>`,
);

const filterWords: Record<InvitationFilter, string> = {
  pending: 'Pending',
  expired: 'Expired',
  redeemed: 'Joined',
  revoked: 'Revoked',
  declined: 'Declined',
};

function toolsbar({ filter, q }: InvitationsModel): Html {
  const tab = (value: InvitationFilter | null, text: string) =>
    html`<a href="${link('/admin/invitations', { state: value, q })}"${value === filter ? html` aria-current="true"` : ''}>${text}</a>`;
  return html`<div class="toolsbar"><form class="search line" method="get" action="/admin/invitations" role="search">${filter ? hiddenFields([['state', filter]]) : ''}
<span class="search">${icon('search')}
<input class="input" type="search" name="q" value="${q}" maxlength="200" aria-label="Search invitations" placeholder="Search invitations"></span>
<button class="btn">Search</button></form>
<nav class="tabs plain" aria-label="States">${tab(null, 'All')}${invitationFilters.map((value) => tab(value, filterWords[value]))}</nav></div>`;
}

const columns = [
  { text: 'Person' },
  { text: 'State', look: 'tight' },
  { text: 'Role', look: 'tight' },
  { text: 'By', look: 'muted' },
  { text: 'Sent', look: 'tight muted' },
  { text: 'Ends', look: 'tight muted' },
  { text: 'Actions', isHidden: true },
];

/** The rows alone, also shown on *Users* under *Invitations pending*. */
export const invitationTable = (invitations: Invitation[], now: Millis): Html =>
  invitations.length === 0
    ? emptyState('No invitations', 'Everybody you invite is listed here, with what became of the mail.', inviteLink)
    : table(
        'Invitations',
        columns,
        invitations.map((invitation) => row(invitation, now)),
      );

const row = (invitation: Invitation, now: Millis) => [
  personCell(invitation, invitation.memberId === null ? null : `/admin/users/${encodeURIComponent(invitation.memberId)}`),
  invitationState(invitation),
  roleText[invitation.role].word,
  invitation.invitedBy === null ? '' : html`<bdi>${nameOf(invitation.invitedBy)}</bdi>`,
  ago(invitation.sentAt, now),
  invitation.state === 'pending' ? ago(invitation.expiresAt, now) : '',
  invitation.state === 'pending' ? actions(invitation) : '',
];

function actions(invitation: Invitation): Html {
  const path = `/admin/invitations/${encodeURIComponent(invitation.id)}`;
  const about = nameOf(invitation);
  const resend = postButton({ action: `${path}/resend`, text: 'Resend', look: 'btn sm', about });
  const revoke = postButton({ action: `${path}/revoke`, text: 'Revoke', look: 'btn sm danger', about });
  return html`<span class="end">${resend}${revoke}</span>`;
}

/** While it is pending, what became of the mail; afterwards, what became of the invitation. */
export function invitationState(invitation: Invitation): Html {
  if (invitation.state === 'redeemed') return state('ok', 'door', 'joined');
  if (invitation.state === 'revoked') return state('', 'minus', 'revoked');
  if (invitation.state === 'declined') return state('', 'x', 'declined');
  if (invitation.expired) return state('', 'clock', 'expired');
  if (invitation.delivery === null) return state('ok', 'check', 'approved, not in yet');
  return deliveryState(invitation.delivery);
}

const deliveryShown: Record<Delivery, { tone: '' | 'wait' | 'bad'; icon: IconName }> = {
  queued: { tone: '', icon: 'clock' },
  sent: { tone: '', icon: 'send' },
  delivered: { tone: '', icon: 'check' },
  bounced: { tone: 'bad', icon: 'bounce' },
  failed: { tone: 'bad', icon: 'warn' },
  uncertain: { tone: 'wait', icon: 'clock' },
};
const deliveryState = (delivery: Delivery) => state(deliveryShown[delivery].tone, deliveryShown[delivery].icon, delivery);
