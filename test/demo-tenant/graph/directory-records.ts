import { ChangeLog } from './change-log.ts';
import type { Collection, DirectoryObject, GraphContact, GraphGroup, GraphUser, Member } from './objects.ts';
import { type Lazy, Slots } from './slots.ts';

/** `changed`: soft-deleted, can be restored. `deleted`: gone for good (entra.md 2.3). */
export type RemovalReason = 'changed' | 'deleted';

/** Objects made on demand, for directories of any size. */
export interface LazyDirectory {
  readonly users: Lazy<GraphUser>;
  readonly groups: Lazy<GraphGroup>;
  membersOf(groupId: string): Lazy<Member>;
}

/** What is in a directory, what is gone, and what has changed: all that a delta round is answered from. */
export class DirectoryRecords {
  readonly changes = new ChangeLog();
  /** Counts up when everything becomes somebody else's: delta tokens of before are worth nothing. */
  epoch = 0;
  readonly #lazy: LazyDirectory | undefined;
  #objects: { users: Slots<GraphUser>; groups: Slots<GraphGroup>; contacts: Slots<GraphContact> };
  #members = new Map<string, Slots<Member>>();
  #groupsByMember = new Map<string, Set<string>>();
  /** What is not there any more; a soft-deleted user with all that comes back. */
  protected readonly removed = new Map<string, { reason: RemovalReason; object: DirectoryObject }>();

  constructor(lazy?: LazyDirectory) {
    this.#lazy = lazy;
    this.#objects = { users: new Slots(lazy?.users), groups: new Slots(lazy?.groups), contacts: new Slots() };
  }

  get users(): Slots<GraphUser> {
    return this.#objects.users;
  }

  get groups(): Slots<GraphGroup> {
    return this.#objects.groups;
  }

  get contacts(): Slots<GraphContact> {
    return this.#objects.contacts;
  }

  objects(collection: Collection): Slots<DirectoryObject> {
    return this.#objects[collection] as Slots<DirectoryObject>;
  }

  /** Users that are neither there nor gone for good. */
  get softDeleted(): GraphUser[] {
    const gone = [...this.removed.values()].filter(({ reason }) => reason === 'changed').map(({ object }) => object);
    return gone.filter((object): object is GraphUser => 'userPrincipalName' in object);
  }

  removalOf(id: string): RemovalReason | undefined {
    return this.removed.get(id)?.reason;
  }

  findUser(named: string): GraphUser | undefined {
    return this.users.get(named) ?? byName(this.users, named, 'userPrincipalName');
  }

  findGroup(named: string): GraphGroup | undefined {
    return this.groups.get(named) ?? byName(this.groups, named, 'mail');
  }

  /** Direct members, those who are soft-deleted included. */
  membersOf(groupId: string): Slots<Member> {
    let members = this.#members.get(groupId);
    if (!members) {
      members = new Slots(this.#lazy?.groups.slotOf(groupId) === undefined ? undefined : this.#lazy.membersOf(groupId));
      this.#members.set(groupId, members);
    }
    return members;
  }

  /** Ids of the groups somebody was put into; memberships a generated directory was born with are not among them. */
  groupsOf(memberId: string): string[] {
    return [...(this.#groupsByMember.get(memberId) ?? [])].filter((id) => this.groups.get(id) !== undefined);
  }

  isThere(member: Member): boolean {
    if (member.kind === 'user') return this.users.get(member.id) !== undefined;
    if (member.kind === 'group') return this.groups.get(member.id) !== undefined;
    return true; // Devices and service principals live elsewhere.
  }

  protected appear(collection: Collection, object: DirectoryObject): void {
    this.removed.delete(object.id);
    this.objects(collection).put(object);
    this.changes.add(collection, { id: object.id, properties: 'all' });
  }

  protected disappear(collection: Collection, object: DirectoryObject, reason: RemovalReason): void {
    this.objects(collection).remove(object.id);
    this.removed.set(object.id, { reason, object });
    this.changes.add(collection, { id: object.id, properties: 'all' });
  }

  protected change<T extends DirectoryObject>(collection: Collection, object: T, changed: Partial<T>): T {
    const after = { ...object, ...changed };
    this.objects(collection).put(after);
    this.changes.add(collection, { id: object.id, properties: Object.keys(changed) });
    return after;
  }

  protected noteMember(group: string, member: Member): void {
    this.changes.add('groups', { id: group, properties: [], member });
  }

  /** Everything is another's: what was is not even remembered as gone. */
  protected forgetEverything(): void {
    this.epoch++;
    this.#objects = { users: new Slots(), groups: new Slots(), contacts: new Slots() };
    this.#members = new Map();
    this.#groupsByMember = new Map();
    this.removed.clear();
  }

  protected join(groupId: string, member: Member): void {
    this.membersOf(groupId).put(member);
    this.#groupsByMember.set(member.id, (this.#groupsByMember.get(member.id) ?? new Set()).add(groupId));
  }

  protected leave(groupId: string, memberId: string): void {
    this.membersOf(groupId).remove(memberId);
    this.#groupsByMember.get(memberId)?.delete(groupId);
  }
}

/** By the property or the display name, whatever the case. Reads everything. */
export function byName<T extends DirectoryObject>(objects: Iterable<T>, name: string, property: string): T | undefined {
  const wanted = name.toLowerCase();
  for (const object of objects)
    if (String(object[property] ?? '').toLowerCase() === wanted || object.displayName?.toLowerCase() === wanted) return object;
  return undefined;
}
