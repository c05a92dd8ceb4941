import { type AccessRequest, REASON_LENGTH, type Why } from '@doorstep/shared/access-request';
import type { Invitation } from '@doorstep/shared/invitation';
import type { Role } from '@doorstep/shared/member';
import type { FieldError } from '@doorstep/shared/problem';
import { html } from 'hono/html';
import { accessUntilField, errorSummary, selectField, textArea } from './form.ts';
import { type GroupName, groupChips, groupsNamed } from './group-chips.ts';
import { groupChoice } from './group-choice.ts';
import { icon } from './icon.ts';
import { invitationState } from './invitations.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { notice } from './notice.ts';
import { guestChip, isolate, personHead } from './person.ts';
import { backToRequests, requestState } from './requests.ts';
import { roleChoices, roleText } from './role.ts';
import { nameOf, shown } from './text.ts';
import { ago, exact } from './time.ts';

/** What the approval form holds; `accessUntil` is `yyyy-mm-dd` or empty. */
export type ApprovalForm = { role: Role; accessUntil: string; userGroupIds: readonly string[]; reason: string };

/**
 * `invitation` is the one the request names. `isProvenAddress` false: the address is only what the person's sign-in says.
 * `isOwn`: the viewer's own request, which somebody else decides. `isGone`: the directory says that the person is disabled or gone.
 */
export type RequestModel = AdminShell & {
  request: AccessRequest;
  invitation: Invitation | null;
  isProvenAddress: boolean;
  isOwn: boolean;
  isGone: boolean;
  /** Custom groups to choose from. */
  groups: GroupName[];
  form: ApprovalForm;
  /** The word of the other form, as typed. */
  denialReason?: string;
  errors: FieldError[];
};

/** `/admin/requests/{id}` */
export function requestPage(model: RequestModel): Html {
  const { request } = model;
  const verdict =
    request.state !== 'open'
      ? verdictShown(model)
      : model.isOwn
        ? ownNotice
        : html`${model.isGone ? goneNotice : approval(model)}${denial(model)}`;
  const content = html`${backToRequests}${errorSummary(model.errors, labels)}<div class="cols">
<div class="aside">${facts(model)}${model.invitation === null ? '' : invitationShown(model.invitation, model)}</div>
<div class="aside">${verdict}</div></div>`;
  return adminLayout(model, 'requests', nameOf(request), '', content);
}

const labels = {
  role: 'Role',
  accessUntil: 'Access until',
  userGroupIds: 'User groups',
  reason: 'A word to the person',
  denialReason: 'A word to the person',
};

const whySentence: Record<Why, string> = {
  'no-invitation': 'Signed in without an invitation.',
  'address-not-proven':
    'Holds the key of an invitation, but nothing proves that its address belongs to this account. Approving lets this account use it.',
  'other-account':
    'Holds the key of an invitation that is meant for another account. Approving makes a new one for this account; the old one stays with its addressee.',
  'invitation-expired':
    'Holds the key of an invitation that has ended. Approving renews it with role, groups and end date as they were.',
};

function facts({ request, isProvenAddress, now }: RequestModel): Html {
  const says = isProvenAddress ? '' : html`<span class="chip wait">${icon('info')}says so, not proven</span>`;
  return html`<section class="card padded stack" aria-label="Who asks">
${personHead(request, html`${request.address === null ? '' : says}${guestChip(request.guestOf)}`, { withoutAddress: 'no address known' })}
<dl class="facts"><dt>Comes from</dt><dd>${request.guestOf === null ? 'your organization' : isolate(shown(request.guestOf))}</dd>
<dt>Asked</dt><dd>${exact(request.askedAt)} <span class="muted">${ago(request.askedAt, now)}</span></dd><dt>Why</dt>
<dd>${whySentence[request.why]}</dd>${
    request.state === 'open'
      ? html`<dt>Runs out</dt>
<dd>${ago(request.expiresAt, now)}</dd>`
      : ''
  }</dl>${
    request.reason === null
      ? ''
      : html`<div><h2 class="label">In their own words</h2><blockquote dir="auto">${shown(request.reason, REASON_LENGTH)}</blockquote></div>`
  }${
    request.answer === null || request.question === null
      ? ''
      : html`<div><h2 class="label">${isolate(shown(request.question, 300))}</h2><blockquote dir="auto">${shown(request.answer, REASON_LENGTH)}</blockquote></div>`
  }</section>`;
}

