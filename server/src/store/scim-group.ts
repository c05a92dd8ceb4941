import { type SQL, sql } from 'drizzle-orm';
import type { Trace } from './audit.ts';
import { ofTenant } from './directory.ts';
import { findScimPage, type ScimPage } from './scim-page.ts';
import { leaveGroups } from './scim-user.ts';
import { changedRows, type Statement, type Statements, type Store } from './store.ts';

/** `document` is what the provider wrote but for the members, with `meta` (created, lastModified, attempt). */
export type ScimGroupRow = { objectId: string; document: string };
export type ScimMemberRow = { objectId: string; isGroup: boolean };
export type ScimGroupSearch = { objectId?: string; displayName?: string; memberId?: string };

/** Members written in one batch: more would hold the event loop. */
export const MOST_MEMBERS = 250;
const MEMBERS_READ = 2000;

const columns = sql`g.object_id AS objectId, g.scim_document AS document`;

export async function findScimGroup(store: Store, objectId: string): Promise<ScimGroupRow | null> {
  const [row] = await store.db.all<ScimGroupRow>(sql`
    SELECT ${columns} FROM directory_groups AS g WHERE g.object_id = ${objectId} AND g.scim_state = 'present'`);
  return row ?? null;
}

export const findScimGroups = (
  store: Store,
  search: ScimGroupSearch,
  page: ScimPage,
): Promise<{ total: number; rows: ScimGroupRow[] }> =>
  findScimPage<ScimGroupRow>(store, columns, sql`FROM directory_groups AS g WHERE ${matches(search)}`, sql`g.seq`, page);

const matches = ({ objectId, displayName, memberId }: ScimGroupSearch): SQL =>
  sql.join(
    [
      sql`g.scim_state = 'present'`,
      ...(objectId === undefined ? [] : [sql`g.object_id = ${objectId}`]),
      ...(displayName === undefined ? [] : [sql`lower(g.scim_document->>'displayName') = ${displayName}`]),
      ...(memberId === undefined
        ? []
        : [
            sql`g.object_id IN (SELECT e.group_id FROM directory_group_members AS e WHERE e.member_id = ${memberId} AND e.is_from_scim)`,
          ]),
    ],
    sql` AND `,
  );

/** Whom SCIM has put into the group. `othersTurn` is awaited between slices. */
export async function findScimMembers(store: Store, groupId: string, othersTurn: () => Promise<void>): Promise<ScimMemberRow[]> {
  const members: ScimMemberRow[] = [];
  for (let after = ''; ; await othersTurn()) {
    const rows = await store.db.all<{ objectId: string; isGroup: number }>(sql`
      SELECT e.member_id AS objectId, e.is_group AS isGroup FROM directory_group_members AS e
      WHERE e.group_id = ${groupId} AND e.member_id > ${after} AND e.is_from_scim ORDER BY e.member_id LIMIT ${MEMBERS_READ}`);
    for (const { objectId, isGroup } of rows) members.push({ objectId, isGroup: isGroup === 1 });
    if (rows.length < MEMBERS_READ) return members;
    after = rows.at(-1)!.objectId;
  }
}

/** Whether all of them are users and groups that some source has named. At most `MOST_MEMBERS`. */
export async function areKnown(store: Store, members: readonly ScimMemberRow[]): Promise<boolean> {
  const [row] = await store.db.all<{ unknown: number }>(sql`
    SELECT count(*) AS unknown FROM json_each(${JSON.stringify(members)}) AS a
    WHERE NOT iif(a.value->>'isGroup', EXISTS (SELECT 1 FROM directory_groups AS g WHERE g.object_id = a.value->>'objectId'),
      EXISTS (SELECT 1 FROM directory_users AS u WHERE u.object_id = a.value->>'objectId'))`);
  return row?.unknown === 0;
}

export type ScimGroupWrite = {
  objectId: string;
  /** The document that it was decided on; null for one that is new or comes back. Whoever was faster wins. */
  before: string | null;
  state: 'present' | 'deleted';
  document: string;
  /** `meta.attempt` of the document. */
  attempt: string;
  /** Kept as long as Graph has not seen the group. */
  name: string | null;
  /** At most `MOST_MEMBERS` together; what is more follows by `changeScimMembers`. */
  add: readonly ScimMemberRow[];
  remove: readonly ScimMemberRow[];
  tenantId: string | null;
  tokenId: string;
  what: string;
  about: string;
  auditId: string;
  now: number;
  trace: Trace;
};

