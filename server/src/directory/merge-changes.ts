import type { ContactChange } from '../store/directory-sync-contacts.ts';
import type { GroupChange, MemberChange } from '../store/directory-sync-groups.ts';
import type { UserChange } from '../store/directory-sync-users.ts';

// An object may come several times in a page (reference/entra.md, 2.3): what is said later holds, what is not said stays.

type Addressed = Pick<UserChange, 'addresses' | 'sources'>;

export const mergeUsers = (changes: UserChange[]): UserChange[] => merged(changes, later);
export const mergeContacts = (changes: ContactChange[]): ContactChange[] => merged(changes, later);

export const mergeGroups = (changes: GroupChange[]): GroupChange[] =>
  merged(changes, (before, after) => ({
    ...later(before, after),
    wasRemoved: before.wasRemoved || after.wasRemoved,
    members: after.wasRemoved ? after.members : lastOfEach([...before.members, ...after.members]),
  })).map((group) => ({ ...group, members: lastOfEach(group.members) }));

function merged<Change extends { id: string }>(changes: Change[], merge: (before: Change, after: Change) => Change): Change[] {
  const byId = new Map<string, Change>();
  for (const change of changes) {
    const before = byId.get(change.id);
    byId.set(change.id, before ? merge(before, change) : change);
  }
  return [...byId.values()];
}

function later<Change extends Addressed>(before: Change, after: Change): Change {
  const said = Object.fromEntries(Object.entries(after).filter(([, value]) => value !== undefined));
  const kept = before.addresses.filter(({ source }) => !after.sources.includes(source));
  const sources = [...new Set([...before.sources, ...after.sources])];
  return { ...before, ...said, sources, addresses: [...kept, ...after.addresses] };
}

const lastOfEach = (members: MemberChange[]): MemberChange[] => [
  ...new Map(members.map((member) => [member.id, member])).values(),
];
