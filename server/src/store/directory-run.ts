import { type SyncProblem, syncProblems } from '@doorstep/shared/directory';
import type { Millis } from '@doorstep/shared/time';
import { desc, eq, inArray, sql } from 'drizzle-orm';
import type { LossPlan } from '../domain/brake.ts';
import { withoutAlerts } from './alert.ts';
import { type DirectoryRow, findDirectory } from './directory.ts';
import { directory, directoryRuns, syncStreams } from './directory-schema.ts';
import { type Turn, whileOurs, writeSeenPiece } from './directory-sync.ts';
import type { Store } from './store.ts';

export type RunRow = typeof directoryRuns.$inferSelect;
export type Why = { problem: SyncProblem; detail: string | null };

const MOST_KEPT = 50;

/** The newest first. */
export const findRuns = (store: Store, limit: number): Promise<RunRow[]> =>
  store.db.select().from(directoryRuns).orderBy(desc(directoryRuns.mark)).limit(limit);

export async function findRun(store: Store, id: string): Promise<RunRow | null> {
  const [row] = await store.db.select().from(directoryRuns).where(eq(directoryRuns.id, id));
  return row ?? null;
}

/** The run that began and has not ended: it goes on where its streams stand. */
export async function findOpenRun(store: Store): Promise<RunRow | null> {
  const isOpen = inArray(directoryRuns.state, ['running', 'waiting']);
  const [row] = await store.db.select().from(directoryRuns).where(isOpen).orderBy(desc(directoryRuns.mark)).limit(1);
  return row ?? null;
}

/** As the database has it now: another server may have ended a round this second. */
export async function findDirectoryNow(store: Store): Promise<DirectoryRow> {
  const [row] = await store.db.select().from(directory);
  return row ?? findDirectory(store);
}

/**
 * Begins a round. What a brake stopped is not believed a second time: unless an administrator let it pass, streams whose full pass it concerned
 * are read anew. False: the lease was lost.
 */
export const beginRun = (store: Store, turn: Turn, runId: string): Promise<boolean> =>
  writeSeenPiece(store, turn, [
    store.db.run(sql`UPDATE directory SET mark = mark + 1, next_sync_at = ${turn.now} WHERE ${whileOurs(turn)}`),
    store.db.run(sql`
      UPDATE directory_streams SET link = NULL, full_mark = (SELECT mark FROM directory)
      WHERE phase = 'full' AND ${whileOurs(turn)} AND (SELECT released_run_id FROM directory) IS NULL
        AND (SELECT state FROM directory_runs ORDER BY mark DESC LIMIT 1) = 'stopped'`),
    store.db.run(sql`
      INSERT INTO directory_streams (stream, phase, full_mark, done_mark) SELECT a.value, 'full', d.mark, 0
      FROM json_each(${JSON.stringify(syncStreams)}) AS a CROSS JOIN directory AS d WHERE ${whileOurs(turn)} ON CONFLICT DO NOTHING`),
    store.db.run(sql`UPDATE directory_streams SET pages = 0 WHERE ${whileOurs(turn)}`),
    store.db.run(sql`DELETE FROM directory_seen_links WHERE ${whileOurs(turn)}`),
    store.db.run(sql`
      INSERT INTO directory_runs (id, mark, state, is_full, by_member_id, started_at)
      SELECT ${runId}, d.mark, 'running', EXISTS (SELECT 1 FROM directory_streams WHERE phase = 'full'),
        d.sync_wanted_by, ${turn.now}
      FROM directory AS d WHERE ${whileOurs(turn)}`),
    store.db.run(sql`UPDATE directory SET sync_wanted_at = NULL, sync_wanted_by = NULL WHERE ${whileOurs(turn)}`),
    store.db.run(sql`
      DELETE FROM directory_runs WHERE ${whileOurs(turn)} AND mark NOT IN (SELECT mark FROM directory_runs ORDER BY mark DESC LIMIT ${MOST_KEPT})`),
  ]);

export const resumeRun = (store: Store, turn: Turn, runId: string): Promise<boolean> =>
  writeSeenPiece(store, turn, [
    store.db.run(sql`
      UPDATE directory_runs SET state = 'running', problem = NULL, detail = NULL WHERE id = ${runId} AND state = 'waiting' AND ${whileOurs(turn)}`),
  ]);

