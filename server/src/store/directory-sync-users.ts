import { type SQL, sql } from 'drizzle-orm';
import { ofTenant } from './directory.ts';
import type { GraphState } from './directory-schema.ts';
import { ours, oursFollowed, type Turn, whileOurs, writePiece } from './directory-sync.ts';
import { type Addressed, addressesDiffer, replaceAddresses } from './directory-sync-addresses.ts';
import type { Statement, Store } from './store.ts';

/** What Graph said of one person. An absent property was not said and stays as it is, null was cleared (ENT-71). */
export type UserChange = Addressed & {
  id: string;
  name?: string | null | undefined;
  mail?: string | null | undefined;
  userName?: string | null | undefined;
  /** The user name where it is an address of the person; said whenever `userName` is. */
  signInAddress?: string | null | undefined;
  /** That of the tenant by which the person signs in. */
  domain?: string | undefined;
  isGuest?: boolean | undefined;
  /** Whose guest, if a guest. */
  home?: string | undefined;
  language?: string | null | undefined;
  state?: GraphState | undefined;
};

/**
 * Statements for some people, each once. Good news holds at once; losses wait in `graph_next` for the brake at the end of the round,
 * unless nobody here knows the person. Repeating it changes nothing (ENT-69).
 */
export function writeUsers(
  store: Store,
  turn: Turn,
  changes: readonly UserChange[],
  facts: { fullMark: number; tenantId: string },
): Statement[] {
  const list = JSON.stringify(changes);
  const given = ours(list, turn);
  return [
    ofTenant(store, facts.tenantId),
    upsert(store, given, facts.fullMark, turn),
    store.db.run(sql`
      INSERT INTO directory_changes (object_id) SELECT u.object_id
      FROM ${oursFollowed(list, turn)} AS a CROSS JOIN directory_users AS u ON u.object_id = a.value->>'id'
      WHERE u.changed_at = ${turn.now} OR ${addressesDiffer} ON CONFLICT DO NOTHING`),
    ...replaceAddresses(store, given, 'user'),
    store.db.run(sql`
      INSERT INTO directory_domains (domain) SELECT DISTINCT a.value->>'domain' FROM ${given} AS a
      WHERE a.value->>'domain' IS NOT NULL ON CONFLICT DO NOTHING`),
  ];
}

/** SQL: a property of `a` if it was said, else what stands in `u`. Both are names of ours. */
const said = (key: string, column: string): SQL =>
  sql.raw(`CASE WHEN json_type(a.value, '$.${key}') IS NULL THEN u.${column} ELSE a.value->>'${key}' END`);

const hasAddressOf = (source: string): SQL =>
  sql`EXISTS (SELECT 1 FROM directory_addresses AS k WHERE k.object_id = u.object_id AND k.source = ${source})`;

/** SQL: where mails go: `mail`, else the name that the person signs in with. What was not said is known by the addresses kept. */
const mailAddress = sql`
  CASE WHEN a.value->>'mail' IS NOT NULL THEN a.value->>'mail'
    WHEN json_type(a.value, '$.mail') IS NULL AND (json_type(a.value, '$.signInAddress') IS NULL OR ${hasAddressOf('mail')}) THEN u.address
    WHEN json_type(a.value, '$.signInAddress') IS NOT NULL THEN a.value->>'signInAddress'
    WHEN ${hasAddressOf('user-name')} THEN u.user_name END`;

const state = sql`a.value->>'state'`;

/** SQL: whether a loss of the person `a` would cost anybody anything: a member, or somebody invited as this person. */
const isKnownHere = sql`(
  EXISTS (SELECT 1 FROM members AS m WHERE m.tenant_id = d.tenant_id AND m.object_id = a.value->>'id' AND m.state <> 'removed')
  OR EXISTS (SELECT 1 FROM invitations AS i WHERE i.object_id = a.value->>'id' AND i.object_id IS NOT NULL AND +i.state = 'pending'))`;

