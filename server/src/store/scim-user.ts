import { type SQL, sql } from 'drizzle-orm';
import type { Trace } from './audit.ts';
import { ofTenant } from './directory.ts';
import { followStatements } from './directory-leaving.ts';
import type { ScimState } from './directory-schema.ts';
import { findEverybody } from './scim-everybody.ts';
import { findScimPage, type ScimPage } from './scim-page.ts';
import { changedRows, type Statement, type Statements, type Store } from './store.ts';

/** `document` is what the provider wrote, with `meta` (created, lastModified, attempt). */
export type ScimUserRow = { objectId: string; scimState: ScimState; document: string };

/** Texts in ASCII lower case. All that are given must be so. */
export type ScimUserSearch = {
  objectId?: string;
  userName?: string;
  displayName?: string;
  active?: boolean;
  email?: string;
  emailType?: string;
};

const columns = sql`u.object_id AS objectId, u.scim_state AS scimState, u.scim_document AS document`;

/** One that the provider has written and not deleted. */
export async function findScimUser(store: Store, objectId: string): Promise<ScimUserRow | null> {
  const [row] = await store.db.all<ScimUserRow>(sql`
    SELECT ${columns} FROM directory_users AS u WHERE u.object_id = ${objectId} AND +u.scim_state IN ('active', 'inactive')`);
  return row ?? null;
}

/** What the provider said last, of a deleted person too; null when it has never said anything. */
export async function findScimState(store: Store, objectId: string): Promise<ScimState | null> {
  const [row] = await store.db.all<{ state: ScimState | null }>(sql`
    SELECT scim_state AS state FROM directory_users WHERE object_id = ${objectId}`);
  return row?.state ?? null;
}

/** User names and addresses are found by the index on addresses, display names by their own. */
export async function findScimUsers(
  store: Store,
  search: ScimUserSearch,
  page: ScimPage,
  othersTurn: () => Promise<void>,
): Promise<{ total: number; rows: ScimUserRow[] }> {
  const { active, ...named } = search;
  if (Object.keys(named).length === 0) return findEverybody(store, statesOf(active), page, othersTurn);
  return findScimPage<ScimUserRow>(store, columns, sql`FROM directory_users AS u WHERE ${matches(search)}`, sql`u.seq`, page);
}

const statesOf = (active: boolean | undefined) =>
  active === undefined ? (['active', 'inactive'] as const) : active ? (['active'] as const) : (['inactive'] as const);

/** "+": by what is named, not by the index on the state. */
function matches({ objectId, userName, displayName, active, email, emailType }: ScimUserSearch): SQL {
  const states = sql`(SELECT value FROM json_each(${JSON.stringify(statesOf(active))}))`;
  const type = emailType === undefined ? sql`` : sql`AND lower(e.value->>'type') = ${emailType}`;
  return sql.join(
    [
      sql`u.scim_state IS NOT NULL AND +u.scim_state IN ${states}`,
      ...(objectId === undefined ? [] : [sql`u.object_id = ${objectId}`]),
      ...(userName === undefined ? [] : [sql`${wroteAddress(userName)} AND lower(u.scim_document->>'userName') = ${userName}`]),
      ...(displayName === undefined ? [] : [sql`lower(u.scim_document->>'displayName') = ${displayName}`]),
      ...(email === undefined
        ? []
        : [
            sql`${wroteAddress(email)} AND EXISTS (SELECT 1 FROM json_each(u.scim_document, '$.emails') AS e
              WHERE lower(e.value->>'value') = ${email} ${type})`,
          ]),
    ],
    sql` AND `,
  );
}

const wroteAddress = (address: string): SQL =>
  sql`u.object_id IN (SELECT a.object_id FROM directory_addresses AS a WHERE a.address = ${address} AND a.source = 'scim')`;

export type ScimUserWrite = {
  objectId: string;
  /** The document that it was decided on, for one that is new null, for one that comes back `deleted`. Whoever was faster wins. */
  before: { document: string } | 'deleted' | null;
  state: ScimState;
  document: string;
  /** `meta.attempt` of the document. */
  attempt: string;
  /** Kept as long as Graph has not seen the person. */
  name: string | null;
  address: string | null;
  userName: string;
  language: string | null;
  /** Where a guest comes from; null for anybody else. */
  guestOf: string | null;
  isGuest: boolean;
  /** Folded; null: as they were. The user name is among them, whatever it looks like: it is found by the same index. */
  addresses: readonly string[] | null;
  /** Whether the status may have changed: sessions, invitations and memberships follow it. */
  isFollowed: boolean;
  tenantId: string | null;
  tokenId: string;
  /** What the audit calls it, and the API id that it is about. */
  what: string;
  about: string;
  auditId: string;
  now: number;
  trace: Trace;
};

/** One batch, with all that follows for sessions and invitations. False when somebody was faster, or the user name is another one's. */
export async function writeScimUser(store: Store, write: ScimUserWrite): Promise<boolean> {
  const follow = write.isFollowed ? followStatements(store, [write.objectId], write.now, write.trace).statements : [];
  const first = write.tenantId === null ? [] : [ofTenant(store, write.tenantId)];
  const statements = [
    ...first,
    isNew(write) ? insert(store, write) : update(store, write as Changed),
    ...dependants(store, write),
  ];
  const results = await store.write([...statements, ...follow] as unknown as Statements);
  return changedRows(results[first.length]) > 0;
}

