import { type SQL, sql } from 'drizzle-orm';
import { domainOf, GUESTS } from '../domain/guest.ts';
import type { Store } from './store.ts';

/**
 * The domains of the tenant: those that the directory names, those that a TXT record proves, and those of the proven addresses of its own
 * administrators. Empty: nobody knows, and then nobody can be told from a guest.
 */
export const findOwnDomains = (store: Store): Promise<ReadonlySet<string>> =>
  store.memory.recall('own-domains', async () => {
    const rows = await store.db.all<{ domain: string }>(ownDomains);
    return new Set(rows.map(({ domain }) => domain.toLowerCase()));
  });

/** SQL: a first sign-in at our provider has proven these. */
const administratorsDomains = sql`SELECT lower(substr(address, instr(address, '@') + 1)) AS domain FROM members
  WHERE role = 'administrator' AND state <> 'removed' AND address_is_trusted = 1 AND guest_of IS NULL AND tenant_id <> ${GUESTS}
    AND address IS NOT NULL`;

/** SQL: the domains of the tenant. */
const ownDomains = sql`SELECT lower(domain) AS domain FROM directory_domains
  UNION SELECT domain FROM domains WHERE verified_at IS NOT NULL
  UNION ${administratorsDomains}`;

/** SQL: whether the addressee of the invitation of that name in the query signs in as a guest; as `isForGuest`. */
export const isGuestInvitation = (invitation: SQL): SQL => sql`(${invitation}.tenant_id = ${GUESTS}
  OR (${invitation}.object_id IS NULL AND ${invitation}.address IS NOT NULL AND EXISTS (${ownDomains})
    AND lower(substr(${invitation}.address, instr(${invitation}.address, '@') + 1)) NOT IN (${ownDomains})))`;

/** Where each of them is known from, for the page that shows it; those of TXT records stand in domain.ts. */
export async function findDomainSources(store: Store): Promise<{ directory: string[]; administrators: string[] }> {
  const [directory, administrators] = await Promise.all([
    store.db.all<{ domain: string }>(sql`SELECT domain FROM directory_domains ORDER BY domain`),
    store.db.all<{ domain: string }>(sql`SELECT DISTINCT domain FROM (${administratorsDomains}) ORDER BY domain`),
  ]);
  return { directory: directory.map(({ domain }) => domain), administrators: administrators.map(({ domain }) => domain) };
}

/** `unknown` as long as no domain of the tenant is known. */
export type Belonging = 'ours' | 'outside' | 'unknown';

export const belongingOf = (ownDomains: ReadonlySet<string>, address: string): Belonging =>
  ownDomains.size === 0 ? 'unknown' : ownDomains.has(domainOf(address)) ? 'ours' : 'outside';

/** Whether an invitation's addressee signs in as a guest: of no tenant, or known by an address alone that is outside. */
export async function isForGuest(
  store: Store,
  { tenantId, objectId, address }: { tenantId: string | null; objectId: string | null; address: string | null },
): Promise<boolean> {
  if (objectId !== null) return tenantId === GUESTS;
  return address !== null && belongingOf(await findOwnDomains(store), address) === 'outside';
}
