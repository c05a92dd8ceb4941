import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { userOf } from './contoso.ts';
import type { GraphFaultKind } from './faults.ts';
import { type DirectoryView, directoryPage } from './pages/directory-page.ts';
import { provisioningPage } from './pages/provisioning-page.ts';
import type { TenantState } from './tenant-state.ts';

const MAX_USERS = 100;
const MAX_GROUPS = 50;
const MAX_NAMES = 8;

/** A page on which a newcomer changes the directory and sees what the workspace makes of it. Works without scripts. */
export function directoryRoutes(state: TenantState, countAsked: () => number): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  const { directory, faults } = state;
  let scimUrl = '';

  app.get('/directory', (c) => {
    const search = c.req.query('search') ?? '';
    return c.html(directoryPage({ ...view(state, search), asked: countAsked(), scimUrl }));
  });

  app.post('/directory/users', async (c) => {
    const { name } = await c.req.parseBody<{ name: string }>();
    addColleague(state, name.trim());
    return c.redirect('/directory', 303);
  });

  app.post('/directory/users/:id', async (c) => {
    const form = await c.req.parseBody<{ do: string; group?: string }>();
    changeUser(state, c.req.param('id'), form.do, form.group ?? '');
    return c.redirect('/directory', 303);
  });

  app.post('/directory/faults', async (c) => {
    const form = await c.req.parseBody<{ kind: string; assignmentRequired?: string }>();
    const kind = /^\d+$/.test(form.kind) ? Number(form.kind) : form.kind || undefined;
    faults.graph = { kind: kind as GraphFaultKind | undefined, assignmentRequired: form.assignmentRequired === 'yes' };
    return c.redirect('/directory', 303);
  });

  app.post('/directory/empty', (c) => {
    directory.empty();
    return c.redirect('/directory', 303);
  });

  app.post('/directory/provision', async (c) => {
    const { url, token, optscim } = await c.req.parseBody<{ url: string; token: string; optscim?: string }>();
    scimUrl = url;
    return c.html(provisioningPage(await state.provisioning.cycle({ url, token: token.trim(), optscim: optscim === 'yes' })));
  });

  return app;
}

/** Somebody who can sign in from now on, found by the search of the sign-in page. */
function addColleague({ accounts, directory }: TenantState, name: string): void {
  const key = name
    .normalize('NFD')
    .replace(/[^\w ]/g, '')
    .trim()
    .replace(/ +/g, '.')
    .toLowerCase();
  if (key === '' || accounts.find(key)) return;
  directory.addUser(userOf(accounts.addColleague({ key, name })));
}

function changeUser({ directory }: TenantState, id: string, what: string, group: string): void {
  if (what === 'restore' || what === 'delete-for-good') {
    if (directory.removalOf(id) !== 'changed') return;
    if (what === 'restore') directory.restore(id);
    else directory.hardDelete(id);
    return;
  }
  if (!directory.users.get(id)) return; // Another window was faster.
  if (what === 'disable') directory.disable(id);
  else if (what === 'enable') directory.enable(id);
  else if (what === 'delete') directory.softDelete(id);
  else if (what === 'move') move(directory, id, group);
}

/** Out of every group somebody was put into by hand, and into this one; empty: into none. */
function move(directory: TenantState['directory'], id: string, group: string): void {
  for (const left of groupsByHand(directory, id)) if (left !== group) directory.removeMember(left, id);
  if (directory.groups.get(group)) directory.addMember(group, id);
}

function groupsByHand(directory: TenantState['directory'], id: string): string[] {
  return directory.groupsOf(id).filter((group) => !directory.groups.get(group)?.groupTypes.includes('DynamicMembership'));
}

function view({ directory, faults }: TenantState, search: string): Omit<DirectoryView, 'asked' | 'scimUrl'> {
  return {
    search,
    users: firstUsers(directory, search).map((user) => ({ user, groupIds: groupsByHand(directory, user.id) })),
    userCount: directory.users.present,
    groups: [...directory.groups.newest(MAX_GROUPS)].reverse().map((group) => ({ group, ...membership(directory, group.id) })),
    groupCount: directory.groups.present,
    softDeleted: directory.softDeleted,
    fault: faults.graph?.kind,
    isAssignmentRequired: faults.graph?.assignmentRequired ?? false,
  };
}

/** Those added last come first, so that who was just added is in sight. */
function firstUsers(directory: TenantState['directory'], search: string) {
  const wanted = search.trim().toLowerCase();
  const isWanted = ({ displayName, userPrincipalName }: { displayName: string | null; userPrincipalName: string }) =>
    `${displayName} ${userPrincipalName}`.toLowerCase().includes(wanted);
  const all = wanted === '' ? directory.users.newest(MAX_USERS) : directory.users.newest(Number.POSITIVE_INFINITY);
  return all.filter(isWanted).take(MAX_USERS).toArray();
}

function membership(directory: TenantState['directory'], groupId: string): { members: number; names: string[] } {
  const members = directory.membersOf(groupId);
  const names: string[] = [];
  for (const { id, kind } of members) {
    if (names.length === MAX_NAMES) break;
    const object = directory.users.get(id) ?? directory.groups.get(id) ?? directory.contacts.get(id);
    names.push(
      object?.displayName ??
        (directory.removalOf(id) ? 'somebody deleted' : `a ${kind === 'servicePrincipal' ? 'service' : kind}`),
    );
  }
  return { members: members.present, names };
}
