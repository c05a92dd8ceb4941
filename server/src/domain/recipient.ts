import type { Refusal, Remark } from '@doorstep/shared/invitation-batch';
import type { DirectoryPerson } from './invitation.ts';

export type GroupNamed = { objectId: string; name: string | null; address: string | null };

/** Whose an address is, as the directory says. */
export type AddressOwners = {
  users: DirectoryPerson[];
  groups: GroupNamed[];
  contacts: { name: string | null }[];
  /** The domain is one of the tenant's own. */
  isOurDomain: boolean;
};

/** What the directory is to whoever invites: nothing, people of some sort, or all of them, since a full pass has ended. */
export type DirectoryReach = 'none' | 'some' | 'everybody';

export type Meaning =
  | { user: DirectoryPerson }
  | { group: GroupNamed }
  | { because: Refusal }
  | { name?: string | null; remark?: Remark; isGuest?: boolean };

/**
 * Whom a typed address means (ENT-53, ENT-57). One enabled person wins over disabled namesakes; an address of our own domain that belongs
 * to nobody may be a dynamic distribution list, which Graph does not list and nobody can read. `isOutside`: of no domain of the tenant, and
 * the tenant's domains are known. Whoever has such an address and is nobody of the directory cannot sign in at our provider: a guest.
 */
export function meaningOf(
  { users, groups, contacts, isOurDomain }: AddressOwners,
  reach: DirectoryReach,
  isOutside: boolean,
): Meaning {
  const enabled = users.filter((user) => user.status === 'enabled');
  if (enabled.length > 1) return { because: 'several-people' };
  if (enabled[0]) return { user: enabled[0] };
  if (groups[0]) return { group: groups[0] };
  if (users.length > 0) return { because: 'disabled-in-directory' };
  if (contacts[0]) return { name: contacts[0].name, remark: 'contact', isGuest: isOutside };
  if (isOutside) return { remark: 'guest', isGuest: true };
  if (isOurDomain && reach === 'everybody') return { because: 'not-expandable' };
  return reach === 'none' ? {} : { remark: 'outside-directory' };
}
