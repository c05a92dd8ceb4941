import * as v from 'valibot';
import { pageQuery } from './list.ts';
import { Actor, Role } from './member.ts';
import { UserGroupIds } from './user-group.ts';

export const requestStates = ['open', 'approved', 'denied', 'withdrawn', 'superseded', 'expired'] as const;
export type RequestState = (typeof requestStates)[number];

/** Why somebody asks; the last three name an invitation. */
export const requestReasons = ['no-invitation', 'address-not-proven', 'other-account', 'invitation-expired'] as const;
export type Why = (typeof requestReasons)[number];

export const AccessRequestSchema = v.object({
  id: v.string(),
  state: v.picklist(requestStates),
  why: v.picklist(requestReasons),
  invitationId: v.nullable(v.string()),
  name: v.nullable(v.string()),
  address: v.nullable(v.string()),
  guestOf: v.nullable(v.string()),
  reason: v.nullable(v.string()),
  /** The workspace's own question, and what the person answered. */
  question: v.nullable(v.string()),
  answer: v.nullable(v.string()),
  askedAt: v.number(),
  expiresAt: v.number(),
  decidedAt: v.nullable(v.number()),
  decidedBy: v.nullable(Actor),
  decisionReason: v.nullable(v.string()),
  mailed: v.optional(v.boolean()),
});
export type AccessRequest = v.InferOutput<typeof AccessRequestSchema>;

export const REASON_LENGTH = 1000;
const reason = v.optional(
  v.nullable(v.pipe(v.string(), v.trim(), v.maxLength(REASON_LENGTH, `must be at most ${REASON_LENGTH} characters`))),
);
export const Approval = v.strictObject({
  role: v.optional(Role),
  userGroupIds: UserGroupIds,
  accessUntil: v.optional(v.nullable(v.pipe(v.number(), v.safeInteger('must be a whole number of milliseconds')))),
  reason,
});
export type Approval = v.InferOutput<typeof Approval>;
export const Denial = v.strictObject({ reason });
export type Denial = v.InferOutput<typeof Denial>;

export const AccessRequestQuery = v.strictObject({
  ...pageQuery,
  state: v.optional(v.picklist(requestStates, `must be one of ${requestStates.join(', ')}`)),
});
