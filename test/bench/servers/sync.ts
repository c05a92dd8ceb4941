import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { argv, memoryUsage } from 'node:process';
import { syncDirectory } from '@doorstep/server/actions/sync-directory';
import { openWorkspace } from '@doorstep/server/commands/open-workspace';
import { composeDeps } from '@doorstep/server/compose';
import { readConfig } from '@doorstep/server/config';

/** What one round of the sync took. `held` and `grown` are the longest hold of the event loop in ms and the growth of the memory in MiB. */
export type SyncFacts = { ms: number; held: number; grown: number; users: number; rows: number };

/** Syncs the workspace of the first argument with the tenant of the others each time it is asked. */
const [, , dataDir, issuer, clientId, clientSecret] = argv;
const read = readConfig(
  {
    DOORSTEP_DATA_DIR: dataDir!,
    DOORSTEP_OIDC_ISSUER: issuer!,
    DOORSTEP_OIDC_CLIENT_ID: clientId!,
    DOORSTEP_OIDC_CLIENT_SECRET: clientSecret!,
    DOORSTEP_GRAPH_URL: new URL(issuer!).origin,
  },
  { runtime: 'node' },
);
if ('problems' in read) throw new Error(read.problems.join(' '));
const workspace = await openWorkspace(read.config, Date.now);
if ('problem' in workspace) throw new Error(workspace.problem);
const { store } = workspace;
const deps = composeDeps(read.config, { ...workspace, log: () => {}, now: Date.now, nudge: () => {} });

process.on('message', async () => {
  await store.write([store.db.run('UPDATE directory SET sync_wanted_at = 1, retry_at = NULL')]);
  const before = memoryUsage.rss();
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, memoryUsage.rss())), 50);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const began = performance.now();
  while (!(await isDone()))
    await syncDirectory(deps, Date.now, Date.now() + 20_000, { owner: 'srv_bench', isStopping: () => false });
  const ms = performance.now() - began;
  delay.disable();
  clearInterval(watch);
  const [counted] = await store.db.all<{ users: number; rows: number }>(`
    SELECT (SELECT count(*) FROM directory_users) AS users, (SELECT count(*) FROM directory_users) + (SELECT count(*) FROM directory_addresses)
      + (SELECT count(*) FROM directory_groups) + (SELECT count(*) FROM directory_group_members) AS rows`);
  process.send!({ ms, held: delay.max / 1e6, grown: (most - before) / 2 ** 20, ...counted! } satisfies SyncFacts);
});
process.on('disconnect', () => process.exit());
process.send!('ready');

/** The round that was wanted has ended, well or badly. */
async function isDone(): Promise<boolean> {
  const [row] = await store.db.all<{ wanted: number; open: number; failed: string | null }>(`
    SELECT (SELECT sync_wanted_at IS NOT NULL FROM directory) AS wanted,
      EXISTS (SELECT 1 FROM directory_runs WHERE state IN ('running', 'waiting')) AS open,
      (SELECT problem FROM directory_runs WHERE state IN ('failed', 'stopped') ORDER BY mark DESC LIMIT 1) AS failed`);
  if (row!.failed !== null) throw new Error(`the sync ended with ${row!.failed}`);
  return !row!.wanted && !row!.open;
}