const invitationShown = (invitation: Invitation, { now, groups }: RequestModel): Html =>
  html`<section class="card padded stack" aria-label="The invitation"><h2>The invitation</h2><dl class="facts"><dt>For</dt>
<dd>${isolate(nameOf(invitation))}</dd><dt>State</dt><dd>${invitationState(invitation)}</dd><dt>Role</dt>
<dd>${roleText[invitation.role].word}</dd><dt>Access until</dt>
<dd>${invitation.accessUntil === null ? 'no end' : exact(invitation.accessUntil)}</dd>${
    invitation.userGroupIds.length === 0
      ? ''
      : html`<dt>Groups</dt><dd>${groupChips(groupsNamed(groups, invitation.userGroupIds))}</dd>`
  }${
    invitation.invitedBy === null
      ? ''
      : html`<dt>By</dt><dd>${isolate(nameOf(invitation.invitedBy))}, ${ago(invitation.sentAt, now)}</dd>`
  }</dl></section>`;

function approval({ request, groups, form, errors }: RequestModel): Html {
  const role = selectField({ name: 'role', label: labels.role, value: form.role, errors, choices: roleChoices });
  const until = accessUntilField(labels.accessUntil, form.accessUntil, errors);
  const choice = groupChoice(labels.userGroupIds, groups, form.userGroupIds, errors);
  const reason = textArea({
    name: 'reason',
    label: labels.reason,
    value: form.reason,
    errors,
    rows: 2,
    maxLength: REASON_LENGTH,
    isOptional: true,
  });
  return html`<form class="card padded stack" method="post" action="${pathOf(request)}/approve" aria-labelledby="approve">
<h2 id="approve">Let in</h2>${role}${until}${choice}${reason}<div>
<button class="btn primary">${icon('check')}Approve</button></div></form>`;
}

/** The denial's word has an id of its own on the page, but is sent as `reason` like the approval's. */
const denial = ({ request, denialReason = '', errors }: RequestModel): Html =>
  html`<form class="card padded stack" method="post" action="${pathOf(request)}/deny" id="deny" aria-labelledby="deny-title">
<h2 id="deny-title">Do not let in</h2><div class="field"><label for="denialReason">${labels.denialReason} <span class="count">optional</span></label>
<textarea class="input" id="denialReason" name="reason" rows="2" maxlength="${REASON_LENGTH}" aria-describedby="denial-hint">
${denialReason}</textarea>${errors.filter(({ pointer }) => pointer === '#/denialReason').map(({ detail }) => html`<p class="error">${icon('warn')}<span>${labels.denialReason} ${detail}</span></p>`)}
<p class="hint" id="denial-hint">They can knock again after a while.</p></div><div>
<button class="btn danger">Deny</button></div></form>`;

const pathOf = (request: AccessRequest) => `/admin/requests/${encodeURIComponent(request.id)}`;

const ownNotice = notice('wait', 'info', 'This is your own request. Another administrator decides it.');

const goneNotice = notice(
  'bad',
  'warn',
  'The directory says that this person is disabled or gone. Nobody can let them in until it says otherwise.',
);

function verdictShown({ request, now }: RequestModel): Html {
  const reason =
    request.decisionReason === null
      ? ''
      : html`<dt>Their word</dt><dd>${isolate(shown(request.decisionReason, REASON_LENGTH))}</dd>`;
  const mailed =
    request.mailed === false
      ? notice('wait', 'mail', 'Nobody was mailed: no address is known. The waiting page tells the person.')
      : '';
  return html`<section class="card padded stack" aria-label="The answer"><h2>The answer</h2><dl class="facts"><dt>State</dt>
<dd>${requestState(request.state)}</dd>${
    request.decidedBy === null
      ? ''
      : html`<dt>By</dt>
<dd>${isolate(nameOf(request.decidedBy))}</dd>`
  }${
    request.decidedAt === null
      ? ''
      : html`<dt>When</dt>
<dd>${exact(request.decidedAt)} <span class="muted">${ago(request.decidedAt, now)}</span></dd>`
  }${reason}</dl>${mailed}</section>`;
}

/** Somebody else was faster: who, when, and what they said. */
export function alreadyDecidedPage(model: AdminShell & { request: AccessRequest }): Html {
  const { request, now } = model;
  const who = request.decidedBy === null ? 'It' : isolate(nameOf(request.decidedBy));
  const sentence = html`${who} ${request.decidedBy === null ? 'ended' : 'answered'} ${ago(request.decidedAt ?? request.expiresAt, now)}. Your answer changed nothing.`;
  const content = html`${backToRequests}<div class="narrow card padded stack">
<p><b>${isolate(nameOf(request))}</b> ${requestState(request.state)}</p><p>${sentence}</p><div class="button-row">
<a class="btn primary" href="/admin/requests">See who is waiting</a>
<a class="btn" href="${pathOf(request)}">Details</a></div></div>`;
  return adminLayout(model, 'requests', 'Already decided', '', content);
}
