import { type SQL, sql } from 'drizzle-orm';
import type { Store } from './store.ts';

/** `startIndex` counts from 1 (RFC 7644, 3.4.2.4). */
export type ScimPage = { startIndex: number; count: number };

/** A page of what `matching` (SQL, `FROM` on) finds, in the order of `seq`, and how many there are; a page that is the last one tells that itself. */
export async function findScimPage<Row>(
  store: Store,
  columns: SQL,
  matching: SQL,
  seq: SQL,
  { startIndex, count }: ScimPage,
): Promise<{ total: number; rows: Row[] }> {
  const rows = await store.db.all<Row>(
    sql`SELECT ${columns} ${matching} ORDER BY ${seq} LIMIT ${count} OFFSET ${startIndex - 1}`,
  );
  if (rows.length > 0 && rows.length < count) return { total: startIndex - 1 + rows.length, rows };
  const [counted] = await store.db.all<{ total: number }>(sql`SELECT count(*) AS total ${matching}`);
  return { total: counted?.total ?? 0, rows };
}
