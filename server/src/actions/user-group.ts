import type { MemberId } from '@doorstep/shared/ids';
import { DAY, type Millis } from '@doorstep/shared/time';
import type { Trace } from '../store/audit.ts';
import { findDirectoryGroup } from '../store/directory-group.ts';
import { newId } from '../store/new-id.ts';
import { findFollowers, findUserGroup, findUserGroupNamed, type UserGroupRow } from '../store/user-group.ts';
import {
  type GroupChange,
  hasRoomForGroup,
  followDirectoryGroup as writeFollowed,
  makeUserGroup as writeMade,
  renameUserGroup as writeRenamed,
} from '../store/user-group-change.ts';
import type { Deps } from './deps.ts';

/** Whose press it is. */
export type Presser = { by: MemberId; now: Millis; trace: Trace };

export type GroupRefusal = 'name-taken' | 'too-many' | 'not-in-directory' | 'not-allowed';
/** `isRepeat`: this press was made before and made the group then. */
export type GroupResult = { outcome: 'done'; group: UserGroupRow; isRepeat: boolean } | { outcome: GroupRefusal };

/** `mayRepeat`: the caller may be repeating what it did within the last day, and is answered with the group it made then. */
export async function makeUserGroup(deps: Deps, presser: Presser, name: string, mayRepeat: boolean): Promise<GroupResult> {
  const change = changeOf(presser, newId('grp'));
  if (await writeMade(deps.store, change, name)) return done(deps, change.groupId);
  const named = await findUserGroupNamed(deps.store, name);
  if (!named) return refusedForRoom(deps);
  const isRepeat = mayRepeat && named.name === name && named.createdBy === presser.by && named.createdAt > presser.now - DAY;
  return isRepeat ? { outcome: 'done', group: named, isRepeat } : { outcome: 'name-taken' };
}

/** A synced group that follows the directory group `objectId`; there is one at most. */
export async function followDirectoryGroup(deps: Deps, presser: Presser, objectId: string): Promise<GroupResult> {
  const change = changeOf(presser, newId('grp'));
  if (await writeFollowed(deps.store, change, objectId)) return done(deps, change.groupId);
  const follower = (await findFollowers(deps.store, [objectId])).get(objectId);
  if (follower) return done(deps, follower);
  const isThere = (await findDirectoryGroup(deps.store, objectId)) !== null;
  return isThere ? refusedForRoom(deps) : { outcome: 'not-in-directory' };
}

export async function renameUserGroup(deps: Deps, presser: Presser, group: UserGroupRow, name: string): Promise<GroupResult> {
  const isRenamed = await writeRenamed(deps.store, changeOf(presser, group.id), name);
  if (isRenamed) return done(deps, group.id);
  const named = await findUserGroupNamed(deps.store, name);
  return { outcome: named && named.id !== group.id ? 'name-taken' : 'not-allowed' };
}

export const changeOf = ({ by, now, trace }: Presser, groupId: string): GroupChange => ({
  by,
  groupId,
  auditId: newId('aud'),
  now,
  trace,
});

async function done(deps: Deps, id: string): Promise<GroupResult> {
  const group = await findUserGroup(deps.store, id);
  return group ? { outcome: 'done', group, isRepeat: false } : { outcome: 'not-allowed' };
}

const refusedForRoom = async (deps: Deps): Promise<{ outcome: 'too-many' | 'not-allowed' }> => ({
  outcome: (await hasRoomForGroup(deps.store)) ? 'not-allowed' : 'too-many',
});
