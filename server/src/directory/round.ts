import type { RunRow } from '../store/directory-run.ts';
import type { Turn } from '../store/directory-sync.ts';
import type { Store } from '../store/store.ts';
import type { Graph } from './graph-client.ts';

/** One round of the sync under way. */
export type Round = {
  store: Store;
  graph: Graph;
  tenantId: string;
  run: RunRow;
  /** Who writes, now; each write prolongs the lease. */
  turn: () => Turn;
  /** False: hand back, the rest comes with the next run of the jobs. */
  goesOn: () => boolean;
  /** Lets requests in between two pieces of work. */
  othersTurn: () => Promise<void>;
};

/** `interrupted`: the time is up. `overtaken`: somebody else has the lease. Neither has harmed anything. */
export type Unfinished = { outcome: 'interrupted' } | { outcome: 'overtaken' };
