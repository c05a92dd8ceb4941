import type { DirectoryStatus, Standing } from '@doorstep/shared/directory';
import { type SQL, sql } from 'drizzle-orm';
import { othersTurn } from './others-turn.ts';
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

/** Hits of the search index that are looked at in one go, others getting their turn in between; and how often, for a filter that few pass. */
const HITS = 5000;
const MOST_LOOKS = 20;

export type WantedUsers = { q?: string; standing?: Standing; before?: number; limit: number };

/**
 * Newest first, never sorted (a million names: a sort would take 70 ms). `q` matches the beginning of any word of name or address, all of its
 * words must match. `before` is the `seq` of the last one of the page before. With a filter that few pass, of the newest 100,000 hits.
 */
export async function findDirectoryUsers(store: Store, wanted: WantedUsers): Promise<DirectoryUserRow[]> {
  const words = searchWords(wanted.q ?? '');
  if (words === null) return findUsersOf(store, wanted);
  const found: DirectoryUserRow[] = [];
  let before = wanted.before;
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    const hits = await findHits(store, words, before);
    found.push(...(await findUsersAmong(store, hits, wanted.standing, wanted.limit - found.length)));
    if (found.length >= wanted.limit || hits.length < HITS) break;
    before = hits.at(-1);
    await othersTurn();
  }
  return found;
}

const ofStanding = (standing: Standing | undefined): SQL => (standing ? sql`AND u.standing = ${standing}` : sql``);

const findUsersOf = (store: Store, { standing, before, limit }: WantedUsers): Promise<DirectoryUserRow[]> =>
  store.db.all<DirectoryUserRow>(sql`
    SELECT ${directoryUserColumns} FROM directory_users AS u
    WHERE u.status <> 'gone' ${ofStanding(standing)} ${before === undefined ? sql`` : sql`AND u.seq < ${before}`} ORDER BY u.seq DESC LIMIT ${limit}`);

/** `seq`s, the newest first. */
async function findHits(store: Store, words: string, before: number | undefined): Promise<number[]> {
  const rows = await store.db.all<{ seq: number }>(sql`
    SELECT rowid AS seq FROM directory_users_search
    WHERE directory_users_search MATCH ${words} ${before === undefined ? sql`` : sql`AND rowid < ${before}`} ORDER BY rowid DESC LIMIT ${HITS}`);
  return rows.map(({ seq }) => seq);
}

/** In the order of the hits. */
const findUsersAmong = (
  store: Store,
  hits: number[],
  standing: Standing | undefined,
  limit: number,
): Promise<DirectoryUserRow[]> =>
  store.db.all<DirectoryUserRow>(sql`
    SELECT ${directoryUserColumns} FROM json_each(${JSON.stringify(hits)}) AS hit CROSS JOIN directory_users AS u ON u.seq = hit.value
    WHERE u.status <> 'gone' ${ofStanding(standing)} LIMIT ${limit}`);

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
