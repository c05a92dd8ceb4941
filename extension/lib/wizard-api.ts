import {
  DirectoryGroupSchema,
  DirectorySchema,
  type DirectoryUser,
  DirectoryUserSchema,
  type Standing,
} from '@doorstep/shared/directory';
import { BatchSchema, DirectoryGroupDetailsSchema, type NewBatch, PreviewSchema } from '@doorstep/shared/invitation-batch';
import { pageOf } from '@doorstep/shared/list';
import { type NewOptionPreset, OptionPresetSchema } from '@doorstep/shared/option-preset';
import { UserGroupSchema } from '@doorstep/shared/user-group';
import * as v from 'valibot';
import { call, LONG, query } from './call.ts';
import type { Connection } from './kept.ts';

const PAGE = 50;
const ALL = 200; // groups are few

export const getDirectory = (to: Connection) => call(to, 'GET', '/directory', DirectorySchema);

const UserList = pageOf(DirectoryUserSchema);
/** Without `status`: whatever the workspace makes of them. */
export const getDirectoryUsers = (to: Connection, wanted: { q: string; status?: Standing; cursor: string | null }) =>
  call(to, 'GET', `/directory/users?${query({ ...wanted, limit: PAGE })}`, UserList);

export const suggestOrNot = (to: Connection, id: DirectoryUser['id'], verb: 'dismiss' | 'suggest') =>
  call(to, 'POST', `/directory/users/${encodeURIComponent(id)}/${verb}`, DirectoryUserSchema, { body: {} });

const GroupList = pageOf(DirectoryGroupSchema);
export const getDirectoryGroups = (to: Connection, wanted: { q: string; cursor: string | null }) =>
  call(to, 'GET', `/directory/groups?${query({ ...wanted, limit: PAGE })}`, GroupList);

export const getDirectoryGroup = (to: Connection, id: string) =>
  call(to, 'GET', `/directory/groups/${encodeURIComponent(id)}`, DirectoryGroupDetailsSchema, { limit: LONG });

const UserGroupList = pageOf(UserGroupSchema);
export const getUserGroups = (to: Connection, wanted: { q: string; cursor: string | null }) =>
  call(to, 'GET', `/user-groups?${query({ ...wanted, limit: ALL })}`, UserGroupList);
export const createUserGroup = (to: Connection, name: string) =>
  call(to, 'POST', '/user-groups', UserGroupSchema, { body: { name } });

const PresetList = pageOf(OptionPresetSchema);
export const getPresets = (to: Connection) => call(to, 'GET', '/option-presets', PresetList);
export const createPreset = (to: Connection, preset: NewOptionPreset) =>
  call(to, 'POST', '/option-presets', OptionPresetSchema, { body: preset });
export const deletePreset = (to: Connection, id: string) =>
  call(to, 'DELETE', `/option-presets/${encodeURIComponent(id)}`, v.unknown());

export const previewBatch = (to: Connection, body: Partial<NewBatch>) =>
  call(to, 'POST', '/invitation-batches/preview', PreviewSchema, { body, limit: LONG });

export const getBatch = (to: Connection, id: string) =>
  call(to, 'GET', `/invitation-batches/${encodeURIComponent(id)}`, BatchSchema);

export const stopBatch = (to: Connection, id: string) =>
  call(to, 'POST', `/invitation-batches/${encodeURIComponent(id)}/stop`, BatchSchema, { body: {} });
