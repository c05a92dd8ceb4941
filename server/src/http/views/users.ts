import type { AccessRequest } from '@doorstep/shared/access-request';
import type { Invitation } from '@doorstep/shared/invitation';
import type { Page } from '@doorstep/shared/list';
import type { Summary } from '@doorstep/shared/me';
import { type Member, type MemberState, memberStates } from '@doorstep/shared/member';
import { DAY, type Millis } from '@doorstep/shared/time';
import { html } from 'hono/html';
import type { LeftBehind } from '../../store/left-behind.ts';
import { expiringNotice } from './expiring.ts';
import { options } from './form.ts';
import { type GroupName, groupChips, groupsNamed } from './group-chips.ts';
import { icon } from './icon.ts';
import { invitationTable, inviteLink } from './invitations.ts';
import { type AdminShell, adminLayout, type Html } from './layout.ts';
import { leftBehindNotice } from './left-behind.ts';
import { notice, state } from './notice.ts';
import { isolate, memberChip, personCell } from './person.ts';
import { requestList } from './requests.ts';
import { roleText } from './role.ts';
import { emptyState, pager, table } from './table.ts';
import { count, figure, link, nameOf } from './text.ts';
import { ago, day, spanText } from './time.ts';

/** What stands under the widgets: `?show=`, members when it is left out. `cursor` is the one of this page, null on the newest. */
export type UsersTable =
  | { show: 'members'; members: Page<Member>; groups: GroupName[]; q: string; state: MemberState | null; isProposed: boolean }
  | { show: 'invitations'; invitations: Page<Invitation> }
  | { show: 'requests'; requests: Page<AccessRequest> };

export type UsersModel = AdminShell & {
  summary: Summary;
  leftBehind: LeftBehind;
  proposals: number;
  cursor: string | null;
  table: UsersTable;
};

/** `/admin/users` */
export const usersPage = (model: UsersModel): Html =>
  adminLayout(
    model,
    'users',
    'Users',
    inviteLink,
    html`${expiringNotice(model.summary.expiring, model.now)}${leftBehindNotice(model.leftBehind)}${proposalsNotice(model.proposals)}${widgets(model)}<div class="card">${tableShown(model)}</div>`,
  );

/** Who was proposed as administrator, and waits for a second one to confirm it. */
const proposalsNotice = (proposals: number): Html | '' =>
  proposals === 0
    ? ''
    : notice(
        'wait',
        'people',
        html`<b>${count(proposals, 'person waits', 'people wait')} for a second approval</b> to become administrator. <a href="/admin/users?proposed=yes">See who</a>`,
      );

function widgets({ summary, table: { show }, now }: UsersModel): Html {
  const longest =
    summary.oldestOpenRequestAt === null ? 'nobody waits' : `longest: ${spanText(now - summary.oldestOpenRequestAt)}`;
  return html`<nav aria-label="What to show"><ul class="widgets">
${summary.directory === null ? connectWidget : widget('/admin/invitations/new?step=organization', 'Invitation required', summary.invitationRequired, 'in the directory, not here', false)}
${widget('/admin/users?show=invitations', 'Invitations pending', summary.pendingInvitations, 'not used yet', show === 'invitations')}
${widget('/admin/users?show=requests', 'Access requests', summary.openAccessRequests, longest, show === 'requests')}
${widget('/admin/users?show=members', 'Members', summary.members, 'can sign in', show === 'members')}</ul></nav>`;
}

/** Before there is a directory to look into. */
const connectWidget = html`<li><a href="/admin/directory" class="widget"><span class="small">Invitation required</span><b>–</b><span class="small">Connect the directory</span></a></li>`;

const widget = (href: string, title: string, number: number, hint: string, isHere: boolean) =>
  html`<li><a href="${href}" class="widget"${isHere ? html` aria-current="true"` : ''}><span class="small">${title}</span><b>${figure(number)}</b><span class="small">${hint}</span></a></li>`;

