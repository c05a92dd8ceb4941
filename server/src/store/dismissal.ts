import type { Millis } from '@doorstep/shared/time';
import { type SQL, sql } from 'drizzle-orm';
import { directoryUserId } from '../domain/directory-id.ts';
import type { Trace } from './audit.ts';
import { changedRows, type Statement, type Store } from './store.ts';

export type Dismissal = {
  /** At most 250 at once. */
  objectIds: readonly string[];
  isDismissed: boolean;
  by: string;
  auditId: string;
  now: Millis;
  trace: Trace;
};

/**
 * *Never suggest*, and its undo: how many directory users it changed. Only the suggestion ends; whoever is invited or a member stays that. One
 * audit row a person, written before the change, while it can be seen who will change.
 */
export async function setDismissed(store: Store, change: Dismissal): Promise<number> {
  const { isDismissed, trace } = change;
  const people = change.objectIds.map((objectId) => ({ objectId, id: directoryUserId(objectId) }));
  const what = isDismissed ? 'directory-user.dismissed' : 'directory-user.suggested-again';
  const changing = sql`json_each(${JSON.stringify(people)}) AS a
    JOIN directory_users AS u ON u.object_id = a.value->>'objectId' AND u.is_dismissed <> ${Number(isDismissed)}`;
  const results = await store.write([
    store.db.run(sql`
      INSERT INTO audit_events (id, at, what, result, by_member_id, about, request_id, client_address)
      SELECT CASE WHEN a.key = 0 THEN ${change.auditId} ELSE ${change.auditId} || ':' || a.key END, ${change.now}, ${what}, 'done', ${change.by},
        a.value->>'id', ${trace.requestId}, ${trace.clientAddress}
      FROM ${changing}`),
    store.db.run(sql`
      UPDATE directory_users SET is_dismissed = ${Number(isDismissed)} WHERE object_id IN (SELECT u.object_id FROM ${changing})`),
  ]);
  return changedRows(results[1]);
}

/** A statement for the batch that ends invitations: nobody suggests the person `i` again on its own (DESIGN.md, section 4). */
export const dismissInvited = (store: Store, won: SQL): Statement =>
  store.db.run(sql`
    UPDATE directory_users SET is_dismissed = 1 WHERE NOT is_dismissed AND object_id IN (SELECT i.object_id FROM ${won}
      UNION SELECT d.object_id FROM ${won} JOIN directory_addresses AS d ON d.address = lower(i.address) AND d.owner = 'user'
        WHERE i.object_id IS NULL)`);
