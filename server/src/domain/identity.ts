import type { DirectoryStatus } from '@doorstep/shared/directory';
import { foldAddress } from '@doorstep/shared/email-address';

/** Who signed in: `(tenant id, object id)`, never an address (DESIGN.md, glossary). */
export type IdentityKey = { tenantId: string; objectId: string };

/** What is kept and shown of an identity. `address` decides nothing unless `addressIsTrusted`. */
export type ShownIdentity = IdentityKey & {
  name: string | null;
  address: string | null;
  addressIsTrusted: boolean;
  /** Home identity provider as text, null for people of the tenant itself. */
  guestOf: string | null;
  loginHint: string | null;
};

/** An identity with all addresses that are proven to be theirs, as `foldTrusted` leaves them. */
export type Identity = ShownIdentity & {
  trustedAddresses: readonly string[];
  /** One of them is proven by nothing but the setting *our tenant vouches for its e-mail claim*. */
  isVouchedFor?: true;
};

/** What the directory says of an identity. Its addresses are only those that prove something (DESIGN.md, section 4, trusted addresses). */
export type DirectoryPerson = {
  status: DirectoryStatus;
  name: string | null;
  address: string | null;
  isGuest: boolean;
  guestOf: string | null;
  trustedAddresses: readonly string[];
};

/** Exchange writes `SMTP:` before the main address and `smtp:` before the others (ENT-44); no address begins so. */
export const foldTrusted = (address: string): string => foldAddress(address).replace(/^smtp:/, '');

/**
 * Who signed in with what the directory adds: the addresses it proves, a proven address to show rather than one that the account only says, a
 * guest as a guest where the token does not tell (ENT-60).
 */
export function withDirectory(who: Identity, person: DirectoryPerson | null): Identity {
  if (person === null) return who;
  const trustedAddresses = [...new Set([...who.trustedAddresses, ...person.trustedAddresses.map(foldTrusted)])];
  return {
    ...who,
    ...bestAddress({ ...who, trustedAddresses }, person.address),
    trustedAddresses,
    name: who.name ?? person.name,
    guestOf: who.guestOf ?? (person.isGuest ? homeOf(person) : null),
  };
}

/**
 * *Our tenant vouches for its e-mail claim*: what the account says counts as proven. Only for people of the tenant itself; `said` is the claim
 * (DESIGN.md, section 4, trusted addresses).
 */
export function withVouching(who: Identity, said: string | null): Identity {
  if (said === null || who.guestOf !== null || who.trustedAddresses.includes(foldTrusted(said))) return who;
  const trustedAddresses = [...who.trustedAddresses, foldTrusted(said)];
  return { ...who, ...bestAddress({ ...who, trustedAddresses }, who.address), trustedAddresses, isVouchedFor: true };
}

function bestAddress(who: Identity, listed: string | null): Pick<Identity, 'address' | 'addressIsTrusted'> {
  const isProven = (address: string | null): address is string =>
    address !== null && who.trustedAddresses.includes(foldTrusted(address));
  const proven = [who.address, listed].find(isProven) ?? who.trustedAddresses[0];
  return proven === undefined
    ? { address: who.address ?? listed, addressIsTrusted: false }
    : { address: proven, addressIsTrusted: true };
}

const homeOf = ({ guestOf, address }: DirectoryPerson): string =>
  guestOf ?? (address?.split('@').at(-1) || 'another organization');
