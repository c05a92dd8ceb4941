import { type SQL, sql } from 'drizzle-orm';
import type { Statement, Store } from './store.ts';

/** SQL, of a command that changes `members`: whoever it is about is not proposed as administrator any more. */
export const withoutProposal = sql`proposed_by = NULL, proposed_at = NULL`;

/** Who leaves the office takes along whom they proposed. `proposers`: a list or query of their ids. */
export const endProposalsBy = (store: Store, proposers: SQL): Statement =>
  store.db.run(sql`UPDATE members SET ${withoutProposal} WHERE proposed_at IS NOT NULL AND proposed_by IN (${proposers})`);

/** A mail to every other administrator in office who has an address; `proposed` is a query of members `m` who were proposed at `now`. */
export const tellOfProposals = (store: Store, proposed: SQL, now: SQL): Statement =>
  store.db.run(sql`
    INSERT INTO outbox_messages (id, kind, state, member_id, about_id, due_at, created_at)
    SELECT 'out_' || m.id || '_proposed_' || m.proposed_at || '_' || o.id, 'administrator-proposed', 'queued', o.id, m.id, m.proposed_at, m.proposed_at
    FROM ${proposed} CROSS JOIN members AS o
    WHERE m.proposed_at = ${now} AND o.role = 'administrator' AND o.state = 'active' AND (o.access_until IS NULL OR o.access_until > ${now})
      AND o.address IS NOT NULL AND o.id <> m.proposed_by ON CONFLICT DO NOTHING`);

/** SQL: new administrators need two approvals, and there are two to give them. With one in office, one approval has to be enough. */
export const secondIsNeeded = (now: SQL, besides: SQL = sql`0`): SQL => sql`(
  coalesce((SELECT w.needs_two_approvals FROM workspace AS w WHERE w.id = 1), 0) = 1
  AND (SELECT count(*) FROM members AS o WHERE o.role = 'administrator' AND o.state = 'active' AND (o.access_until IS NULL OR o.access_until > ${now}))
    + ${besides} >= 2)`;
