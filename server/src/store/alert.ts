import type { Millis } from '@doorstep/shared/time';
import { type SQL, sql } from 'drizzle-orm';
import { activeAdministrator } from './member.ts';
import { newId } from './new-id.ts';
import { changedRows, type Store } from './store.ts';

/** `aboutId`: the run, or the object id of the directory user, that the mail tells of. `key`: what happened, a word or a few. */
export type Alert = { aboutId: string; key: string; now: Millis };

/** The newest keys first; older ones are told again. */
const MOST_REMEMBERED = 20;

/** SQL: what `directory.alerted` says was told, as rows `key` (place) and `value`. */
const told = sql`json_each(coalesce(alerted, '[]'))`;
const isTold = (key: string): SQL => sql`${key} IN (SELECT value FROM ${told})`;

/**
 * A mail to every administrator in office who has an address, once per key: as long as it is among those told last, and not forgotten because
 * it is over, nobody is told again. True when this call was the first.
 */
export async function alertAdministrators(store: Store, { aboutId, key, now }: Alert): Promise<boolean> {
  const id = newId('ale');
  const [, , isNews] = await store.write([
    store.db.run(sql`
      INSERT INTO outbox_messages (id, kind, state, member_id, about_id, due_at, created_at)
      SELECT 'out_' || ${id} || '_' || m.id, 'directory-alert', 'queued', m.id, ${aboutId}, ${now}, ${now}
      FROM directory AS d JOIN members AS m ON m.role = 'administrator' AND m.address IS NOT NULL AND ${activeAdministrator(sql`${now}`)}
      WHERE NOT ${isTold(key)}`),
    store.db.run(sql`
      INSERT INTO audit_events (id, at, what, result, about, facts)
      SELECT ${newId('aud')}, ${now}, 'directory.alerted', 'done', ${aboutId}, json_object('because', ${key}) FROM directory WHERE NOT ${isTold(key)}`),
    store.db.run(sql`
      UPDATE directory SET alerted = (SELECT json_group_array(value) FROM (SELECT value FROM
        (SELECT -1 AS key, ${key} AS value UNION ALL SELECT key, value FROM ${told}) ORDER BY key LIMIT ${MOST_REMEMBERED}))
      WHERE NOT ${isTold(key)}`),
  ]);
  return changedRows(isNews) > 0;
}

/** SQL: `directory.alerted` without these keys: what they told of is over, and is told again when it comes back. */
export const withoutAlerts = (keys: readonly string[]): SQL => sql`
  (SELECT json_group_array(value) FROM ${told} WHERE value NOT IN (SELECT value FROM json_each(${JSON.stringify(keys)})))`;
