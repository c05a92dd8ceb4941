import { foldAddress } from '@doorstep/shared/email-address';

/**
 * The domain of an address, its ASCII letters in lower case; nothing else is folded, no suffix ever counts (INV-29). null for what is none, and for
 * the user name that Entra makes up for a guest, `mia_fabrikam.example#EXT#@contoso.example`: it only looks like one of the tenant's.
 */
export function domainOf(address: string): string | null {
  const folded = foldAddress(address);
  const at = folded.lastIndexOf('@');
  const domain = folded.slice(at + 1);
  return at <= 0 || domain === '' || folded.includes('#ext#') ? null : domain;
}

/** The domains that somebody's trusted addresses prove, each once. */
export const provenDomains = (trustedAddresses: readonly string[]): string[] => [
  ...new Set(trustedAddresses.map(domainOf).filter((domain) => domain !== null)),
];

/** What is known of somebody whom a rule covers. `status` is null for people whom the directory does not know. */
export type CoveredPerson = {
  status: 'enabled' | 'disabled' | 'gone' | null;
  membership: 'active' | 'suspended' | 'removed' | null;
  isInvited: boolean;
  wasInvited: boolean;
  isDismissed: boolean;
  hasAddress: boolean;
};

export const leftOutReasons = ['member', 'disabled', 'was-member', 'invited', 'dismissed', 'was-invited', 'no-address'] as const;
export type LeftOut = (typeof leftOutReasons)[number];

/** Why a rule passes somebody by whom it covers; null: it acts. What a person decided about a person, no rule undoes. */
export function whyLeftOut(effect: 'suggest' | 'invite' | 'let-in', person: CoveredPerson): LeftOut | null {
  if (person.membership === 'active' || person.membership === 'suspended') return 'member';
  if (person.status === 'disabled' || person.status === 'gone') return 'disabled';
  if (person.membership === 'removed') return 'was-member';
  if (effect === 'let-in') return null;
  if (person.isInvited) return 'invited';
  if (person.isDismissed) return 'dismissed';
  if (effect === 'suggest') return null;
  if (person.wasInvited) return 'was-invited';
  return person.hasAddress ? null : 'no-address';
}
