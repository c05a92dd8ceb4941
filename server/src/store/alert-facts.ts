import type { SyncProblem } from '@doorstep/shared/directory';
import { sql } from 'drizzle-orm';
import type { LossPlan } from '../domain/brake.ts';
import type { Store } from './store.ts';

/** What an alert about the directory says. `to` is null when the administrator has no address. */
export type AlertFacts = {
  kind: 'directory-alert';
  to: string | null;
  alert:
    | { about: 'sync'; problem: SyncProblem; people: number; members: number }
    | { about: 'deactivation'; person: { name: string | null; address: string | null } };
};

type Row = {
  id: string;
  reader: string | null;
  problem: SyncProblem | null;
  plan: string | null;
  name: string | null;
  address: string | null;
};

/** By outbox id. `about_id` names a run, or the object id of a directory user; what is known of neither is left out. */
export async function alertFacts(store: Store, ids: readonly string[]): Promise<[id: string, facts: AlertFacts][]> {
  const rows = await store.db.all<Row>(sql`
    SELECT o.id, m.address AS reader, r.problem, r.plan, u.name, u.address FROM outbox_messages AS o JOIN members AS m ON m.id = o.member_id
    LEFT JOIN directory_runs AS r ON r.id = o.about_id LEFT JOIN directory_users AS u ON u.object_id = o.about_id
    WHERE o.id IN (SELECT value FROM json_each(${JSON.stringify(ids)})) AND o.kind = 'directory-alert'
      AND (r.problem IS NOT NULL OR u.object_id IS NOT NULL)`);
  return rows.map((row) => [row.id, { kind: 'directory-alert', to: row.reader, alert: alertOf(row) }]);
}

function alertOf({ problem, plan, name, address }: Row): AlertFacts['alert'] {
  if (problem === null) return { about: 'deactivation', person: { name, address } };
  const { people = 0, suspendCount: members = 0 } = JSON.parse(plan ?? '{}') as Partial<LossPlan>;
  return { about: 'sync', problem, people, members };
}
