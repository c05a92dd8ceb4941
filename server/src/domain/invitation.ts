import type { DirectoryStatus } from '@doorstep/shared/directory';
import { foldAddress, isAddress } from '@doorstep/shared/email-address';
import type { InvitationId, MemberId } from '@doorstep/shared/ids';
import type { InvitationState, Language } from '@doorstep/shared/invitation';
import type { Counts, PersonRow, Refusal, Remark, Row } from '@doorstep/shared/invitation-batch';
import type { MemberState, Role } from '@doorstep/shared/member';
import type { Millis } from '@doorstep/shared/time';
import { directoryGroupId, directoryUserId } from './directory-id.ts';
import type { GuestTerms } from './guest.ts';
import type { IdentityKey } from './identity.ts';

/** What the rules need to know of an invitation. */
export type KnownInvitation = {
  id: InvitationId;
  state: InvitationState;
  generation: number;
  sentAt: Millis;
  expiresAt: Millis;
  role: Role;
  address: string | null;
  boundTo: IdentityKey | null;
  accessRequestId: string | null;
  inviterId: MemberId | null;
};

/** A directory user, as planning needs one. */
export type DirectoryPerson = {
  objectId: string;
  name: string | null;
  address: string | null;
  isGuest: boolean;
  language: Language | null;
  status: DirectoryStatus;
};

/**
 * One of the people whom a recipient (an index into the list) means: a directory user, who gets an invitation bound to the identity, or an
 * address alone. `because`: why there is nobody to invite.
 */
export type Invitee = {
  recipient: number;
  person: string | null;
  address: string | null;
  name?: string | null;
  user: (DirectoryPerson & IdentityKey) | null;
  remark?: Remark;
  /** Signs in by a mailed code, not at our provider. */
  isGuest?: boolean;
  because?: Refusal;
};

/** What is known of one person: only what planning needs. */
export type KnownPerson = {
  memberState: MemberState | null;
  name: string | null;
  pendingInvitationId: InvitationId | null;
};
export type KnownPeople = ReadonlyMap<string, KnownPerson>;

export const personOfAddress = (address: string): string => `mail:${foldAddress(address)}`;
export const personOfIdentity = ({ tenantId, objectId }: IdentityKey): string => `oid:${tenantId}/${objectId}`;

/** Who was named before in the same batch. */
export type Named = { people: Set<string>; addresses: Set<string> };
export const nobodyNamed = (): Named => ({ people: new Set(), addresses: new Set() });

/**
 * One answer per person, in their order (INV-14, INV-15, INV-35). `known` is keyed by `person`; who is named here is added to `named`;
 * `guestTerms` are those of a recipient (DIR-01).
 */
export function planPeople(
  people: readonly Invitee[],
  known: KnownPeople,
  named: Named,
  guestTerms: (recipient: number) => GuestTerms,
): PersonRow[] {
  return people.map((invitee) => {
    const facts = invitee.person === null ? undefined : known.get(invitee.person);
    const terms = invitee.isGuest ? guestTerms(invitee.recipient) : null;
    const because =
      invitee.because ??
      unreachable(invitee) ??
      (isNamedAgain(invitee, named) ? 'duplicate' : memberAlready(facts)) ??
      (terms && 'because' in terms ? terms.because : undefined);
    const plan = because ? 'refuse' : facts?.pendingInvitationId ? 'resend' : 'invite';
    return {
      recipient: invitee.recipient,
      address: invitee.address,
      directoryUserId: invitee.user && directoryUserId(invitee.user.objectId),
      name: invitee.user?.name ?? invitee.name ?? facts?.name ?? null,
      plan,
      ...(because && { because }),
      ...(invitee.remark && !because && { remark: invitee.remark }),
      ...(terms && 'isCut' in terms && terms.isCut && !because && { accessUntil: terms.accessUntil }),
    };
  });
}

function unreachable({ user, address }: Invitee): Refusal | undefined {
  if (user && user.status !== 'enabled') return 'disabled-in-directory';
  return address !== null && isAddress(address) ? undefined : 'not-an-address';
}

/**
 * By identity and by address (ENT-54). Two directory users may have the same address and stay two people; an address that was typed and
 * belongs to one of them does not.
 */
function isNamedAgain({ person, address, user }: Invitee, named: Named): boolean {
  const mail = personOfAddress(address!);
  const isAgain = named.people.has(person!) || (user ? named.addresses.has(mail) : named.people.has(mail));
  named.people.add(person!).add(mail);
  if (!user) named.addresses.add(mail);
  return isAgain;
}

function memberAlready(known: KnownPerson | undefined): Refusal | undefined {
  if (known?.memberState === 'active') return 'already-member';
  return known?.memberState === 'suspended' ? 'suspended' : undefined;
}

/** What stands in the row of a group or of a search; `objectId` of the group. */
export type Crowd = { recipient: number; name: string | null; address: string | null; objectId: string | null };

/** The row of a group: its people, those who get a mail first, and of all plans the best. */
export const crowdRow = ({ recipient, name, address, objectId }: Crowd, people: readonly PersonRow[]): Row => ({
  recipient,
  address,
  directoryUserId: null,
  name,
  ...crowdPlan(people),
  directoryGroupId: objectId && directoryGroupId(objectId),
  people: [...people.filter((one) => one.plan !== 'refuse'), ...people.filter((one) => one.plan === 'refuse')],
});

/** What these people make of their group's row. */
export function crowdPlan(people: readonly PersonRow[]): Pick<Row, 'plan' | 'because' | 'counts'> {
  if (people.length === 0) return { plan: 'refuse', because: 'empty-group' };
  const counts = countPlans(people);
  if (counts.invite > 0) return { plan: 'invite', counts };
  return counts.resend > 0 ? { plan: 'resend', counts } : { plan: 'refuse', because: people[0]!.because!, counts };
}

/** Counts people: those of a group's row, else the row itself; a group without people counts once, as refused. */
export function countPlans(rows: readonly Pick<Row, 'plan' | 'counts'>[]): Counts {
  const counts: Counts = { invite: 0, resend: 0, refuse: 0 };
  for (const row of rows) {
    if (!row.counts) counts[row.plan] += 1;
    for (const plan of ['invite', 'resend', 'refuse'] as const) counts[plan] += row.counts?.[plan] ?? 0;
  }
  return counts;
}

/** `m•••@contoso.com`: enough to recognise one's own address, not enough to learn it. */
export function maskAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const first = [...address.slice(0, at)][0] ?? '';
  return `${first}•••${address.slice(at)}`;
}
