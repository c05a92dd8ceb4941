import type { Page } from '@doorstep/shared/list';
import type { Member } from '@doorstep/shared/member';
import { html } from 'hono/html';
import { hiddenFields } from './form.ts';
import { icon } from './icon.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { notice, state } from './notice.ts';
import { guestChip, personCell } from './person.ts';
import { SSO } from './provisioning.ts';
import { emptyState, pager, table } from './table.ts';
import { count, link } from './text.ts';
import { ago, day } from './time.ts';

export const FORCE = `${SSO}/force`;
const BREAK_GLASS = `${SSO}/break-glass`;

/** Whom the switch concerns, as counted now. */
export type ForceSsoShown = {
  isOn: boolean;
  guests: number;
  invitations: number;
  requests: number;
  breakGlass: { listed: number; withPasskey: number };
};

/** `guests`: those who are in, a page of them; `isFreshAtProvider`: a press switches at once. */
export type ForceSsoModel = AdminShell & {
  force: ForceSsoShown;
  guests: Page<Member>;
  q: string;
  cursor: string | null;
  isFreshAtProvider: boolean;
};

/** `/admin/single-sign-on/force` */
export function forceSsoPage(model: ForceSsoModel): Html {
  const content = html`<p><a class="back" href="${SSO}">${icon('left')}Single sign-on</a></p><div class="aside"><div class="cols"><div class="aside">${whatItMeans(model)}${theSwitch(model)}</div>
<div class="aside">${whoStays(model)}</div></div>${whoLoses(model)}</div>`;
  return adminLayout(model, 'single-sign-on', 'Force SSO', stateOf(model.force), content);
}

const stateOf = ({ isOn }: Pick<ForceSsoShown, 'isOn'>): Html => (isOn ? state('ok', 'shield', 'on') : state('', 'door', 'off'));

const whatItMeans = ({ force }: ForceSsoModel): Html => html`<section class="card padded stack" aria-labelledby="means">
<h2 id="means">What it ${force.isOn ? 'means' : 'would mean'}</h2><ul class="bullets">
<li>Everybody signs in with Microsoft. No guest can be invited or sign in.</li>
<li>${count(force.guests, 'guest', 'guests')} who ${force.guests === 1 ? 'is' : 'are'} in ${force.isOn ? 'cannot sign in' : 'would be signed out at once and could not come back'}.</li>
<li>${count(force.invitations, 'open invitation', 'open invitations')} and ${count(force.requests, 'access request', 'access requests')} of guests ${force.isOn ? 'wait' : 'would wait'}: their links say why.</li>
<li>Nothing is deleted. Switched off, memberships, passkeys and invitations are as before; an invitation’s days go on meanwhile.</li></ul></section>`;

function theSwitch({ force, isFreshAtProvider }: ForceSsoModel): Html {
  const hint = isFreshAtProvider ? '' : html`<p class="small muted">You are asked to sign in with Microsoft once more first.</p>`;
  if (force.isOn) {
    return html`<form class="card padded stack" method="post" action="${FORCE}" aria-label="Switch off">${hiddenFields([['force', 'off']])}
<p>Switched off, guests can be invited and sign in again at once.</p><div><button class="btn danger">Stop forcing SSO</button></div></form>`;
  }
  return html`<form class="card padded stack" method="post" action="${FORCE}" aria-label="Switch on">${hiddenFields([['force', 'on']])}
${hint}<div><button class="btn danger">${icon('shield')}Force SSO on all users</button></div></form>`;
}

/** Whoever is on the break-glass list comes in when Microsoft does not answer. */
function whoStays({ force: { breakGlass } }: ForceSsoModel): Html {
  const { listed, withPasskey } = breakGlass;
  const warning =
    listed === 0
      ? notice('wait', 'warn', 'Nobody is on the break-glass list. If Microsoft fails, nobody can sign in until it is back.')
      : withPasskey === 0
        ? notice('wait', 'warn', 'Nobody on the break-glass list has a passkey yet, so the list opens nothing.')
        : '';
  return html`<section class="card padded stack" aria-labelledby="stays"><h2 id="stays">Who can still get in</h2>
<p>Members of your organization, with Microsoft.</p>
<p>If Microsoft fails: ${count(listed, 'administrator', 'administrators')} on the break-glass list, ${withPasskey} with a passkey.</p>${warning}
<div><a class="btn" href="${BREAK_GLASS}">Break-glass list</a></div></section>`;
}

const columns = [{ text: 'Guest' }, { text: 'Access until', look: 'tight' }, { text: 'Last seen', look: 'tight muted' }];

function whoLoses(model: ForceSsoModel): Html {
  const { force, guests, q, cursor, now } = model;
  const at = (to: string | null) => link(FORCE, { q, cursor: to });
  const body =
    guests.items.length > 0
      ? table(
          'Guests',
          columns,
          guests.items.map((guest) => [
            personCell(guest, `/admin/users/${guest.id}`, guestChip(guest.guestOf)),
            guest.accessUntil === null ? 'no end' : day(guest.accessUntil),
            guest.lastSeenAt === null ? 'never' : ago(guest.lastSeenAt, now),
          ]),
        )
      : q === ''
        ? emptyState('No guests', 'Nobody who signs in without Microsoft is in this workspace: nobody loses access.')
        : emptyState(
            'Nobody fits',
            'No guest has a name or an address that begins like that.',
            html`<a class="btn" href="${FORCE}">Show all</a>`,
          );
  return html`<section class="card" aria-labelledby="loses"><div class="padded"><h2 id="loses">${force.isOn ? 'Guests without access' : 'Who would lose access'}</h2></div>
<div class="toolsbar"><form class="search line" method="get" action="${FORCE}" role="search"><span class="search">${icon('search')}
<input class="input" type="search" name="q" value="${q}" maxlength="200" aria-label="Search guests" placeholder="Search guests"></span></form></div>
${body}${pager(guests.nextCursor && at(guests.nextCursor), cursor === null ? null : at(null), 'guests')}</section>`;
}
