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
  /** Has no account in the tenant. */
  isGuest: v.optional(v.boolean()),
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

export const MOST_DECIDED = 200;
/** Many at once: one verdict, one reason, one role for all. What the invitations of the requests give stays theirs unless it is named. */
export const ManyDecisions = v.strictObject({
  ids: v.pipe(
    v.array(v.pipe(v.string(), v.maxLength(100, 'is not an id'))),
    v.minLength(1, 'must name at least one request'),
    v.maxLength(MOST_DECIDED, `must be at most ${MOST_DECIDED}`),
  ),
  verdict: v.picklist(['approve', 'deny'], 'must be approve or deny'),
  reason,
  role: v.optional(Role),
});
export type ManyDecisions = v.InferOutput<typeof ManyDecisions>;

/** What becomes of one of many. */
export const decisionOutcomes = [
  'decided',
  'already-decided',
  'own-request',
  'not-allowed',
  'person-gone',
  'guests-not-allowed',
  'guest-administrator',
  'fresh-sign-in-needed',
  'not-found',
] as const;
export type DecisionOutcome = (typeof decisionOutcomes)[number];

/** In the order asked; `request` is left out where there is none. */
export const ManyDecidedSchema = v.object({
  results: v.array(v.object({ id: v.string(), outcome: v.picklist(decisionOutcomes), request: v.optional(AccessRequestSchema) })),
});
export type ManyDecided = v.InferOutput<typeof ManyDecidedSchema>;

export const AccessRequestQuery = v.strictObject({
  ...pageQuery,
  state: v.optional(v.picklist(requestStates, `must be one of ${requestStates.join(', ')}`)),
});