function tableShown(model: UsersModel): Html {
  const shown = model.table;
  const at = (cursor: string | null) => link('/admin/users', { show: shown.show, cursor });
  const newest = model.cursor === null ? null : at(null);
  switch (shown.show) {
    case 'members':
      return members(model, shown);
    case 'invitations':
      return html`${invitationTable(shown.invitations.items, model.now)}${pager(shown.invitations.nextCursor && at(shown.invitations.nextCursor), newest)}`;
    case 'requests':
      return html`${requestList(shown.requests.items, model)}${pager(shown.requests.nextCursor && at(shown.requests.nextCursor), newest)}`;
  }
}

function members(model: UsersModel, shown: Extract<UsersTable, { show: 'members' }>): Html {
  const { items, nextCursor } = shown.members;
  const at = (cursor: string | null) =>
    link('/admin/users', { q: shown.q, state: shown.state, proposed: shown.isProposed ? 'yes' : null, cursor });
  const isFiltered = shown.q !== '' || shown.state !== null || shown.isProposed;
  const body =
    items.length > 0
      ? table(
          'Members',
          columns,
          items.map((member) => row(member, shown.groups, model.now)),
        )
      : isFiltered
        ? emptyState(
            'Nobody fits',
            shown.isProposed
              ? 'Nobody waits for a second approval.'
              : 'No member has a name or an address that begins like that.',
            html`<a class="btn" href="/admin/users">Show everybody</a>`,
          )
        : emptyState('No members yet', 'Who signs in with an invitation becomes a member and is listed here.', inviteLink);
  return html`${memberFilter(shown, model.summary.members)}${body}${pager(nextCursor && at(nextCursor), model.cursor === null ? null : at(null))}`;
}

function memberFilter(shown: Extract<UsersTable, { show: 'members' }>, total: number): Html {
  const choices = [{ value: '', text: 'Any state' }, ...memberStates.map((value) => ({ value, text: stateWords[value] }))];
  const label = `Search ${count(total, 'member', 'members')}`;
  return html`<form class="toolsbar" method="get" action="/admin/users" role="search"><span class="search">${icon('search')}
<input class="input" type="search" name="q" value="${shown.q}" maxlength="200" aria-label="${label}" placeholder="${label}"></span>
<select class="input short" name="state" aria-label="State">${options(choices, shown.state ?? '')}</select>
<button class="btn">Search</button></form>`;
}

const columns = [
  { text: 'Name' },
  { text: 'Role', look: 'tight' },
  { text: 'Groups' },
  { text: 'Access until', look: 'tight' },
  { text: 'Last here', look: 'tight muted' },
  { text: 'State', look: 'tight' },
];

const row = (member: Member, groups: GroupName[], now: Millis) => [
  personCell(member, `/admin/users/${encodeURIComponent(member.id)}`, html`${memberChip(member)}${sponsored(member)}`),
  roleText[member.role].word,
  groupChips(groupsNamed(groups, member.userGroupIds), 2),
  accessUntil(member, now),
  member.lastSeenAt === null ? 'never' : ago(member.lastSeenAt, now),
  memberState(member, now),
];

const sponsored = ({ sponsor }: Member): Html | '' =>
  sponsor === null ? '' : html`<small class="muted">by ${isolate(nameOf(sponsor))}</small>`;

const SOON = 7 * DAY;
/** Without an end, ended, ending within a week (which waits for somebody), or later. */
function accessUntil({ accessUntil: until }: Member, now: Millis): Html {
  if (until === null) return html`<span class="muted">no end</span>`;
  return until - now < SOON ? html`<span class="state wait">${icon('clock')}${day(until)}</span>` : day(until);
}

const stateWords: Record<MemberState, string> = { active: 'Active', suspended: 'Suspended', removed: 'Removed' };

/** Access that has ended counts more than the state: the clock ended it, nobody wrote it down. */
export function memberState(member: Member, now: Millis): Html {
  if (member.state === 'suspended') return state('bad', 'pause', 'suspended');
  if (member.state === 'removed') return state('', 'minus', 'removed');
  if (member.accessUntil !== null && member.accessUntil <= now) return state('bad', 'clock', 'access ended');
  return state('ok', 'check', 'active');
}
