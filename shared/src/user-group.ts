import * as v from 'valibot';
import { pageQuery, searchQuery } from './list.ts';

export const userGroupKinds = ['custom', 'synced'] as const;
export type UserGroupKind = (typeof userGroupKinds)[number];

/** `members` counts active members; a synced group follows `directoryGroupId` and cannot be edited. */
export const UserGroupSchema = v.object({
  id: v.string(),
  kind: v.picklist(userGroupKinds),
  name: v.string(),
  directoryGroupId: v.nullable(v.string()),
  members: v.number(),
  createdAt: v.number(),
});
export type UserGroup = v.InferOutput<typeof UserGroupSchema>;

export const GROUP_NAME_LENGTH = 100;
export const UserGroupName = v.pipe(
  v.string('must be a text'),
  v.trim(),
  v.minLength(1, 'must not be empty'),
  v.maxLength(GROUP_NAME_LENGTH, `must be at most ${GROUP_NAME_LENGTH} characters`),
);
export const NewUserGroup = v.strictObject({ name: UserGroupName });
export type NewUserGroup = v.InferOutput<typeof NewUserGroup>;

export const MOST_USER_GROUPS = 50;
/** Custom user groups that somebody is to get; ids that do not exist are refused where they are read. */
export const UserGroupIds = v.optional(
  v.pipe(
    v.array(v.pipe(v.string(), v.maxLength(64, 'is not an id'))),
    v.maxLength(MOST_USER_GROUPS, `must name at most ${MOST_USER_GROUPS} groups`),
  ),
);
export const UserGroupQuery = v.strictObject({ ...pageQuery, q: searchQuery });
