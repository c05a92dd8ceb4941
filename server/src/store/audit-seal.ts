import { asc, desc, isNotNull, isNull, sql } from 'drizzle-orm';
import { auditEvents } from './schema.ts';
import type { Store } from './store.ts';

const SEALED_TOGETHER = 500;

type Row = typeof auditEvents.$inferSelect;
/** Keyed hash of a text, base64url. */
export type Seal = (text: string) => string;

/**
 * Gives each unsealed row its place in the chain: `seq` = last + 1 and a hash over the row and the hash before it (DESIGN.md, database rule 6).
 * Run under a lease. The client's network address stands outside the hash, because it is erased in time. Answers how many were sealed.
 */
export async function sealAudit(store: Store, seal: Seal): Promise<number> {
  const [last] = await store.db
    .select({ seq: auditEvents.seq, hash: auditEvents.hash })
    .from(auditEvents)
    .where(isNotNull(auditEvents.seq))
    .orderBy(desc(auditEvents.seq))
    .limit(1);
  const unsealed = await store.db
    .select()
    .from(auditEvents)
    .where(isNull(auditEvents.seq))
    .orderBy(asc(auditEvents.at), asc(auditEvents.id))
    .limit(SEALED_TOGETHER);
  if (unsealed.length === 0) return 0;
  let seq = last?.seq ?? 0;
  let hash = last?.hash ?? '';
  const sealed = unsealed.map((row) => {
    seq += 1;
    hash = seal(`${hash}\n${seq}\n${canonical(row)}`);
    return { id: row.id, seq, hash };
  });
  await store.batch([
    store.db.run(sql`
      UPDATE audit_events SET seq = s.value->>'seq', hash = s.value->>'hash'
      FROM json_each(${JSON.stringify(sealed)}) AS s WHERE audit_events.id = s.value->>'id' AND audit_events.seq IS NULL`),
  ]);
  return sealed.length;
}

const canonical = (row: Row): string =>
  JSON.stringify([row.id, row.at, row.what, row.result, row.byMemberId, row.about, row.facts, row.requestId]);

/** The first `seq` at which the chain is broken, or null when it holds. Unsealed rows are not looked at. */
export async function firstBrokenSeal(store: Store, seal: Seal): Promise<number | null> {
  let hash = '';
  for (let seq = 0; ; seq += SEALED_TOGETHER) {
    const rows = await store.db
      .select()
      .from(auditEvents)
      .where(sql`${auditEvents.seq} > ${seq} AND ${auditEvents.seq} <= ${seq + SEALED_TOGETHER}`)
      .orderBy(asc(auditEvents.seq));
    for (const [index, row] of rows.entries()) {
      hash = seal(`${hash}\n${seq + index + 1}\n${canonical(row)}`);
      if (row.seq !== seq + index + 1 || row.hash !== hash) return seq + index + 1;
    }
    if (rows.length < SEALED_TOGETHER) return null;
  }
}
