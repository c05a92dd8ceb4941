import { sql } from 'drizzle-orm';
import { domainOf } from '../domain/guest.ts';
import type { Store } from './store.ts';

/**
 * The domains of the tenant: those that the directory names, those that a TXT record proves, and those of the proven addresses of its own
 * administrators. Empty: nobody knows, and then nobody can be told from a guest.
 */
export const findOwnDomains = (store: Store): Promise<ReadonlySet<string>> =>
  store.memory.recall('own-domains', async () => {
    const rows = await store.db.all<{ domain: string }>(sql`
      SELECT domain FROM directory_domains
      UNION SELECT domain FROM domains WHERE verified_at IS NOT NULL
      UNION SELECT lower(substr(address, instr(address, '@') + 1)) FROM members
        WHERE role = 'administrator' AND state <> 'removed' AND address_is_trusted = 1 AND guest_of IS NULL AND tenant_id <> 'guest'
          AND address IS NOT NULL`);
    return new Set(rows.map(({ domain }) => domain.toLowerCase()));
  });

/** `unknown` as long as no domain of the tenant is known. */
export type Belonging = 'ours' | 'outside' | 'unknown';

export const belongingOf = (ownDomains: ReadonlySet<string>, address: string): Belonging =>
  ownDomains.size === 0 ? 'unknown' : ownDomains.has(domainOf(address)) ? 'ours' : 'outside';
