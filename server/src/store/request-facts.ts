import type { Millis } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import type { Store } from './store.ts';

/** Of those who wait, the mail names so many. */
const MOST_NAMED = 10;

/** What a digest of access requests says: how many wait, and the first of them that no mail has named. */
export type DigestFacts = {
  kind: 'requests-digest';
  to: string | null;
  waiting: number;
  named: { name: string | null; address: string | null }[];
};

/** By outbox id. */
export async function digestFacts(store: Store, ids: readonly string[]): Promise<[id: string, facts: DigestFacts][]> {
  const rows = await store.db.all<{ id: string; to: string | null; waiting: number; named: string }>(sql`
    SELECT o.id, m.address AS "to", (SELECT value FROM counters WHERE name = 'open_access_requests') AS waiting,
      (SELECT json_group_array(json_object('name', n.name, 'address', n.address)) FROM (
        SELECT r.name, r.address FROM access_requests AS r WHERE r.state = 'open'
          AND NOT EXISTS (SELECT 1 FROM outbox_messages AS told WHERE told.id = 'out_' || r.id || '_' || m.id)
        ORDER BY r.asked_at LIMIT ${MOST_NAMED}) AS n) AS named
    FROM outbox_messages AS o JOIN members AS m ON m.id = o.member_id
    WHERE o.id IN (SELECT value FROM json_each(${JSON.stringify(ids)})) AND o.kind = 'requests-digest'`);
  return rows.map(({ id, named, ...facts }) => [id, { kind: 'requests-digest', ...facts, named: JSON.parse(named) }]);
}

/** What is said of somebody who was proposed as administrator. */
export type ProposalFacts = {
  kind: 'administrator-proposed';
  to: string | null;
  person: { id: string; name: string | null; address: string | null };
  byName: string | null;
  proposedAt: Millis;
};

/** By outbox id. */
export async function proposalFacts(store: Store, ids: readonly string[]): Promise<[id: string, facts: ProposalFacts][]> {
  type Row = {
    mail: string;
    to: string | null;
    id: string;
    name: string | null;
    address: string | null;
    byName: string | null;
    at: Millis;
  };
  const rows = await store.db.all<Row>(sql`
    SELECT o.id AS mail, m.address AS "to", p.id, p.name, p.address, coalesce(q.name, q.address) AS byName, o.created_at AS at
    FROM outbox_messages AS o JOIN members AS m ON m.id = o.member_id JOIN members AS p ON p.id = o.about_id LEFT JOIN members AS q ON q.id = p.proposed_by
    WHERE o.id IN (SELECT value FROM json_each(${JSON.stringify(ids)})) AND o.kind = 'administrator-proposed'`);
  return rows.map(({ mail, to, byName, at, ...person }) => [
    mail,
    { kind: 'administrator-proposed', to, person, byName, proposedAt: at },
  ]);
}
