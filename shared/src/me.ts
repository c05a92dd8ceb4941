import * as v from 'valibot';
import { Role } from './member.ts';

export const MeSchema = v.object({
  memberId: v.string(),
  name: v.nullable(v.string()),
  address: v.nullable(v.string()),
  role: Role,
  /** `invitationDays`: how long an invitation holds that says nothing of it. */
  workspace: v.object({ name: v.string(), publicUrl: v.string(), invitationDays: v.number() }),
  connectedBrowser: v.object({ id: v.string(), connectedAt: v.number(), expiresAt: v.number() }),
});
export type Me = v.InferOutput<typeof MeSchema>;

export const expiringThings = ['client-secret', 'certificate', 'provisioning-token'] as const;
export type ExpiringThing = (typeof expiringThings)[number];

/** What the badge polls. `asOf` is the time of the answer and no part of the ETag. */
export const SummarySchema = v.object({
  openAccessRequests: v.number(),
  invitationRequired: v.number(),
  pendingInvitations: v.number(),
  members: v.number(),
  oldestOpenRequestAt: v.nullable(v.number()),
  /** From knock to decision, the middle one of the last 30 days, in milliseconds. */
  decisionTime: v.nullable(v.number()),
  /** What expires within 30 days and needs somebody: the first of them. */
  expiring: v.nullable(v.object({ what: v.picklist(expiringThings), expiresAt: v.number() })),
  directory: v.nullable(v.object({ lastSyncAt: v.nullable(v.number()) })),
  asOf: v.number(),
});
export type Summary = v.InferOutput<typeof SummarySchema>;

export const ConnectedBrowserSchema = v.object({
  id: v.string(),
  member: v.object({ memberId: v.string(), name: v.nullable(v.string()) }),
  clientId: v.string(),
  connectedAt: v.number(),
  lastUsedAt: v.nullable(v.number()),
  expiresAt: v.number(),
});
export type ConnectedBrowser = v.InferOutput<typeof ConnectedBrowserSchema>;
