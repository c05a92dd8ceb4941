import type { AccessRequest, RequestState, Why } from '@doorstep/shared/access-request';
import type { Page } from '@doorstep/shared/list';
import { html } from 'hono/html';
import { postButton } from './form.ts';
import { type IconName, icon } from './icon.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { state } from './notice.ts';
import { avatar, guestChip, isolate, personCell } from './person.ts';
import { emptyState, pager, table } from './table.ts';
import { link, nameOf, shown } from './text.ts';
import { ago } from './time.ts';

/** The open ones first, the decided below; each with the cursor of this page, null on the newest. */
export type RequestsModel = AdminShell & {
  open: Page<AccessRequest>;
  decided: Page<AccessRequest>;
  openCursor: string | null;
  decidedCursor: string | null;
};

/** `/admin/requests`, paged by `?open=` and `?decided=`. */
export function requestsPage(model: RequestsModel): Html {
  const at = (open: string | null, decided: string | null) => link('/admin/requests', { open, decided });
  const openPager = pager(
    model.open.nextCursor && at(model.open.nextCursor, model.decidedCursor),
    model.openCursor && at(null, model.decidedCursor),
    'open requests',
  );
  const decidedPager = pager(
    model.decided.nextCursor && at(model.openCursor, model.decided.nextCursor),
    model.decidedCursor && at(model.openCursor, null),
    'decided requests',
  );
  const content = html`<div class="card">${requestList(model.open.items, model)}${openPager}</div>${
    model.decided.items.length === 0
      ? ''
      : html`<h2 class="sub">Decided</h2><div class="card">${decidedTable(model)}${decidedPager}</div>`
  }`;
  return adminLayout(model, 'requests', 'Access requests', '', content);
}

/** The open ones, also shown on *Users*. */
export const requestList = (requests: AccessRequest[], model: AdminShell): Html =>
  requests.length === 0
    ? emptyState(
        'Nobody is waiting',
        'Who signs in without an invitation is listed here, for you to let in or not. You also get a mail.',
      )
    : html`<ul class="rows">${requests.map((request) => openRow(request, model))}</ul>`;

function openRow(request: AccessRequest, model: AdminShell): Html {
  const name = nameOf(request);
  const path = `/admin/requests/${encodeURIComponent(request.id)}`;
  const address = request.name && request.address ? html`<small class="muted">${isolate(shown(request.address))}</small>` : '';
  return html`<li class="reqrow">${avatar(request.id, name)}<div class="ident">
<p class="line g6 wrap"><a class="name" href="${path}">${isolate(name)}</a>${guestChip(request.guestOf)}</p>${address}</div>
<p class="reason" dir="auto">${request.reason === null ? html`<span class="muted">${whyShort[request.why]}</span>` : shown(request.reason, 300)}</p>
<p class="small muted">${ago(request.askedAt, model.now)}</p>
<div class="button-row">${postButton({ action: `${path}/approve`, text: 'Approve', look: 'btn ok sm', icon: 'check', about: name })}
<a class="btn sm" href="${path}#deny">Deny<span class="sr"> ${name}</span></a>
<a class="btn quiet sm" href="${path}">Details<span class="sr"> of ${name}</span></a></div></li>`;
}

/** Why somebody asks, in a few words. */
export const whyShort: Record<Why, string> = {
  'no-invitation': 'has no invitation',
  'address-not-proven': 'has an invitation; the address is not proven',
  'other-account': 'came with an invitation for another account',
  'invitation-expired': 'asks for a new invitation, the old one ended',
};

const decidedTable = ({ decided, now }: RequestsModel) =>
  table(
    'Decided requests',
    decidedColumns,
    decided.items.map((request) => [
      personCell(request, `/admin/requests/${encodeURIComponent(request.id)}`, guestChip(request.guestOf)),
      requestState(request.state),
      decidedBy(request),
      ago(request.decidedAt ?? request.expiresAt, now),
    ]),
  );

const decidedColumns = [
  { text: 'Who' },
  { text: 'Answer', look: 'tight' },
  { text: 'By', look: 'muted' },
  { text: 'When', look: 'tight num muted' },
];

function decidedBy(request: AccessRequest): Html | string {
  if (request.decidedBy === null) return request.state === 'expired' ? 'nobody answered in time' : '';
  const reason = request.decisionReason === null ? '' : html`: “${isolate(shown(request.decisionReason, 120))}”`;
  return html`${isolate(nameOf(request.decidedBy))}${reason}`;
}

const stateShown: Record<RequestState, { tone: '' | 'ok' | 'bad' | 'wait'; icon: IconName; word: string }> = {
  open: { tone: 'wait', icon: 'clock', word: 'waiting' },
  approved: { tone: 'ok', icon: 'check', word: 'approved' },
  denied: { tone: 'bad', icon: 'x', word: 'denied' },
  withdrawn: { tone: '', icon: 'left', word: 'withdrawn' },
  superseded: { tone: 'ok', icon: 'door', word: 'came in by an invitation' },
  expired: { tone: '', icon: 'clock', word: 'ran out' },
};
export const requestState = (code: RequestState): Html =>
  state(stateShown[code].tone, stateShown[code].icon, stateShown[code].word);

export const backToRequests = html`<p><a class="back" href="/admin/requests">${icon('left')}Access requests</a></p>`;