type New = ScimUserWrite & { before: 'deleted' | null };
type Changed = ScimUserWrite & { before: { document: string } };
const isNew = (write: ScimUserWrite): write is New => write.before === null || write.before === 'deleted';

const insert = (store: Store, { objectId, now, ...write }: New): Statement =>
  store.db.run(sql`
    INSERT INTO directory_users (object_id, name, address, user_name, is_guest, guest_of, language, scim_state, scim_document, is_in_scope, first_seen_at, changed_at)
    SELECT ${objectId}, ${write.name}, ${write.address}, ${write.userName}, ${write.isGuest}, ${write.guestOf}, ${write.language}, ${write.state}, ${write.document},
      (SELECT suggests = 'everybody' FROM directory), ${now}, ${now}
    WHERE NOT ${isTaken(objectId, write.userName)}
    ON CONFLICT (object_id) DO UPDATE SET scim_state = excluded.scim_state, scim_document = excluded.scim_document, changed_at = excluded.changed_at,
      name = iif(graph_state IS NULL, excluded.name, name), address = iif(graph_state IS NULL, excluded.address, address),
      user_name = iif(graph_state IS NULL, excluded.user_name, user_name), is_guest = iif(graph_state IS NULL, excluded.is_guest, is_guest),
      guest_of = iif(graph_state IS NULL, excluded.guest_of, guest_of), language = iif(graph_state IS NULL, excluded.language, language)
    WHERE directory_users.scim_state IS ${write.before}`);

const update = (store: Store, { objectId, now, ...write }: Changed): Statement =>
  store.db.run(sql`
    UPDATE directory_users SET scim_state = ${write.state}, scim_document = ${write.document}, changed_at = ${now},
      name = iif(graph_state IS NULL, ${write.name}, name), address = iif(graph_state IS NULL, ${write.address}, address),
      user_name = iif(graph_state IS NULL, ${write.userName}, user_name), is_guest = iif(graph_state IS NULL, ${write.isGuest}, is_guest),
      guest_of = iif(graph_state IS NULL, ${write.guestOf}, guest_of), language = iif(graph_state IS NULL, ${write.language}, language)
    WHERE object_id = ${objectId} AND scim_document = ${write.before.document} AND +scim_state IN ('active', 'inactive')
      AND (${write.state} = 'deleted' OR NOT ${isTaken(objectId, write.userName)})`);

/** Two live users never have one name (RFC 7643, 4.1.1), which is compared without regard to case. */
const isTaken = (objectId: string, userName: string): SQL => sql`EXISTS (SELECT 1 FROM directory_addresses AS a
  CROSS JOIN directory_users AS o ON o.object_id = a.object_id
  WHERE a.address = lower(${userName}) AND a.source = 'scim' AND a.object_id <> ${objectId}
    AND o.scim_state IN ('active', 'inactive') AND lower(o.scim_document->>'userName') = lower(${userName}))`;

function dependants(store: Store, write: ScimUserWrite): Statement[] {
  const { objectId, now, trace } = write;
  const hasWon = sql`EXISTS (SELECT 1 FROM directory_users AS u WHERE u.object_id = ${objectId}
    AND u.scim_document->>'$.meta.attempt' = ${write.attempt})`;
  return [
    ...(write.addresses === null ? [] : replaceAddresses(store, objectId, write.addresses, hasWon)),
    ...(write.state === 'deleted' ? leaveGroups(store, objectId, hasWon) : []),
    store.db.run(sql`
      INSERT INTO directory_changes (object_id) SELECT ${objectId} FROM directory WHERE follows AND ${hasWon} ON CONFLICT DO NOTHING`),
    store.db.run(sql`
      INSERT INTO audit_events (id, at, what, result, about, facts, request_id, client_address)
      SELECT ${write.auditId}, ${now}, ${write.what}, 'done', ${write.about}, json_object('by', 'scim', 'tokenId', ${write.tokenId}),
        ${trace.requestId}, ${trace.clientAddress} WHERE ${hasWon}`),
  ];
}

const replaceAddresses = (store: Store, objectId: string, addresses: readonly string[], hasWon: SQL): Statement[] => [
  store.db.run(sql`DELETE FROM directory_addresses WHERE object_id = ${objectId} AND source = 'scim' AND ${hasWon}`),
  store.db.run(sql`
    INSERT INTO directory_addresses (object_id, address, owner, source)
    SELECT ${objectId}, a.value, 'user', 'scim' FROM json_each(${JSON.stringify(addresses)}) AS a WHERE ${hasWon} ON CONFLICT DO NOTHING`),
];

/** Of memberships that Graph knows too, Graph's word is kept. */
export const leaveGroups = (store: Store, objectId: string, hasWon: SQL): Statement[] => [
  store.db.run(
    sql`DELETE FROM directory_group_members WHERE member_id = ${objectId} AND is_from_scim AND graph_mark IS NULL AND ${hasWon}`,
  ),
  store.db.run(
    sql`UPDATE directory_group_members SET is_from_scim = 0 WHERE member_id = ${objectId} AND is_from_scim AND ${hasWon}`,
  ),
];
