import { composeDeps } from '@doorstep/server/compose';
import { readConfig } from '@doorstep/server/config';
import { deriveKeys } from '@doorstep/server/identity/root-key';
import { openRemoteStore } from '@doorstep/server/store/open-remote';
import type { Clock } from '../conformance/clock.ts';
import type { Synced } from '../conformance/dir-sync-story.ts';
import type { EdgeWorkspace } from './edge-workspace.ts';

/** What a server of the workspace works with, in this process: a store of its own, and the tenant's Graph, on without anybody's connecting it. */
export type Composed = Synced & { close(): Promise<void> };

/** `url`: another way to the database. */
export function composed(workspace: EdgeWorkspace, clock: Clock, url = workspace.database.url): Composed {
  const { variables, database, tenant } = workspace;
  const read = readConfig({ ...variables, DOORSTEP_GRAPH_URL: tenant.graphUrl }, { runtime: 'node' });
  if ('problems' in read) throw new Error(read.problems.join(' '));
  const store = openRemoteStore(url, database.token, { now: Date.now });
  const keys = deriveKeys(read.config.secret!);
  const deps = composeDeps(read.config, { store, keys, log: () => {}, now: clock.now, nudge: () => {} });
  return { deps, clock, sql: async (text) => (await store.db.all(text)) as never, close: () => store.close() };
}
