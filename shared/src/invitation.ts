import * as v from 'valibot';
import { pageQuery, searchQuery } from './list.ts';
import { Actor, Role } from './member.ts';

export const invitationStates = ['pending', 'redeemed', 'revoked', 'declined'] as const;
export type InvitationState = (typeof invitationStates)[number];

export const deliveries = ['queued', 'sent', 'delivered', 'bounced', 'failed', 'uncertain'] as const;
export type Delivery = (typeof deliveries)[number];

export const languages = ['en', 'fr', 'de'] as const;
export type Language = (typeof languages)[number];

export const InvitationSchema = v.object({
  id: v.string(),
  state: v.picklist(invitationStates),
  expired: v.boolean(),
  address: v.nullable(v.string()),
  directoryUserId: v.nullable(v.string()),
  name: v.nullable(v.string()),
  role: Role,
  userGroupIds: v.array(v.string()),
  accessUntil: v.nullable(v.number()),
  language: v.nullable(v.picklist(languages)),
  note: v.nullable(v.string()),
  batchId: v.nullable(v.string()),
  accessRequestId: v.nullable(v.string()),
  invitedBy: v.nullable(Actor),
  sentAt: v.number(),
  generation: v.number(),
  expiresAt: v.number(),
  redeemedAt: v.nullable(v.number()),
  memberId: v.nullable(v.string()),
  delivery: v.nullable(v.picklist(deliveries)),
});
export type Invitation = v.InferOutput<typeof InvitationSchema>;

/** `pending` means not expired; `expired` is computed from the time (CONTRACT.md, 5). */
export const invitationFilters = ['pending', 'expired', 'redeemed', 'revoked', 'declined'] as const;
export type InvitationFilter = (typeof invitationFilters)[number];
export const InvitationQuery = v.strictObject({
  ...pageQuery,
  q: searchQuery,
  state: v.optional(v.picklist(invitationFilters, `must be one of ${invitationFilters.join(', ')}`)),
});
