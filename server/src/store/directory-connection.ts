import type { MemberId } from '@doorstep/shared/ids';
import type { Millis } from '@doorstep/shared/time';
import { type SQL, sql } from 'drizzle-orm';
import { auditWinners, type Trace } from './audit.ts';
import { DIRECTORY_LEASE } from './directory-sync.ts';
import { activeAdministrator } from './member.ts';
import { changedRows, type Statement, type Store } from './store.ts';

/** By whom, an administrator in office or nothing happens. */
export type DirectoryChange = { by: MemberId; auditId: string; now: Millis; trace: Trace };

/** The directory is read from now on, at once for the first time, or when Graph allows (ENT-74). False: it was connected already, or `by` holds no office. */
export const connectDirectory = (store: Store, change: DirectoryChange): Promise<boolean> =>
  changeDirectory(
    store,
    change,
    'directory.connected',
    sql`d.connected_at IS NULL`,
    sql`connected_at = ${change.now}, connected_by = ${change.by}, next_sync_at = ${change.now}`,
  );

/** Not read any more, by a round under way either, which loses its lease; what is known stays, and so does everybody's access. */
export const disconnectDirectory = (store: Store, change: DirectoryChange): Promise<boolean> =>
  changeDirectory(
    store,
    change,
    'directory.disconnected',
    sql`d.connected_at IS NOT NULL`,
    sql`connected_at = NULL, connected_by = NULL, next_sync_at = NULL, sync_wanted_at = NULL`,
    sql`NULL`,
    [
      store.db.run(sql`
        DELETE FROM leases WHERE name = ${DIRECTORY_LEASE} AND EXISTS (SELECT 1 FROM audit_events AS e WHERE e.id = ${change.auditId})`),
      store.db.run(sql`
        UPDATE directory_runs SET state = 'failed', ended_at = ${change.now}, problem = NULL, detail = 'The directory was disconnected.'
        WHERE state IN ('running', 'waiting') AND EXISTS (SELECT 1 FROM audit_events AS e WHERE e.id = ${change.auditId})`),
    ],
  );

/** A round as soon as Graph allows. False when one is wanted already. */
export const wantSync = (store: Store, change: DirectoryChange): Promise<boolean> =>
  changeDirectory(
    store,
    change,
    'directory.sync-wanted',
    sql`d.sync_wanted_at IS NULL`,
    sql`sync_wanted_at = ${change.now}, sync_wanted_by = ${change.by}`,
  );

/** The losses that the brake stopped in the last run may be applied, as far as they are those that were shown. False: that run is not the last. */
export const releaseRun = (store: Store, runId: string, change: DirectoryChange): Promise<boolean> =>
  changeDirectory(
    store,
    change,
    'directory.losses-released',
    sql`d.released_run_id IS NOT ${runId} AND EXISTS (SELECT 1 FROM directory_runs AS r WHERE r.id = ${runId} AND r.state = 'stopped'
      AND r.mark = (SELECT max(mark) FROM directory_runs))`,
    sql`released_run_id = ${runId}, sync_wanted_at = ${change.now}, sync_wanted_by = ${change.by}`,
    sql`${runId}`,
  );

/** The audit row is written first, under all conditions; the change depends on it. */
async function changeDirectory(
  store: Store,
  change: DirectoryChange,
  what: string,
  where: SQL,
  set: SQL,
  about: SQL = sql`NULL`,
  also: Statement[] = [],
): Promise<boolean> {
  const list = JSON.stringify([{ auditId: change.auditId, now: change.now, ...change.trace }]);
  const may = sql`json_each(${list}) AS a JOIN directory AS d ON ${where} AND EXISTS (SELECT 1 FROM members AS m
    WHERE m.id = ${change.by} AND m.role = 'administrator' AND ${activeAdministrator(sql`${change.now}`)})`;
  const [written] = await store.write([
    auditWinners(store, what, may, about, sql`${change.by}`),
    store.db.run(sql`UPDATE directory SET ${set} WHERE EXISTS (SELECT 1 FROM audit_events AS e WHERE e.id = ${change.auditId})`),
    ...also,
  ]);
  return changedRows(written) > 0;
}