/** SQL: what holds at once. Of somebody who is new and whom nobody here knows, everything. */
const graphState = sql`
  CASE WHEN ${state} = 'enabled' OR (${state} IS NULL AND u.graph_state IS NULL AND u.graph_next IS NULL) THEN 'enabled'
    WHEN u.seq IS NULL AND NOT ${isKnownHere} THEN ${state} ELSE u.graph_state END`;

/** SQL: what waits for the brake. Somebody who shows up again without a word of their state is not gone. */
const graphNext = sql`
  CASE WHEN u.seq IS NULL AND NOT ${isKnownHere} THEN NULL
    WHEN ${state} IS NOT NULL THEN nullif(nullif(${state}, u.graph_state), 'enabled')
    WHEN u.graph_next IN ('removed', 'deleted') THEN NULL ELSE u.graph_next END`;

/** One statement for new and known: with UPDATE ... FROM json_each the planner would scan the whole table for each row of the list. */
const upsert = (store: Store, given: SQL, fullMark: number, { now }: Turn): Statement =>
  store.db.run(sql`
    INSERT INTO directory_users (object_id, name, address, user_name, is_guest, guest_of, language, graph_state, graph_next, graph_mark,
      is_in_scope, first_seen_at, changed_at)
    SELECT a.value->>'id', ${said('name', 'name')}, ${mailAddress}, ${said('userName', 'user_name')},
      coalesce(a.value->>'isGuest', u.is_guest, 0),
      CASE WHEN coalesce(a.value->>'isGuest', u.is_guest) THEN coalesce(a.value->>'home', u.guest_of) END, ${said('language', 'language')},
      ${graphState}, ${graphNext}, ${fullMark}, d.suggests = 'everybody', ${now}, ${now}
    FROM ${given} AS a CROSS JOIN directory AS d LEFT JOIN directory_users AS u ON u.object_id = a.value->>'id' WHERE true
    ON CONFLICT (object_id) DO UPDATE SET name = excluded.name, address = excluded.address, user_name = excluded.user_name,
      is_guest = excluded.is_guest, guest_of = excluded.guest_of, language = excluded.language, graph_state = excluded.graph_state,
      graph_next = excluded.graph_next, graph_mark = excluded.graph_mark,
      changed_at = CASE WHEN (excluded.name, excluded.address, excluded.user_name, excluded.is_guest, excluded.language, excluded.graph_state) IS
          (directory_users.name, directory_users.address, directory_users.user_name, directory_users.is_guest, directory_users.language, directory_users.graph_state)
        THEN directory_users.changed_at ELSE excluded.changed_at END`);

const SWEPT_AT_ONCE = 500;

/**
 * Who was not seen by a full pass that came to its end is taken for removed (ENT-73): staged like every loss. Goes on above `after` (a `seq`);
 * answers where it came to, null at the end. Undefined: the lease was lost.
 */
export async function stageVanished(
  store: Store,
  turn: Turn,
  fullMark: number,
  after: number,
): Promise<number | null | undefined> {
  const end = after + SWEPT_AT_ONCE;
  const isOurs = await writePiece(store, turn, [
    store.db.run(sql`
      UPDATE directory_users SET graph_next = 'removed'
      WHERE seq > ${after} AND seq <= ${end} AND graph_mark < ${fullMark} AND ${whileOurs(turn)}
        AND coalesce(graph_next, graph_state, '') NOT IN ('removed', 'deleted')`),
  ]);
  return isOurs ? await nextEnd(store, sql`SELECT max(seq) AS last FROM directory_users`, end) : undefined;
}

/** `end` while there are rows above it. */
export async function nextEnd(store: Store, lastOf: SQL, end: number): Promise<number | null> {
  const [row] = await store.db.all<{ last: number | null }>(lastOf);
  return (row?.last ?? 0) > end ? end : null;
}
