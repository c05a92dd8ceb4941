import type { Directory, DirectoryRun } from '@doorstep/shared/directory';
import type { Graph } from '../directory/graph-client.ts';
import type { DirectoryRow } from '../store/directory.ts';
import type { DirectoryOverview } from '../store/directory-overview.ts';
import type { RunRow } from '../store/directory-run.ts';

// The directory as a whole, the same for API and pages.

export const RUNS_SHOWN = 10;

export const runShown = (run: RunRow): DirectoryRun => ({
  id: run.id,
  state: run.state,
  isFull: run.isFull,
  startedAt: run.startedAt,
  endedAt: run.endedAt,
  requests: run.requests,
  users: run.users,
  groups: run.groups,
  suspended: run.suspended,
  resumed: run.resumed,
  problem: run.problem,
});

/** Connected by an administrator, or by the configuration. */
export const isConnected = (directory: DirectoryRow, graph: Graph | null): boolean =>
  graph !== null && (directory.connectedAt !== null || graph.isAlwaysOn);

export const directoryShown = (
  directory: DirectoryRow,
  overview: DirectoryOverview,
  runs: RunRow[],
  graph: Graph | null,
): Directory => ({
  ...overview,
  isConnected: isConnected(directory, graph),
  lastSyncAt: directory.lastSyncAt,
  nextSyncAt: isConnected(directory, graph) ? directory.nextSyncAt : null,
  missingPermissions: JSON.parse(directory.missingPermissions) as string[],
  assignmentRequired: directory.assignmentRequired,
  runs: runs.map(runShown),
});
