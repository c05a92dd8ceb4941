import { sql } from 'drizzle-orm';
import type { ScimState } from './directory-schema.ts';
import type { ScimUserRow } from './scim-user.ts';
import type { Store } from './store.ts';

type Live = Exclude<ScimState, 'deleted'>;
type Page = { startIndex: number; count: number };
/** Where a page begins: so many after `after`, among those of this state. */
type Beginning = { state: Live; after: number; skip: number };

/** Counting so many takes a few milliseconds. */
const COUNTED_AT_ONCE = 20_000;

/**
 * A page of all people of these states, which may be a million: nothing but counting tells how many there are, so they are counted in slices,
 * between which `othersTurn` is awaited. By the index on the state, in its order.
 */
export async function findEverybody(
  store: Store,
  states: readonly Live[],
  page: Page,
  othersTurn: () => Promise<void>,
): Promise<{ total: number; rows: ScimUserRow[] }> {
  let total = 0;
  let beginning: Beginning | null = null;
  for (const state of states) {
    for (let after = 0; ; await othersTurn()) {
      const { people, last } = await countSlice(store, state, after);
      if (beginning === null && total + people >= page.startIndex)
        beginning = { state, after, skip: page.startIndex - 1 - total };
      total += people;
      if (people < COUNTED_AT_ONCE) break;
      after = last;
    }
  }
  return { total, rows: beginning === null ? [] : await readFrom(store, states, beginning, page.count) };
}

async function countSlice(store: Store, state: Live, after: number): Promise<{ people: number; last: number }> {
  const [slice] = await store.db.all<{ people: number; last: number | null }>(sql`
    SELECT count(*) AS people, max(seq) AS last FROM (SELECT u.seq FROM directory_users AS u
      WHERE u.scim_state = ${state} AND u.seq > ${after} ORDER BY u.seq LIMIT ${COUNTED_AT_ONCE})`);
  return { people: slice?.people ?? 0, last: slice?.last ?? after };
}

async function readFrom(store: Store, states: readonly Live[], beginning: Beginning, count: number): Promise<ScimUserRow[]> {
  const rows: ScimUserRow[] = [];
  for (const state of states.slice(states.indexOf(beginning.state))) {
    const { after, skip } = state === beginning.state ? beginning : { after: 0, skip: 0 };
    const more = await store.db.all<ScimUserRow>(sql`
      SELECT u.object_id AS objectId, u.scim_state AS scimState, u.scim_document AS document FROM directory_users AS u
      WHERE u.scim_state = ${state} AND u.seq > ${after} ORDER BY u.seq LIMIT ${count - rows.length} OFFSET ${skip}`);
    rows.push(...more);
  }
  return rows;
}
