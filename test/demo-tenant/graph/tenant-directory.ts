import { byName, DirectoryRecords } from './directory-records.ts';
import { completeContact, completeGroup, completeUser, type NewContact, type NewGroup, type NewUser } from './new-objects.ts';
import type { Collection, GraphContact, GraphGroup, GraphUser, Member } from './objects.ts';

/**
 * The tenant's users, groups and contacts, and every change to them, from which Graph's delta rounds are answered. Wherever one is
 * named, its id, user name, address or display name will do; naming nobody throws.
 */
export class TenantDirectory extends DirectoryRecords {
  addUser(user: NewUser): GraphUser {
    const added = completeUser(user);
    this.appear('users', added);
    return added;
  }

  /** Null clears a property. */
  changeUser(user: string, changed: Partial<GraphUser>): GraphUser {
    return this.change('users', this.#user(user), changed);
  }

  disable(user: string): GraphUser {
    return this.changeUser(user, { accountEnabled: false });
  }

  enable(user: string): GraphUser {
    return this.changeUser(user, { accountEnabled: true });
  }

  /** As Entra does, this says nothing about the groups the user was in. */
  softDelete(user: string): void {
    this.disappear('users', this.#user(user), 'changed');
  }

  /** Comes back with everything, groups included. Takes the id, for the name may be another's by now. */
  restore(userId: string): GraphUser {
    const gone = this.removed.get(userId);
    if (gone?.reason !== 'changed') throw new Error(`${userId} is not soft-deleted`);
    this.appear('users', gone.object as GraphUser);
    for (const group of this.groupsOf(userId)) this.noteMember(group, { kind: 'user', id: userId });
    return gone.object as GraphUser;
  }

  /** Of a user who is there or soft-deleted. */
  hardDelete(user: string): void {
    const { id } = this.findUser(user) ?? this.removed.get(user)?.object ?? this.#user(user);
    for (const group of this.groupsOf(id)) this.leave(group, id);
    this.disappear('users', this.users.get(id) ?? this.removed.get(id)!.object, 'deleted');
  }

  addGroup({ members = [], ...group }: NewGroup): GraphGroup {
    const added = completeGroup(group as NewGroup);
    this.appear('groups', added);
    for (const member of members) this.addMember(added.id, member);
    return added;
  }

  changeGroup(group: string, changed: Partial<GraphGroup>): GraphGroup {
    return this.change('groups', this.#group(group), changed);
  }

  renameGroup(group: string, displayName: string): GraphGroup {
    return this.changeGroup(group, { displayName });
  }

  addMember(group: string, member: string | Member): void {
    const [{ id }, joining] = [this.#group(group), this.#member(member)];
    this.join(id, joining);
    this.noteMember(id, joining);
  }

  removeMember(group: string, member: string | Member): void {
    const [{ id }, leaving] = [this.#group(group), this.#member(member)];
    this.leave(id, leaving.id);
    this.noteMember(id, leaving);
  }

  /** A Microsoft 365 group can be restored for 30 days, others are gone at once. */
  deleteGroup(group: string): void {
    const gone = this.#group(group);
    for (const parent of this.groupsOf(gone.id)) this.removeMember(parent, { kind: 'group', id: gone.id });
    this.disappear('groups', gone, gone.groupTypes.includes('Unified') ? 'changed' : 'deleted');
  }

  addContact(contact: NewContact): GraphContact {
    const added = completeContact(contact);
    this.appear('contacts', added);
    return added;
  }

  deleteContact(contact: string): void {
    this.disappear('contacts', this.contacts.get(contact) ?? found(byName(this.contacts, contact, 'mail'), contact), 'deleted');
  }

  /** Everybody and everything is gone, each with a line in the next rounds. */
  empty(): void {
    for (const group of this.groups) this.disappear('groups', group, 'deleted');
    for (const user of this.users) this.disappear('users', user, 'deleted');
    for (const contact of this.contacts) this.disappear('contacts', contact, 'deleted');
  }

  /** As if the registration now pointed to another organization: not one object in common, old delta tokens refused. */
  replaceWithOtherTenant(count = 12): void {
    this.forgetEverything();
    const strangers = Array.from({ length: count }, (_, index) =>
      this.addUser({ displayName: `Stranger ${index + 1}`, userPrincipalName: `stranger${index + 1}@northwind.example` }),
    );
    this.addGroup({ displayName: 'Northwind', members: strangers.map(({ id }) => id) });
  }

  /** Notes an object as changed without changing it: it comes again in the next round, a group with these members. */
  sendAgain(collection: Collection, id: string, members: readonly Member[] = []): void {
    this.changes.add(collection, { id, properties: 'all' });
    for (const member of members) this.noteMember(id, member);
  }

  #user(named: string): GraphUser {
    return found(this.findUser(named), named);
  }

  #group(named: string): GraphGroup {
    return found(this.findGroup(named), named);
  }

  #member(named: string | Member): Member {
    if (typeof named !== 'string') return named;
    const user = this.findUser(named);
    if (user) return { kind: 'user', id: user.id };
    const group = this.findGroup(named);
    if (group) return { kind: 'group', id: group.id };
    return { kind: 'orgContact', id: found(byName(this.contacts, named, 'mail'), named).id };
  }
}

function found<T>(object: T | undefined, named: string): T {
  if (object === undefined) throw new Error(`The directory has nothing called ${named}`);
  return object;
}
