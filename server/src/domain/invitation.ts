import { checkAddress, foldAddress } from '@doorstep/shared/email-address';
import type { InvitationId, MemberId } from '@doorstep/shared/ids';
import type { InvitationState } from '@doorstep/shared/invitation';
import type { Counts, Recipient, Row } from '@doorstep/shared/invitation-batch';
import type { MemberState, Role } from '@doorstep/shared/member';
import type { Millis } from '@doorstep/shared/time';
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

/** A person that is known under an address: only what planning needs. */
export type KnownPerson = {
  memberState: MemberState | null;
  name: string | null;
  pendingInvitationId: InvitationId | null;
  /** Under which form of the person it is pending: an approval's invitation is found by its address, too. */
  pendingAs: string | null;
};
export type KnownPeople = ReadonlyMap<string, KnownPerson>;

export const personOfAddress = (address: string): string => `mail:${foldAddress(address)}`;

/** One answer per recipient, in their order (INV-14, INV-15, INV-35). `known` is keyed by `personOfAddress`. */
export function planInvitations(recipients: readonly Pick<Recipient, 'email'>[], known: KnownPeople): Row[] {
  const seen = new Set<string>();
  return recipients.map((recipient, index) => {
    const check = checkAddress(recipient.email);
    if ('problem' in check) return refuse(index, recipient.email, null, 'not-an-address');
    const person = personOfAddress(check.address);
    if (seen.has(person)) return refuse(index, check.address, null, 'duplicate');
    seen.add(person);
    return planOne(index, check.address, known.get(person));
  });
}

function planOne(recipient: number, address: string, known: KnownPerson | undefined): Row {
  const name = known?.name ?? null;
  if (known?.memberState === 'active') return refuse(recipient, address, name, 'already-member');
  if (known?.memberState === 'suspended') return refuse(recipient, address, name, 'suspended');
  const plan = known?.pendingInvitationId ? 'resend' : 'invite';
  return { recipient, address, directoryUserId: null, name, plan };
}

const refuse = (recipient: number, address: string, name: string | null, because: NonNullable<Row['because']>): Row => ({
  recipient,
  address,
  directoryUserId: null,
  name,
  plan: 'refuse',
  because,
});

/** Counts people, not rows of the answer. */
export function countPlans(rows: readonly Pick<Row, 'plan'>[]): Counts {
  const counts: Counts = { invite: 0, resend: 0, refuse: 0 };
  for (const row of rows) counts[row.plan] += 1;
  return counts;
}

/** `m•••@contoso.com`: enough to recognise one's own address, not enough to learn it. */
export function maskAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const first = [...address.slice(0, at)][0] ?? '';
  return `${first}•••${address.slice(at)}`;
}
