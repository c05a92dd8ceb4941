import type { RequestState } from '@doorstep/shared/access-request';
import type { DirectoryStatus } from '@doorstep/shared/directory';
import type { MemberState } from '@doorstep/shared/member';
import type { Millis } from '@doorstep/shared/time';
import { type SQL, sql } from 'drizzle-orm';
import type { CoveredPerson } from '../domain/admission.ts';
import { isOfRule } from './admission-match.ts';
import type { Store } from './store.ts';

/** Somebody whom a rule covers now; `request` is the newest that the person opened, where that is what was looked at. */
export type RehearsedPerson = CoveredPerson & {
  objectId: string;
  name: string | null;
  address: string | null;
  request: { id: string; state: RequestState; askedAt: Millis } | null;
};

type Read = {
  objectId: string;
  name: string | null;
  address: string | null;
  status: DirectoryStatus | null;
  membership: MemberState | null;
  isInvited: number | null;
  isDismissed: number | null;
  wasInvited: number;
  isCovered: number;
};

/** Those of these directory users whom the rule covers. */
export async function findRehearsedUsers(store: Store, ruleId: string, objectIds: readonly string[]): Promise<RehearsedPerson[]> {
  const rows = await store.db.all<Read>(sql`
    SELECT u.object_id AS objectId, u.name, u.address, ${facts(sql`u.object_id`)}, ${isOfRule} AS isCovered
    FROM json_each(${JSON.stringify(objectIds)}) AS a CROSS JOIN directory_users AS u ON u.object_id = a.value
      JOIN admission_rules AS r ON r.id = ${ruleId}
      LEFT JOIN members AS m ON m.tenant_id = (SELECT tenant_id FROM directory) AND m.object_id = u.object_id`);
  return rows.filter((row) => row.isCovered === 1).map((row) => ({ ...personIn(row), request: null }));
}

type Asked = Read & { requestId: string; state: RequestState; askedAt: Millis; isNewest: number };
export type AskedSlice = { people: RehearsedPerson[]; last: string | null };

/**
 * Those whom the rule covers among up to `limit` access requests before the one named, newest first, each person with the newest of theirs;
 * `last` is null when there are no more since `since`.
 */
export async function findRehearsedRequests(
  store: Store,
  ruleId: string,
  wanted: { since: Millis; before: string | null; limit: number },
): Promise<AskedSlice> {
  const rows = await store.db.all<Asked>(sql`
    SELECT q.id AS requestId, q.state, q.asked_at AS askedAt, q.object_id AS objectId, coalesce(q.name, u.name) AS name,
      coalesce(q.address, u.address) AS address, ${facts(sql`q.object_id`)},
      NOT EXISTS (SELECT 1 FROM access_requests AS n WHERE n.tenant_id = q.tenant_id AND n.object_id = q.object_id AND n.asked_at > q.asked_at) AS isNewest,
      q.tenant_id = (SELECT tenant_id FROM directory) AND coalesce(u.seq IS NOT NULL AND ${isOfRule}, 0) OR ${isProven} AS isCovered
    FROM access_requests AS q JOIN admission_rules AS r ON r.id = ${ruleId}
      LEFT JOIN directory_users AS u ON u.object_id = q.object_id
      LEFT JOIN members AS m ON m.tenant_id = q.tenant_id AND m.object_id = q.object_id
    WHERE ${wanted.before === null ? sql`true` : sql`q.id < ${wanted.before}`} ORDER BY q.id DESC LIMIT ${wanted.limit}`);
  const recent = rows.filter((row) => row.askedAt >= wanted.since);
  const isEnd = rows.length < wanted.limit || recent.length < rows.length;
  return {
    people: recent
      .filter((row) => row.isCovered === 1 && row.isNewest === 1)
      .map((row) => ({ ...personIn(row), request: { id: row.requestId, state: row.state, askedAt: row.askedAt } })),
    last: isEnd ? null : rows.at(-1)!.requestId,
  };
}

/** SQL: the address of request `q` is proven and of the rule's domain. */
const isProven: SQL = sql`(r.domain IS NOT NULL AND r.domain IN (SELECT domain FROM directory_domains) AND q.address_is_trusted
  AND q.tenant_id = (SELECT tenant_id FROM directory) AND coalesce(substr(lower(q.address), -length(r.domain) - 1) = '@' || r.domain, 0))`;

/** SQL: what is known of directory user `u` and member `m`. */
const facts = (
  objectId: SQL,
): SQL => sql`u.status, m.state AS membership, u.is_invited AS isInvited, u.is_dismissed AS isDismissed,
  EXISTS (SELECT 1 FROM invitations AS i WHERE i.object_id = ${objectId} AND i.object_id IS NOT NULL) AS wasInvited`;

const personIn = (row: Read): Omit<RehearsedPerson, 'request'> => ({
  objectId: row.objectId,
  name: row.name,
  address: row.address,
  status: row.status,
  membership: row.membership,
  isInvited: row.isInvited === 1,
  wasInvited: row.wasInvited === 1,
  isDismissed: row.isDismissed === 1,
  hasAddress: row.address !== null,
});
