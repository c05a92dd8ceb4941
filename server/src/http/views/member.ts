import type { Member } from '@doorstep/shared/member';
import type { FieldError } from '@doorstep/shared/problem';
import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import { errorSummary, postButton, selectField, textField } from './form.ts';
import { type IconName, icon } from './icon.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { notice } from './notice.ts';
import { guestChip, isolate, personHead } from './person.ts';
import { roleChoices, roleText } from './role.ts';
import { count, nameOf, shown } from './text.ts';
import { ago, dateFieldValue, exact } from './time.ts';
import { memberState } from './users.ts';

/** One thing that happened to somebody, as a sentence. */
export type HistoryLine = { icon: IconName; text: string; at: Millis; by: string | null };

/** The last administrator's role and membership cannot change: the controls say so instead of failing. */
export type PersonModel = AdminShell & {
  member: Member;
  isLastAdministrator: boolean;
  sessions: number;
  history: HistoryLine[];
  errors: FieldError[];
};

/** `/admin/users/{member id}` */
export function personPage(model: PersonModel): Html {
  const { member } = model;
  const isViewer = member.id === model.viewer.memberId;
  const content = html`<p><a class="back" href="/admin/users">${icon('left')}Users</a></p>${errorSummary(model.errors, { role: 'Role', accessUntil: 'Access until' })}${lastAdministratorNotice(model)}
<div class="cols"><div class="aside">${facts(model, isViewer)}${member.state === 'removed' ? '' : changes(model)}</div>${history(model.history, model.now)}</div>`;
  return adminLayout(model, 'users', nameOf(member), '', content);
}

const lastAdministratorNotice = (model: PersonModel) =>
  model.isLastAdministrator
    ? notice(
        'wait',
        'info',
        'The only administrator: somebody must be able to let others in. Make another person an administrator first.',
      )
    : '';

function facts({ member, now, sessions }: PersonModel, isViewer: boolean): Html {
  return html`<section class="card padded stack" aria-label="Facts">
${personHead(member, html`${guestChip(member.guestOf)}`, { after: isViewer ? ' (you)' : '' })}
<dl class="facts"><dt>State</dt><dd>${memberState(member, now)}</dd><dt>Role</dt><dd>${roleText[member.role].word}</dd>
<dt>Member since</dt><dd>${exact(member.joinedAt)}</dd><dt>Access until</dt>
<dd>${member.accessUntil === null ? 'no end' : exact(member.accessUntil)}</dd><dt>Last here</dt>
<dd>${member.lastSeenAt === null ? 'never' : ago(member.lastSeenAt, now)}</dd><dt>Signed in on</dt>
<dd>${sessions === 0 ? 'nothing' : count(sessions, 'browser', 'browsers')}</dd></dl></section>`;
}

function changes(model: PersonModel): Html {
  const { member, errors, isLastAdministrator } = model;
  const path = `/admin/users/${encodeURIComponent(member.id)}`;
  const about = nameOf(member);
  const role = selectField({
    name: 'role',
    label: 'Role',
    value: member.role,
    errors,
    choices: roleChoices,
    isDisabled: isLastAdministrator,
  });
  const until = textField({
    name: 'accessUntil',
    label: 'Access until',
    type: 'date',
    value: dateFieldValue(member.accessUntil),
    errors,
    isOptional: true,
    hint: 'The last day, in UTC. Empty: no end.',
  });
  return html`<section class="card padded stack" aria-label="Changes"><h2>Change</h2><div class="two">
<form class="stack" method="post" action="${path}/role">${role}<div>
<button class="btn"${isLastAdministrator ? html` disabled` : ''}>Change role</button></div></form>
<form class="stack" method="post" action="${path}/access-until">${until}<div>
<button class="btn">Change end</button></div></form></div>
<div class="button-row links">${postButton({ action: `${path}/end-sessions`, text: 'Sign out everywhere', about, look: 'btn' })}${
    member.state === 'suspended'
      ? postButton({ action: `${path}/resume`, text: 'Resume', about })
      : postButton({ action: `${path}/suspend`, text: 'Suspend', about, look: 'btn danger', isDisabled: isLastAdministrator })
  }${postButton({ action: `${path}/remove`, text: 'Remove', about, look: 'btn danger', isDisabled: isLastAdministrator })}</div></section>`;
}

const history = (lines: HistoryLine[], now: Millis) =>
  html`<section class="card padded stack" aria-label="History"><h2>History</h2>${
    lines.length === 0
      ? html`<p class="small muted">Nothing has happened yet.</p>`
      : html`<ol class="history">${lines.map((line) => historyLine(line, now))}</ol>`
  }</section>`;

const historyLine = (line: HistoryLine, now: Millis) =>
  html`<li>${icon(line.icon)}<span class="grow">${isolate(shown(line.text))}${
    line.by === null ? '' : html` <span class="muted">by ${isolate(shown(line.by, 80))}</span>`
  }</span><span class="muted">${ago(line.at, now)}</span></li>`;
