import type { Millis } from '@doorstep/shared/time';
import { eq, type SQL, sql } from 'drizzle-orm';
import { directoryStreams, type SyncStream } from './directory-schema.ts';
import { changedRows, type Statement, type Store } from './store.ts';

/** Who writes: nothing is written once the lease has gone to somebody else (ENT-81, DIR-13). `until`: end of the lease from now on. */
export type Turn = { owner: string; now: Millis; until: Millis };

export const DIRECTORY_LEASE = 'directory';

const isOurs = (owner: string): SQL => sql`EXISTS (SELECT 1 FROM leases WHERE name = ${DIRECTORY_LEASE} AND owner = ${owner})`;

/** SQL: the rows of a JSON list; none once the lease is lost. */
export const ours = (list: string, { owner }: Turn): SQL => sql`json_each(CASE WHEN ${isOurs(owner)} THEN ${list} ELSE '[]' END)`;

/** SQL: the same while changes of the directory have consequences; else none. */
export const oursFollowed = (list: string, { owner }: Turn): SQL =>
  sql`json_each(CASE WHEN ${isOurs(owner)} AND (SELECT follows FROM directory) THEN ${list} ELSE '[]' END)`;

export const whileOurs = ({ owner }: Turn): SQL => isOurs(owner);

/** One atomic piece of the sync; false when the lease was lost, and then nothing was written. */
export async function writePiece(store: Store, turn: Turn, statements: readonly Statement[]): Promise<boolean> {
  const [held] = await store.batch([prolonged(store, turn), ...statements]);
  return changedRows(held) > 0;
}

/** The same for what others must see at once: nothing remembered is believed after it. */
export async function writeSeenPiece(store: Store, turn: Turn, statements: readonly Statement[]): Promise<boolean> {
  const [held] = await store.write([prolonged(store, turn), ...statements]);
  return changedRows(held) > 0;
}

const prolonged = (store: Store, { owner, until }: Turn): Statement =>
  store.db.run(sql`UPDATE leases SET until = ${until} WHERE name = ${DIRECTORY_LEASE} AND owner = ${owner}`);

export const handBackLease = (store: Store, owner: string): Promise<unknown> =>
  store.batch([store.db.run(sql`DELETE FROM leases WHERE name = ${DIRECTORY_LEASE} AND owner = ${owner}`)]);

export type StreamRow = typeof directoryStreams.$inferSelect;

export async function findStream(store: Store, stream: SyncStream): Promise<StreamRow> {
  const [row] = await store.db.select().from(directoryStreams).where(eq(directoryStreams.stream, stream));
  if (!row) throw new Error(`no run has begun the stream ${stream}`);
  return row;
}

export const findStreams = (store: Store): Promise<StreamRow[]> => store.db.select().from(directoryStreams);

/** Whether the round under way has been sent to this link before. */
export async function isSeenLink(store: Store, stream: SyncStream, hash: string): Promise<boolean> {
  const rows = await store.db.all(sql`SELECT 1 FROM directory_seen_links WHERE stream = ${stream} AND hash = ${hash}`);
  return rows.length > 0;
}

/** A page that was read: `from` is where the stream stood. After the last page `delta` is where the next round begins. */
export type Step = { run: { id: string; mark: number }; stream: SyncStream; from: string | null; read: number } & (
  | { next: string; hash: string; delta: null }
  | { next: null; delta: string }
);

/** Statements that move the stream past a page, for the batch of the page's last slice (ENT-68). */
export const moveOn = (store: Store, turn: Turn, step: Step): Statement[] => [
  store.db.run(sql`
    UPDATE directory_streams SET link = ${step.next ?? step.delta}, pages = pages + 1,
      done_mark = CASE WHEN ${step.delta} IS NULL THEN done_mark ELSE ${step.run.mark} END
    WHERE stream = ${step.stream} AND link IS ${step.from} AND ${whileOurs(turn)}`),
  store.db.run(sql`
    INSERT INTO directory_seen_links (stream, hash) SELECT ${step.stream}, ${step.next === null ? null : step.hash}
    WHERE ${step.next} IS NOT NULL AND ${whileOurs(turn)} ON CONFLICT DO NOTHING`),
  store.db.run(sql`
    UPDATE directory_runs SET requests = requests + 1, users = users + ${step.stream === 'users' ? step.read : 0},
      groups = groups + ${step.stream === 'groups' ? step.read : 0}
    WHERE id = ${step.run.id} AND ${whileOurs(turn)}`),
  store.db.run(sql`UPDATE directory SET failures = 0, retry_at = NULL WHERE failures > 0 AND ${whileOurs(turn)}`),
];

/** The stream is read anew from the beginning, as a full pass with a number of its own: who is not seen in it is gone. */
export const restartStream = (store: Store, turn: Turn, stream: SyncStream, runId: string): Promise<boolean> =>
  writePiece(store, turn, [
    store.db.run(sql`UPDATE directory SET mark = mark + 1 WHERE ${whileOurs(turn)}`),
    store.db.run(sql`
      UPDATE directory_streams SET link = NULL, phase = 'full', full_mark = (SELECT mark FROM directory), pages = 0
      WHERE stream = ${stream} AND ${whileOurs(turn)}`),
    store.db.run(sql`DELETE FROM directory_seen_links WHERE stream = ${stream} AND ${whileOurs(turn)}`),
    store.db.run(sql`UPDATE directory_runs SET is_full = 1 WHERE id = ${runId} AND ${whileOurs(turn)}`),
  ]);

/** What a full pass did not see has been dealt with: from now on the stream tells changes only. */
export const endFullPass = (store: Store, turn: Turn, stream: SyncStream): Promise<boolean> =>
  writePiece(store, turn, [
    store.db.run(sql`UPDATE directory_streams SET phase = 'delta' WHERE stream = ${stream} AND ${whileOurs(turn)}`),
  ]);