/** The run waits: no request before `until` (ENT-74). */
export const pauseRun = (store: Store, turn: Turn, runId: string, until: Millis, why: Why): Promise<boolean> =>
  writeSeenPiece(store, turn, [
    store.db.run(sql`
      UPDATE directory_runs SET state = 'waiting', requests = requests + 1, problem = ${why.problem}, detail = ${why.detail}
      WHERE id = ${runId} AND ${whileOurs(turn)}`),
    store.db.run(sql`UPDATE directory SET retry_at = ${until}, failures = failures + 1 WHERE ${whileOurs(turn)}`),
  ]);

/** The run ends without having changed anybody's access; the next one is due at `nextAt`. */
export const failRun = (store: Store, turn: Turn, runId: string, nextAt: Millis, why: Why): Promise<boolean> =>
  writeSeenPiece(store, turn, [
    store.db.run(sql`
      UPDATE directory_runs SET state = 'failed', ended_at = ${turn.now}, requests = requests + 1, problem = ${why.problem}, detail = ${why.detail}
      WHERE id = ${runId} AND ${whileOurs(turn)}`),
    store.db.run(sql`
      UPDATE directory SET next_sync_at = ${nextAt}, retry_at = NULL, failures = failures + 1 WHERE ${whileOurs(turn)}`),
  ]);

/** The brake: the losses stay staged, `plan` is the rehearsal of what they would do. */
export const stopRun = (
  store: Store,
  turn: Turn,
  runId: string,
  nextAt: Millis,
  stop: { problem: SyncProblem; plan: LossPlan },
): Promise<boolean> =>
  writeSeenPiece(store, turn, [
    store.db.run(sql`
      UPDATE directory_runs SET state = 'stopped', ended_at = ${turn.now}, problem = ${stop.problem}, plan = ${JSON.stringify(stop.plan)}
      WHERE id = ${runId} AND ${whileOurs(turn)}`),
    store.db.run(sql`
      UPDATE directory SET next_sync_at = ${nextAt}, retry_at = NULL, released_run_id = NULL WHERE ${whileOurs(turn)}`),
  ]);

/** What was wrong is over: the next time it is told again. */
export const finishRun = (store: Store, turn: Turn, runId: string, nextAt: Millis): Promise<boolean> =>
  writeSeenPiece(store, turn, [
    store.db.run(sql`
      UPDATE directory_runs SET state = 'done', ended_at = ${turn.now}, problem = NULL, detail = NULL WHERE id = ${runId} AND ${whileOurs(turn)}`),
    store.db.run(sql`
      UPDATE directory SET last_sync_at = ${turn.now}, next_sync_at = ${nextAt}, retry_at = NULL, failures = 0, released_run_id = NULL,
        alerted = ${withoutAlerts(syncProblems)}
      WHERE ${whileOurs(turn)}`),
    store.db.run(sql`DELETE FROM directory_seen_links WHERE ${whileOurs(turn)}`),
  ]);

/** Counts who was suspended and who came back, as it happens. */
export const countFollowed = (
  store: Store,
  turn: Turn,
  runId: string,
  followed: { suspended: number; resumed: number },
): Promise<boolean> =>
  writeSeenPiece(store, turn, [
    store.db.run(sql`
      UPDATE directory_runs SET suspended = suspended + ${followed.suspended}, resumed = resumed + ${followed.resumed}
      WHERE id = ${runId} AND ${whileOurs(turn)}`),
  ]);

/** Names a permission that is missing, or no longer so (ENT-78). */
export const notePermission = (store: Store, turn: Turn, permission: string, isMissing: boolean): Promise<boolean> =>
  writeSeenPiece(store, turn, [
    store.db.run(sql`
      UPDATE directory SET missing_permissions = (
        SELECT json_group_array(name) FROM (SELECT value AS name FROM json_each(missing_permissions) WHERE value <> ${permission}
          UNION ALL SELECT ${permission} WHERE ${isMissing ? 1 : 0} ORDER BY 1))
      WHERE ${whileOurs(turn)}`),
  ]);

/** Whether people must be assigned to the application, as its own entry in the tenant says (ENT-64). */
export const noteAssignment = (store: Store, turn: Turn, runId: string, isRequired: boolean): Promise<boolean> =>
  writeSeenPiece(store, turn, [
    store.db.run(sql`
      UPDATE directory SET assignment_required = ${isRequired ? 1 : 0}, assignment_from = 'service-principal', assignment_at = ${turn.now}
      WHERE ${whileOurs(turn)}`),
    store.db.run(sql`UPDATE directory_runs SET requests = requests + 1 WHERE id = ${runId} AND ${whileOurs(turn)}`),
  ]);
