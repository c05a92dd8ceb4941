import type { DirectoryStatus, Standing } from '@doorstep/shared/directory';
import { type SQL, sql } from 'drizzle-orm';
import type { Store } from './store.ts';

/** A directory user as lists and plans need it. */
export type DirectoryUserRow = {
  seq: number;
  objectId: string;
  name: string | null;
  address: string | null;
  isGuest: number;
  guestOf: string | null;
  language: string | null;
  status: DirectoryStatus;
  standing: Standing;
  firstSeenAt: number;
};

/** SQL: the columns of a `DirectoryUserRow`, of `directory_users AS u`. */
export const directoryUserColumns: SQL = sql`u.seq, u.object_id AS objectId, u.name, u.address, u.is_guest AS isGuest, u.guest_of AS guestOf, u.language,
  u.status, u.standing, u.first_seen_at AS firstSeenAt`;

/** So many hits of the search index are looked at, in its order: a filter that hardly anybody passes must not hold everybody else up. */
const MOST_LOOKED_AT = 5000;

/**
 * Newest first, or, with `q`, in the order of the search index, never sorted (a million names: a sort would take 70 ms). `q` matches the
 * beginning of any word of name or address, all of its words must match. `before` is the `seq` of the last one of the page before.
 */
export async function findDirectoryUsers(
  store: Store,
  wanted: { q?: string; standing?: Standing; before?: number; limit: number },
): Promise<DirectoryUserRow[]> {
  const words = searchWords(wanted.q ?? '');
  const standing = wanted.standing ? sql`AND u.standing = ${wanted.standing}` : sql``;
  const before = wanted.before === undefined ? sql`` : sql`AND u.seq < ${wanted.before}`;
  if (words === null) {
    return store.db.all<DirectoryUserRow>(sql`
      SELECT ${directoryUserColumns} FROM directory_users AS u WHERE u.status <> 'gone' ${standing} ${before} ORDER BY u.seq DESC LIMIT ${wanted.limit}`);
  }
  const rowidBefore = wanted.before === undefined ? sql`` : sql`AND rowid < ${wanted.before}`;
  return store.db.all<DirectoryUserRow>(sql`
    SELECT ${directoryUserColumns}
    FROM (SELECT rowid AS seq FROM directory_users_search WHERE directory_users_search MATCH ${words} ${rowidBefore} ORDER BY rowid DESC
      LIMIT ${MOST_LOOKED_AT}) AS hit
    CROSS JOIN directory_users AS u ON u.seq = hit.seq WHERE u.status <> 'gone' ${standing} LIMIT ${wanted.limit}`);
}

export async function findDirectoryUser(store: Store, objectId: string): Promise<DirectoryUserRow | null> {
  const [row] = await store.db.all<DirectoryUserRow>(
    sql`SELECT ${directoryUserColumns} FROM directory_users AS u WHERE u.object_id = ${objectId}`,
  );
  return row ?? null;
}

/** What the search index takes: each word quoted, as a beginning (in a bare word `"` and `*` would be syntax). null when there is no word. */
export function searchWords(q: string): string | null {
  const words = q.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return words.length === 0
    ? null
    : words
        .slice(0, 8)
        .map((word) => `"${word}"*`)
        .join(' ');
}