/** One batch. False when somebody was faster. */
export async function writeScimGroup(store: Store, write: ScimGroupWrite): Promise<boolean> {
  const { objectId, now, trace } = write;
  const hasWon = sql`EXISTS (SELECT 1 FROM directory_groups AS g WHERE g.object_id = ${objectId}
    AND g.scim_document->>'$.meta.attempt' = ${write.attempt})`;
  const first = write.tenantId === null ? [] : [ofTenant(store, write.tenantId)];
  const results = await store.write([
    ...first,
    write.before === null ? insert(store, write) : update(store, write),
    ...members(store, objectId, write, hasWon),
    ...(write.state === 'deleted' ? leaveGroups(store, objectId, hasWon) : []),
    store.db.run(sql`
      INSERT INTO directory_changes (object_id) SELECT ${objectId} FROM directory WHERE follows AND ${hasWon} ON CONFLICT DO NOTHING`),
    store.db.run(sql`
      INSERT INTO audit_events (id, at, what, result, about, facts, request_id, client_address)
      SELECT ${write.auditId}, ${now}, ${write.what}, 'done', ${write.about}, json_object('by', 'scim', 'tokenId', ${write.tokenId}),
        ${trace.requestId}, ${trace.clientAddress} WHERE ${hasWon}`),
  ] as unknown as Statements);
  return changedRows(results[first.length]) > 0;
}

/** A slice of what was decided together with `attempt`, as long as nobody has written the group since. */
export async function changeScimMembers(
  store: Store,
  change: { objectId: string; attempt: string; add: readonly ScimMemberRow[]; remove: readonly ScimMemberRow[] },
): Promise<void> {
  const hasWon = sql`EXISTS (SELECT 1 FROM directory_groups AS g WHERE g.object_id = ${change.objectId}
    AND g.scim_document->>'$.meta.attempt' = ${change.attempt})`;
  await store.write(members(store, change.objectId, change, hasWon) as unknown as Statements);
}

const insert = (store: Store, { objectId, name, state, document, now }: ScimGroupWrite): Statement =>
  store.db.run(sql`
    INSERT INTO directory_groups (object_id, name, scim_state, scim_document, changed_at) VALUES (${objectId}, ${name}, ${state}, ${document}, ${now})
    ON CONFLICT (object_id) DO UPDATE SET scim_state = excluded.scim_state, scim_document = excluded.scim_document, changed_at = excluded.changed_at,
      name = iif(graph_state IS NULL, excluded.name, name)
    WHERE directory_groups.scim_state IS NULL OR directory_groups.scim_state = 'deleted'`);

const update = (store: Store, { objectId, before, name, state, document, now }: ScimGroupWrite): Statement =>
  store.db.run(sql`
    UPDATE directory_groups SET scim_state = ${state}, scim_document = ${document}, changed_at = ${now}, name = iif(graph_state IS NULL, ${name}, name)
    WHERE object_id = ${objectId} AND scim_document = ${before} AND scim_state = 'present'`);

/** Of memberships that Graph knows too, Graph's word is kept when SCIM takes its own back. */
function members(
  store: Store,
  groupId: string,
  { add, remove }: { add: readonly ScimMemberRow[]; remove: readonly ScimMemberRow[] },
  hasWon: SQL,
): Statement[] {
  const added = JSON.stringify(add);
  const removed = sql`SELECT a.value->>'objectId' FROM json_each(${JSON.stringify(remove)}) AS a`;
  const everybody = JSON.stringify([...add, ...remove]);
  return [
    store.db.run(sql`
      INSERT INTO directory_group_members (group_id, member_id, is_group, is_from_scim)
      SELECT ${groupId}, a.value->>'objectId', a.value->>'isGroup', 1 FROM json_each(${added}) AS a WHERE ${hasWon}
      ON CONFLICT (group_id, member_id) DO UPDATE SET is_from_scim = 1 WHERE NOT is_from_scim`),
    store.db.run(sql`
      DELETE FROM directory_group_members WHERE group_id = ${groupId} AND member_id IN (${removed}) AND is_from_scim AND graph_mark IS NULL AND ${hasWon}`),
    store.db.run(sql`
      UPDATE directory_group_members SET is_from_scim = 0 WHERE group_id = ${groupId} AND member_id IN (${removed}) AND is_from_scim AND ${hasWon}`),
    store.db.run(sql`
      INSERT INTO directory_changes (object_id) SELECT a.value->>'objectId' FROM directory AS d CROSS JOIN json_each(${everybody}) AS a
      WHERE d.follows AND ${hasWon} ON CONFLICT DO NOTHING`),
  ];
}
