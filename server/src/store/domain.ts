import { DAY, HOUR, type Millis } from '@doorstep/shared/time';
import { asc, eq, type SQL, sql } from 'drizzle-orm';
import type { Trace } from './audit.ts';
import { activeAdministrator } from './member.ts';
import { domains } from './schema.ts';
import { changedRows, type Store } from './store.ts';

export type DomainRow = typeof domains.$inferSelect;

export const MOST_DOMAINS = 20;
/** The job looks once an hour, for so long; whoever presses *Check now* looks whenever they like. */
const LOOK_EVERY = HOUR;
const LOOKS_FOR = 30 * DAY;

export const findAddedDomains = (store: Store): Promise<DomainRow[]> =>
  store.db.select().from(domains).orderBy(asc(domains.domain));

export async function findAddedDomain(store: Store, domain: string): Promise<DomainRow | null> {
  const [row] = await store.db.select().from(domains).where(eq(domains.domain, domain));
  return row ?? null;
}

/** Not proven yet, added lately, and not looked at for an hour; a few at a time. */
export const findDomainsToLookAt = (store: Store, now: Millis, limit: number): Promise<DomainRow[]> =>
  store.db
    .select()
    .from(domains)
    .where(sql`verified_at IS NULL AND added_at > ${now - LOOKS_FOR} AND coalesce(checked_at, 0) <= ${now - LOOK_EVERY}`)
    .orderBy(sql`coalesce(checked_at, 0)`)
    .limit(limit);

type Change = { domain: string; by: string; auditId: string; now: Millis; trace: Trace };

/** False when it is there already, there are too many, or `by` is no administrator any more. */
export async function addDomain(store: Store, change: Change & { token: string }): Promise<boolean> {
  const { domain, by, now, token } = change;
  const [added] = await store.write([
    store.db.run(sql`
      INSERT INTO domains (domain, token, added_at, added_by) SELECT ${domain}, ${token}, ${now}, ${by}
      WHERE (SELECT count(*) FROM domains) < ${MOST_DOMAINS} AND ${isInOffice(change)} ON CONFLICT DO NOTHING`),
    audit(store, change, 'domain.added', sql`FROM domains AS d WHERE d.domain = ${domain} AND d.token = ${token}`),
  ]);
  return changedRows(added) > 0;
}

/** What was seen of one domain; `isProven` by those records. `by` null: the job looked. */
export type DomainLook = {
  domain: string;
  token: string;
  found: string[] | null;
  problem: string | null;
  isProven: boolean;
  by: string | null;
  auditId: string;
  now: Millis;
  trace: Trace;
};

/** Answers whether this look has proven it. A look that proves nothing changes nothing that anybody remembers. */
export async function recordLook(store: Store, look: DomainLook): Promise<boolean> {
  const seen = sql`checked_at = ${look.now}, found = ${look.found && JSON.stringify(look.found)}, problem = ${look.problem}`;
  const isIt = sql`domain = ${look.domain} AND token = ${look.token}`;
  if (!look.isProven) {
    await store.batch([store.db.run(sql`UPDATE domains SET ${seen} WHERE ${isIt}`)]);
    return false;
  }
  const [, proven] = await store.write([
    audit(
      store,
      look,
      'domain.verified',
      sql`FROM domains AS d WHERE d.domain = ${look.domain} AND d.token = ${look.token} AND d.verified_at IS NULL`,
    ),
    store.db.run(sql`UPDATE domains SET ${seen}, verified_at = ${look.now} WHERE ${isIt} AND verified_at IS NULL`),
  ]);
  return changedRows(proven) > 0;
}

export async function removeDomain(store: Store, change: Change): Promise<boolean> {
  const isIt = sql`domain = ${change.domain} AND ${isInOffice(change)}`;
  const [, removed] = await store.write([
    audit(store, change, 'domain.removed', sql`FROM domains WHERE ${isIt}`),
    store.db.run(sql`DELETE FROM domains WHERE ${isIt}`),
  ]);
  return changedRows(removed) > 0;
}

const isInOffice = ({ by, now }: Pick<Change, 'by' | 'now'>): SQL => sql`EXISTS (SELECT 1 FROM members AS m
  WHERE m.id = ${by} AND m.role = 'administrator' AND ${activeAdministrator(sql`${now}`)})`;

const audit = (
  store: Store,
  { domain, by, auditId, now, trace }: Omit<Change, 'by'> & { by: string | null },
  what: string,
  from: SQL,
) =>
  store.db.run(sql`
    INSERT INTO audit_events (id, at, what, result, by_member_id, about, facts, request_id, client_address)
    SELECT ${auditId}, ${now}, ${what}, 'done', ${by}, NULL, ${JSON.stringify({ domain })}, ${trace.requestId}, ${trace.clientAddress} ${from}`);
