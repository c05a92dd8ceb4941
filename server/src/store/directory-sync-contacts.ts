import { sql } from 'drizzle-orm';
import { ours, type Turn, whileOurs, writePiece } from './directory-sync.ts';
import { type Addressed, dropAddresses, replaceAddresses } from './directory-sync-addresses.ts';
import type { Statement, Store } from './store.ts';

/** Somebody outside the tenant whom its address book holds: known by address only. */
export type ContactChange = Addressed & { id: string; state: 'present' | 'removed'; name?: string | null | undefined };

/** Statements for at most 200 contacts, each once. Repeating it changes nothing. */
export function writeContacts(store: Store, turn: Turn, changes: readonly ContactChange[], fullMark: number): Statement[] {
  const given = ours(JSON.stringify(changes), turn);
  const gone = sql`SELECT a.value->>'id' FROM ${given} AS a WHERE a.value->>'state' = 'removed'`;
  return [
    store.db.run(sql`
      INSERT INTO directory_contacts (object_id, name, graph_mark)
      SELECT a.value->>'id', CASE WHEN json_type(a.value, '$.name') IS NULL THEN c.name ELSE a.value->>'name' END, ${fullMark}
      FROM ${given} AS a LEFT JOIN directory_contacts AS c ON c.object_id = a.value->>'id' WHERE a.value->>'state' = 'present'
      ON CONFLICT (object_id) DO UPDATE SET name = excluded.name, graph_mark = excluded.graph_mark`),
    ...replaceAddresses(store, given, 'contact'),
    dropAddresses(store, gone),
    store.db.run(sql`DELETE FROM directory_contacts WHERE object_id IN (${gone})`),
  ];
}

const SWEPT_AT_ONCE = 200;

/** Some of the contacts that a full pass did not see; true when there may be more. Undefined: the lease was lost. */
export async function sweepContacts(store: Store, turn: Turn, fullMark: number): Promise<boolean | undefined> {
  const unseen = await store.db.all<{ id: string }>(sql`
    SELECT object_id AS id FROM directory_contacts WHERE graph_mark < ${fullMark} LIMIT ${SWEPT_AT_ONCE}`);
  if (unseen.length === 0) return false;
  const gone = sql`SELECT value FROM json_each(${JSON.stringify(unseen.map(({ id }) => id))}) WHERE ${whileOurs(turn)}`;
  const isOurs = await writePiece(store, turn, [
    dropAddresses(store, gone),
    store.db.run(sql`DELETE FROM directory_contacts WHERE object_id IN (${gone})`),
  ]);
  return isOurs ? true : undefined;
}
