import type { TenantDirectory } from './tenant-directory.ts';

/**
 * Changes so many users, evenly over the whole directory: of ten, seven get another title, one another name, one is disabled or
 * enabled again, and one joins the first group or leaves it. For delta rounds of a known size.
 */
export function changeSome(directory: TenantDirectory, count: number): void {
  const { users } = directory;
  const step = Math.max(1, Math.floor(users.count / count));
  for (let done = 0, slot = 0; done < count && slot < users.count; slot += step) {
    const user = users.at(slot);
    if (user) changeOne(directory, user.id, done++);
  }
}

function changeOne(directory: TenantDirectory, id: string, lot: number): void {
  const user = directory.users.get(id)!;
  if (lot % 10 === 7) directory.changeUser(id, { displayName: `${user.displayName} ${lot}` });
  else if (lot % 10 === 8) directory.changeUser(id, { accountEnabled: !user.accountEnabled });
  else if (lot % 10 === 9) joinOrLeave(directory, id);
  else directory.changeUser(id, { jobTitle: `Title ${directory.changes.end('users')}` });
}

function joinOrLeave(directory: TenantDirectory, id: string): void {
  const group = directory.groups.at(0);
  if (!group) return;
  if (directory.membersOf(group.id).get(id)) directory.removeMember(group.id, id);
  else directory.addMember(group.id, id);
}
