import * as v from 'valibot';
import { pageQuery, searchQuery } from './list.ts';

export const roles = ['administrator', 'member', 'reader'] as const;
export type Role = (typeof roles)[number];
export const Role = v.picklist(roles, `must be one of ${roles.join(', ')}`);

export const memberStates = ['active', 'suspended', 'removed'] as const;
export type MemberState = (typeof memberStates)[number];

/** Who did something: the id stays, the name is joined when shown and null after an erasure. */
export const Actor = v.object({ memberId: v.string(), name: v.nullable(v.string()) });
export type Actor = v.InferOutput<typeof Actor>;

export const MemberSchema = v.object({
  id: v.string(),
  state: v.picklist(memberStates),
  role: Role,
  name: v.nullable(v.string()),
  address: v.nullable(v.string()),
  /** The domain of a guest's address, or of the organization that a tenant guest belongs to. */
  guestOf: v.nullable(v.string()),
  /** Comes in without an account in the tenant. */
  isGuest: v.boolean(),
  /** Who answers for a guest. */
  sponsor: v.nullable(Actor),
  userGroupIds: v.array(v.string()),
  joinedAt: v.number(),
  accessUntil: v.nullable(v.number()),
  lastSeenAt: v.nullable(v.number()),
});
export type Member = v.InferOutput<typeof MemberSchema>;

export const MemberQuery = v.strictObject({
  ...pageQuery,
  q: searchQuery,
  state: v.optional(v.picklist(memberStates, `must be one of ${memberStates.join(', ')}`)),
});
