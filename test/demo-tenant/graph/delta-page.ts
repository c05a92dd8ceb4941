import type { Change } from './change-log.ts';
import type { Cursor } from './cursor.ts';
import type { RemovalReason } from './directory-records.ts';
import { type Collection, type DirectoryObject, type Member, TYPE_NAMES } from './objects.ts';
import type { TenantDirectory } from './tenant-directory.ts';

/** One object of a page as it goes over the wire. */
export type DeltaObject = { id: string; '@removed'?: { reason: RemovalReason }; 'members@delta'?: DeltaMember[] } & Record<
  string,
  unknown
>;
export type DeltaMember = { '@odata.type': string; id: string; '@removed'?: { reason: 'deleted' } };

/** How much fits on a page: objects, and member entries of groups besides. */
export interface PageSize {
  readonly objects: number;
  readonly members: number;
}

export interface DeltaPage {
  readonly value: DeltaObject[];
  /** Where the next page begins; undefined after the last. */
  readonly next: Cursor | undefined;
}

/** The page at the cursor. `isMinimal`: changes come with the changed properties alone. */
export function deltaPage(directory: TenantDirectory, cursor: Cursor, size: PageSize, isMinimal: boolean): DeltaPage {
  return cursor.phase === 'present' ? presentPage(directory, cursor, size) : changesPage(directory, cursor, size, isMinimal);
}

/** The cursor of a first round. What changes while it is read comes again in the next one. */
export function firstRound(directory: TenantDirectory, collection: Collection, select: readonly string[]): Cursor {
  const until = directory.objects(collection).count;
  return { collection, select, phase: 'present', at: 0, memberAt: 0, until, head: directory.changes.end(collection) };
}

/** The cursor of the round after: from where the one before began to now. */
export function nextRound(directory: TenantDirectory, { collection, select, head }: Cursor): Cursor {
  const until = directory.changes.end(collection);
  return { collection, select, phase: 'changes', at: head, memberAt: 0, until, head: until };
}

function presentPage(directory: TenantDirectory, cursor: Cursor, size: PageSize): DeltaPage {
  const { collection, select, until } = cursor;
  const objects = directory.objects(collection);
  const isWithMembers = collection === 'groups' && select.includes('members');
  const value: DeltaObject[] = [];
  let room = size.members;
  let { at, memberAt } = cursor;
  for (; at < until && value.length < size.objects && room > 0; at++, memberAt = 0) {
    const object = objects.at(cursor.isReversed ? until - 1 - at : at);
    if (!object) continue;
    const shown = selected(object, select);
    value.push(shown);
    if (!isWithMembers) continue;
    const members = presentMembers(directory, object.id, memberAt, room);
    if (members.shown.length > 0) shown['members@delta'] = members.shown;
    room -= members.shown.length;
    memberAt = members.next;
    if (memberAt < directory.membersOf(object.id).count) break;
  }
  return { value, next: at < until ? { ...cursor, at, memberAt } : undefined };
}

/** From a place on, as many as there is room for. */
function presentMembers(directory: TenantDirectory, groupId: string, from: number, room: number) {
  const members = directory.membersOf(groupId);
  const shown: DeltaMember[] = [];
  let next = from;
  for (; next < members.count && shown.length < room; next++) {
    const member = members.at(next);
    if (member && directory.isThere(member)) shown.push(asMember(member));
  }
  return { shown, next };
}

/** A page holds so many changes; several of one object make one entry of it. */
function changesPage(directory: TenantDirectory, cursor: Cursor, size: PageSize, isMinimal: boolean): DeltaPage {
  const end = Math.min(cursor.until, cursor.at + size.objects);
  const byObject = Map.groupBy(directory.changes.between(cursor.collection, cursor.at, end), ({ id }) => id);
  const value = [...byObject].map(([id, changes]) => changed(directory, cursor, id, changes, isMinimal));
  const next = end < cursor.until ? { ...cursor, at: end } : undefined;
  return { value: value.filter((object) => object !== undefined), next };
}

/** Undefined when nothing that is tracked has changed. */
function changed(
  directory: TenantDirectory,
  { collection, select }: Cursor,
  id: string,
  changes: readonly Change[],
  isMinimal: boolean,
): DeltaObject | undefined {
  const object = directory.objects(collection).get(id);
  if (!object) return { id, '@removed': { reason: directory.removalOf(id) ?? 'deleted' } };
  const isNew = changes.some(({ properties }) => properties === 'all');
  const touched = changes.flatMap(({ properties }) => properties).filter((name) => select.includes(name));
  const members = select.includes('members') ? changedMembers(directory, id, changes) : [];
  if (!isNew && touched.length === 0 && members.length === 0) return undefined;
  const shown = selected(object, isMinimal && !isNew ? touched : select, touched);
  return members.length === 0 ? shown : { ...shown, 'members@delta': members };
}

/** Each as it stands now: there, or gone. */
function changedMembers(directory: TenantDirectory, groupId: string, changes: readonly Change[]): DeltaMember[] {
  const now = directory.membersOf(groupId);
  const touched = new Map(changes.flatMap(({ member }) => (member ? [[member.id, member] as const] : [])));
  return [...touched.values()].flatMap((member) => {
    if (!now.get(member.id)) return [{ ...asMember(member), '@removed': { reason: 'deleted' as const } }];
    return directory.isThere(member) ? [asMember(member)] : [];
  });
}

function asMember({ kind, id }: Member): DeltaMember {
  return { '@odata.type': TYPE_NAMES[kind], id };
}

/** What is set of the properties asked for; null only where it has just been cleared. */
function selected(object: DirectoryObject, select: readonly string[], touched: readonly string[] = []): DeltaObject {
  const isShown = (name: string) => object[name] !== undefined && (object[name] !== null || touched.includes(name));
  const properties = select.filter((name) => name !== 'id' && isShown(name)).map((name) => [name, object[name]]);
  return { id: object.id, ...Object.fromEntries(properties) };
}
