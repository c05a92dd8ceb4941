import type { AccessRequest, RequestState, Why } from '@doorstep/shared/access-request';
import type { Page } from '@doorstep/shared/list';
import type { FieldError } from '@doorstep/shared/problem';
import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import { errorSummary, postButton } from './form.ts';
import { type IconName, icon } from './icon.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { type ManyOutcome, manyOutcomeNotice, manyTick, manyToolbar } from './many-requests.ts';
import { state } from './notice.ts';
import { avatar, guestChip, isolate, personCell } from './person.ts';
import { emptyState, pager, table } from './table.ts';
import { link, nameOf, shown } from './text.ts';
import { ago, spanText } from './time.ts';

/** The open ones first, the decided below; each with the cursor of this page, null on the newest. */
export type RequestsModel = AdminShell & {
  open: Page<AccessRequest>;
  decided: Page<AccessRequest>;
  openCursor: string | null;
  decidedCursor: string | null;
  /** All of the page are ticked. */
  isAllTicked: boolean;
  /** How long an answer usually takes; null while nobody can say. */
  usualTime: Millis | null;
  /** What became of many that were decided at once. */
  outcome: ManyOutcome | null;
  errors: FieldError[];
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
  const isMany = model.open.items.length > 1;
  const ticks = isMany ? { isTicked: model.isAllTicked } : null;
  const otherTicks = link('/admin/requests', {
    open: model.openCursor,
    decided: model.decidedCursor,
    select: model.isAllTicked ? null : 'all',
  });
  const content = html`${errorSummary(model.errors, {})}${manyOutcomeNotice(model.outcome)}${usually(model.usualTime)}<div class="card">${isMany ? manyToolbar(otherTicks, model.isAllTicked) : ''}${requestList(model.open.items, model, ticks)}${openPager}</div>${
    model.decided.items.length === 0
      ? ''
      : html`<h2 class="sub">Decided</h2><div class="card">${decidedTable(model)}${decidedPager}</div>`
  }`;
  return adminLayout(model, 'requests', 'Access requests', '', content);
}

const usually = (usualTime: Millis | null) =>
  usualTime === null ? '' : html`<p class="small muted sub">Requests are usually answered within ${spanText(usualTime)}.</p>`;

/** Where many can be decided at once, each has a box to tick. */
type Ticks = { isTicked: boolean } | null;

/** The open ones, also shown on *Users*. */
export const requestList = (requests: AccessRequest[], model: AdminShell, ticks: Ticks = null): Html =>
  requests.length === 0
    ? emptyState(
        'Nobody is waiting',
        'Who signs in without an invitation is listed here, for you to let in or not. You also get a mail.',
      )
    : html`<ul class="rows">${requests.map((request) => openRow(request, model, ticks))}</ul>`;

function openRow(request: AccessRequest, model: AdminShell, ticks: Ticks): Html {
  const name = nameOf(request);
  const path = `/admin/requests/${encodeURIComponent(request.id)}`;
  const address = request.name && request.address ? html`<small class="muted">${isolate(shown(request.address))}</small>` : '';
  const face = ticks === null ? avatar(request.id, name) : manyTick(request.id, name, ticks.isTicked);
  return html`<li class="reqrow${ticks === null ? '' : ' pickable'}">${face}<div class="ident">
<p class="line g6 wrap"><a class="name" href="${path}">${isolate(name)}</a>${guestChip(request.guestOf)}</p>${address}</div>
${ownWords(request)}
<p class="small muted">${ago(request.askedAt, model.now)}</p>
<div class="button-row">${postButton({ action: `${path}/approve`, text: 'Approve', look: 'btn ok sm', icon: 'check', about: name })}
<a class="btn sm" href="${path}#deny">Deny<span class="sr"> ${name}</span></a>
<a class="btn quiet sm" href="${path}">Details<span class="sr"> of ${name}</span></a></div></li>`;
}

/** What the person says, and answers to the workspace's question; else why they ask. */
function ownWords({ reason, question, answer, why }: AccessRequest): Html {
  const isSilent = reason === null && answer === null;
  const said = isSilent ? html`<span class="muted">${whyShort[why]}</span>` : reason === null ? '' : shown(reason, 300);
  const answered =
    answer === null || question === null
      ? ''
      : html`<br><span class="muted">${isolate(shown(question, 100))}</span> ${isolate(shown(answer, 300))}`;
  return html`<p class="reason" dir="auto">${said}${answered}</p>`;
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
