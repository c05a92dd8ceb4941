import * as v from 'valibot';
import { pageQuery, searchQuery } from './list.ts';

/** What the workspace makes of a directory user: counted, never recounted (DESIGN.md, glossary). */
export const standings = ['invitation-required', 'invited', 'member', 'dismissed', 'out-of-scope'] as const;
export type Standing = (typeof standings)[number];

/** What the directory says: `gone` was removed there and may come back for 30 days, or not at all. */
export const directoryStatuses = ['enabled', 'disabled', 'gone'] as const;
export type DirectoryStatus = (typeof directoryStatuses)[number];

export const DirectoryUserSchema = v.object({
  id: v.string(),
  name: v.nullable(v.string()),
  address: v.nullable(v.string()),
  guestOf: v.nullable(v.string()),
  status: v.picklist(directoryStatuses),
  standing: v.picklist(standings),
  firstSeenAt: v.number(),
});
export type DirectoryUser = v.InferOutput<typeof DirectoryUserSchema>;

export const groupKinds = ['microsoft-365', 'security', 'mail-security', 'distribution', 'dynamic'] as const;
export type GroupKind = (typeof groupKinds)[number];

/** `people` counts users, those of nested groups included, up to `MOST_COUNTED`: one more says that there are more. */
export const DirectoryGroupSchema = v.object({
  id: v.string(),
  name: v.nullable(v.string()),
  address: v.nullable(v.string()),
  kind: v.nullable(v.picklist(groupKinds)),
  people: v.number(),
});
export type DirectoryGroup = v.InferOutput<typeof DirectoryGroupSchema>;
export const MOST_COUNTED = 1000;

export const runStates = ['running', 'waiting', 'done', 'failed', 'stopped'] as const;
export type RunState = (typeof runStates)[number];

/** Why a sync did not end well. Each has its sentence where it is shown. */
export const syncProblems = [
  'client-secret-refused',
  'client-secret-expired',
  'permission-missing',
  'throttled',
  'unreachable',
  'garbage',
  'pages-repeat',
  'pages-endless',
  'foreign-link',
  'too-many-leave',
  'last-administrator-leaves',
  'directory-shrank',
  'other-tenant',
] as const;
export type SyncProblem = (typeof syncProblems)[number];

export const DirectoryRunSchema = v.object({
  id: v.string(),
  state: v.picklist(runStates),
  isFull: v.boolean(),
  startedAt: v.number(),
  endedAt: v.nullable(v.number()),
  requests: v.number(),
  users: v.number(),
  groups: v.number(),
  suspended: v.number(),
  resumed: v.number(),
  problem: v.nullable(v.picklist(syncProblems)),
});
export type DirectoryRun = v.InferOutput<typeof DirectoryRunSchema>;

/** `assignmentRequired`: people who are not assigned never reach the door; null when nobody knows. */
export const DirectorySchema = v.object({
  users: v.number(),
  groups: v.number(),
  isConnected: v.boolean(),
  isProvisioned: v.boolean(),
  lastSyncAt: v.nullable(v.number()),
  nextSyncAt: v.nullable(v.number()),
  missingPermissions: v.array(v.string()),
  assignmentRequired: v.nullable(v.boolean()),
  runs: v.array(DirectoryRunSchema),
});
export type Directory = v.InferOutput<typeof DirectorySchema>;

export const DirectoryUserQuery = v.strictObject({
  ...pageQuery,
  q: searchQuery,
  status: v.optional(v.picklist(standings, `must be one of ${standings.join(', ')}`)),
});
export const DirectoryGroupQuery = v.strictObject({ ...pageQuery, q: searchQuery });

/** Of a group, or of all that match a search: how many there are and what inviting them would do. */
export const GroupPlanSchema = v.object({
  people: v.number(),
  invite: v.number(),
  resend: v.number(),
  members: v.number(),
  disabled: v.number(),
  guests: v.number(),
});
export type GroupPlan = v.InferOutput<typeof GroupPlanSchema>;
