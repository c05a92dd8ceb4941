import type { DirectoryStatus } from '@doorstep/shared/directory';
import type { Member } from '@doorstep/shared/member';
import type { FieldError } from '@doorstep/shared/problem';
import type { Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import { errorSummary, postButton, selectField, textField } from './form.ts';
import { type GroupName, groupChips, groupsNamed } from './group-chips.ts';
import { type IconName, icon } from './icon.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { sponsorLink } from './left-behind.ts';
import { notice } from './notice.ts';
import { isolate, memberChip, personHead } from './person.ts';
import { roleChoices, roleText } from './role.ts';
import { count, nameOf, shown } from './text.ts';
import { ago, dateFieldValue, exact } from './time.ts';
import { memberState } from './users.ts';

/** One thing that happened to somebody, as a sentence. */
export type HistoryLine = { icon: IconName; text: string; at: Millis; by: string | null };

/** The last administrator's role and membership cannot change: the controls say so instead of failing. */
export type PersonModel = AdminShell & {
  member: Member;
  /** All there are, to choose from. */
  groups: GroupName[];
  isLastAdministrator: boolean;
  /** Who proposed this person as administrator, and waits for a second approval. */
  proposal: { by: { memberId: string; name: string | null }; at: Millis } | null;
  /** What the directory says, and whether that is why the membership is suspended; null when it does not know the person. */
  inDirectory: { status: DirectoryStatus; isWhySuspended: boolean } | null;
  /** The admission rule that let this person in, or invited them; `about` is null when it was deleted since. */
  admittedBy: { ruleId: string; about: string | null } | null;
  sessions: number;
  history: HistoryLine[];
  errors: FieldError[];
};

/** `/admin/users/{member id}` */
export function personPage(model: PersonModel): Html {
  const { member } = model;
  const isViewer = member.id === model.viewer.memberId;
  const content = html`<p><a class="back" href="/admin/users">${icon('left')}Users</a></p>${errorSummary(model.errors, { role: 'Role', accessUntil: 'Access until' })}${lastAdministratorNotice(model)}${proposalNotice(model)}
<div class="cols"><div class="aside">${facts(model, isViewer)}${member.state === 'removed' ? '' : html`${changes(model)}${groupsOf(model)}`}</div>${history(model.history, model.now)}</div>`;
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

/** A second administrator confirms; whoever proposed can only take it back. */
function proposalNotice({ member, proposal, viewer, now }: PersonModel): Html | '' {
  if (proposal === null) return '';
  const path = `/admin/users/${encodeURIComponent(member.id)}`;
  const about = nameOf(member);
  const isOwn = proposal.by.memberId === viewer.memberId;
  const who = isOwn ? 'You' : isolate(nameOf(proposal.by));
  const end = postButton({
    action: `${path}/decline-administrator`,
    text: isOwn ? 'Take back' : 'Turn down',
    about,
    look: 'btn',
  });
  const confirm = postButton({ action: `${path}/confirm-administrator`, text: 'Confirm', about, look: 'btn primary' });
  return notice(
    'wait',
    'people',
    html`<p><b>${who} proposed ${isolate(about)} as administrator</b> ${ago(proposal.at, now)}. ${isOwn ? 'Another administrator has to confirm it.' : 'It needs your confirmation, or that of another administrator.'}</p>
<div class="button-row">${isOwn ? '' : confirm}${end}</div>`,
  );
}

function facts({ member, now, sessions, inDirectory, admittedBy }: PersonModel, isViewer: boolean): Html {
  return html`<section class="card padded stack" aria-label="Facts">
${personHead(member, html`${memberChip(member)}`, { after: isViewer ? ' (you)' : '' })}
<dl class="facts"><dt>State</dt><dd>${memberState(member, now)}</dd><dt>Role</dt><dd>${roleText[member.role].word}</dd>
<dt>Member since</dt><dd>${exact(member.joinedAt)}</dd><dt>Access until</dt>
<dd>${member.accessUntil === null ? 'no end' : html`${exact(member.accessUntil)} · <a href="/admin/users/${encodeURIComponent(member.id)}/renew">Renew</a>`}</dd>${
    member.sponsor === null ? '' : html`<dt>Sponsor</dt><dd>${sponsorLink(member.sponsor)}</dd>`
  }<dt>Last here</dt>
<dd>${member.lastSeenAt === null ? 'never' : ago(member.lastSeenAt, now)}</dd><dt>Signed in on</dt>
<dd>${sessions === 0 ? 'nothing' : count(sessions, 'browser', 'browsers')}</dd>${
    inDirectory === null
      ? ''
      : html`<dt>Directory</dt><dd>${directorySentence[inDirectory.status]}${inDirectory.isWhySuspended ? whySuspended : ''}</dd>`
  }${admittedBy === null ? '' : html`<dt>Came by</dt><dd>${ruleNamed(admittedBy)}</dd>`}</dl></section>`;
}

const directorySentence: Record<DirectoryStatus, string> = {
  enabled: 'says: enabled',
  disabled: 'says: disabled',
  gone: 'says: gone',
};
const ruleNamed = ({ ruleId, about }: NonNullable<PersonModel['admittedBy']>): Html | string =>
  about === null
    ? 'an admission rule that was deleted'
    : html`<a href="/admin/directory/rules/${encodeURIComponent(ruleId)}">the admission rule about ${isolate(shown(about, 100))}</a>`;
const whySuspended = html`<br><small class="muted">That is why the membership is suspended. It resumes with the directory, unless somebody changes it here first.</small>`;

/** Synced groups come and go with the directory; the others are given and taken here. */
function groupsOf({ member, groups }: PersonModel): Html {
  const path = `/admin/users/${encodeURIComponent(member.id)}/groups`;
  const has = groupsNamed(groups, member.userGroupIds);
  const assigned = has.filter(({ kind }) => kind === 'custom');
  const synced = has.filter(({ kind }) => kind === 'synced');
  const others = groups.filter(({ id, kind }) => kind === 'custom' && !member.userGroupIds.includes(id));
  const choices = others.map(({ id, name }) => ({ value: id, text: shown(name, 80) }));
  const add = html`<form class="stack" method="post" action="${path}">${selectField({ name: 'userGroupId', label: 'Add to a group', value: '', errors: [], choices })}<div>
<button class="btn">Add to the group</button></div></form>`;
  return html`<section class="card padded stack" aria-labelledby="groups"><h2 id="groups">User groups</h2>${
    has.length === 0 ? html`<p class="small muted">In no group.</p>` : ''
  }${assigned.length === 0 ? '' : html`<ul class="rows small">${assigned.map((group) => assignedGroup(group, path, member))}</ul>`}${
    synced.length === 0
      ? ''
      : html`<div><p class="small muted">Added automatically by the directory:</p>${groupChips(synced)}</div>`
  }${choices.length === 0 ? '' : add}</section>`;
}

const assignedGroup = ({ id, name }: GroupName, path: string, member: Member) =>
  html`<li class="row"><a class="name" href="/admin/groups/${encodeURIComponent(id)}">${isolate(shown(name, 80))}</a><span class="grow"></span>${postButton(
    {
      action: `${path}/remove`,
      text: 'Take out',
      look: 'btn sm',
      fields: [['userGroupId', id]],
      about: `${nameOf(member)} of ${shown(name, 80)}`,
    },
  )}</li>`;

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
