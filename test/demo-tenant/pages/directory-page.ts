import { html } from 'hono/html';
import type { GraphFaultKind } from '../faults.ts';
import type { GraphGroup, GraphUser } from '../graph/objects.ts';
import { type Html, page } from './layout.ts';

/** What the page shows; of a large directory the first few only. */
export interface DirectoryView {
  readonly search: string;
  readonly users: readonly ShownUser[];
  readonly userCount: number;
  readonly groups: readonly { readonly group: GraphGroup; readonly members: number; readonly names: readonly string[] }[];
  readonly groupCount: number;
  readonly softDeleted: readonly GraphUser[];
  readonly fault: GraphFaultKind | undefined;
  readonly isAssignmentRequired: boolean;
  /** Requests to Graph so far. */
  readonly asked: number;
  readonly scimUrl: string;
}

const FAULTS: readonly [GraphFaultKind, string][] = [
  [429, 'Graph answers 429: too many requests'],
  [500, 'Graph answers 500'],
  [503, 'Graph answers 503: unavailable'],
  [401, 'Graph answers 401: token refused'],
  ['cut', 'Half of each answer is missing'],
  ['garbage', 'A page comes where JSON should be'],
  ['hang', 'No answer comes'],
  ['repeat-page', 'A page leads to itself'],
  ['endless', 'Pages without end'],
  ['gone', 'Links of before are worth nothing'],
  ['half-a-page', 'Half of each page is missing'],
];

/** `groupIds`: those somebody was put into by hand. */
export interface ShownUser {
  readonly user: GraphUser;
  readonly groupIds: readonly string[];
}

export function directoryPage(view: DirectoryView): Html {
  return page(
    'Directory',
    html`<h1 class="wide">Directory of Contoso</h1>
<p>What the workspace reads from Microsoft Graph. Change something here, then watch the next sync there.
${view.userCount} people, ${view.groupCount} groups, ${view.asked} requests to Graph so far.</p>
<form class="inline" method="post" action="/directory/users"><label>Name <input name="name" required maxlength="100"></label>
<button>Add a colleague</button></form>
<form class="inline" method="get" action="/directory"><label>Find people <input name="search" value="${view.search}"></label>
<button>Find</button></form>
<h2>People</h2>
${view.users.length < view.userCount ? html`<p class="muted">${view.users.length} of ${view.userCount} are shown.</p>` : ''}
<table>
<thead><tr><th>Name</th><th>User name</th><th>State</th><th>Change</th></tr></thead>
<tbody>${view.softDeleted.map(deletedRow)}${view.users.map((shown) => userRow(shown, view.groups))}</tbody>
</table>
<h2>Groups</h2>
<table>
<thead><tr><th>Name</th><th>Kind</th><th>Direct members</th></tr></thead>
<tbody>${view.groups.map(groupRow)}</tbody>
</table>
${switches(view)}
${provisioning(view.scimUrl)}
<p><a href="/">Demo tenant</a></p>`,
  );
}

function userRow({ user, groupIds }: ShownUser, groups: DirectoryView['groups']): Html {
  const name = user.displayName;
  const options = groups.map(
    ({ group }) =>
      html`<option value="${group.id}"${group.id === groupIds[0] ? html` selected` : ''}>${group.displayName}</option>`,
  );
  return html`<tr><td>${name}</td><td>${user.userPrincipalName}</td><td>${stateOf(user)}</td><td>
<form class="inline" method="post" action="/directory/users/${user.id}">
<button name="do" value="${user.accountEnabled ? 'disable' : 'enable'}" aria-label="${user.accountEnabled ? 'Disable' : 'Enable'} ${name}">${user.accountEnabled ? 'Disable' : 'Enable'}</button>
<button name="do" value="delete" aria-label="Delete ${name}">Delete</button>
<select name="group" aria-label="Group for ${name}"><option value="">no group</option>${options}</select>
<button name="do" value="move" aria-label="Move ${name} to group">Move</button>
</form></td></tr>`;
}

function stateOf(user: GraphUser): string {
  const states = [user.accountEnabled ? 'enabled' : 'disabled', ...(user.userType === 'Guest' ? ['guest'] : [])];
  return states.join(', ');
}

function deletedRow(user: GraphUser): Html {
  return html`<tr><td>${user.displayName}</td><td>${user.userPrincipalName}</td><td>deleted</td><td>
<form class="inline" method="post" action="/directory/users/${user.id}">
<button name="do" value="restore" aria-label="Restore ${user.displayName}">Restore</button>
<button name="do" value="delete-for-good" aria-label="Delete ${user.displayName} for good">Delete for good</button>
</form></td></tr>`;
}

function groupRow({ group, members, names }: DirectoryView['groups'][number]): Html {
  const more = members > names.length ? ` and ${members - names.length} more` : '';
  return html`<tr><td>${group.displayName}${group.mail ? html`<br><small>${group.mail}</small>` : ''}</td><td>${kindOf(group)}</td><td>${members === 0 ? 'none' : `${members}: ${names.join(', ')}${more}`}</td></tr>`;
}

/** In the words of entra.md 2.5. */
function kindOf({ groupTypes, mailEnabled, securityEnabled }: GraphGroup): string {
  if (groupTypes.includes('Unified')) return 'Microsoft 365';
  if (groupTypes.includes('DynamicMembership')) return 'dynamic';
  if (!mailEnabled) return 'security';
  return securityEnabled ? 'mail-enabled security' : 'distribution list';
}

function switches({ fault, isAssignmentRequired }: DirectoryView): Html {
  return html`<h2>Trouble</h2>
<form class="inline" method="post" action="/directory/faults">
<label>Graph <select name="kind"><option value="">works</option>${FAULTS.map(([kind, label]) => html`<option value="${kind}"${kind === fault ? html` selected` : ''}>${label}</option>`)}</select></label>
<label><input type="checkbox" name="assignmentRequired" value="yes"${isAssignmentRequired ? html` checked` : ''}> Assignment required</label>
<button>Switch</button></form>
<form class="inline" method="post" action="/directory/empty"><button>Everything gone</button></form>`;
}

function provisioning(scimUrl: string): Html {
  return html`<h2>Provisioning by SCIM</h2>
<form class="inline" method="post" action="/directory/provision">
<label>SCIM address <input name="url" type="url" required value="${scimUrl}" placeholder="http://localhost:3000/scim/v2"></label>
<label>Token <input name="token" required autocomplete="off"></label>
<label><input type="checkbox" name="optscim" value="yes"> aadOptscim062020</label>
<button>Provision now</button></form>`;
}
