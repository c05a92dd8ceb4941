import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFileStore } from '@doorstep/server/store/open-file';
import type { Store } from '@doorstep/server/store/store';
import type { Synced } from './dir-sync-story.ts';
import { steady } from './steady.ts';
import type { Workspace } from './workspace.ts';

export type Fork = Synced & {
  /** How many batches have been written. */
  written: () => number;
  /** As a process that is killed: nothing is written after so many batches. */
  killAfter: (batches: number) => void;
  /** Another process with the same data. */
  reopen: () => Promise<void>;
  close: () => Promise<void>;
};

/** Puts the workspace's data aside; each call of what it answers opens a copy of its own, with the workspace's tenant and clock. */
export async function snapshot(workspace: Workspace): Promise<{ fork: () => Promise<Fork>; remove: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'doorstep-fork-'));
  await workspace.sql('PRAGMA wal_checkpoint(TRUNCATE)');
  const base = join(folder, 'base.db');
  copyFileSync(join(workspace.dataDir, 'doorstep.db'), base);
  let forks = 0;
  const fork = () => {
    forks += 1;
    const path = join(folder, `${forks}.db`);
    copyFileSync(base, path);
    return openFork(workspace, path);
  };
  return { fork, remove: () => rmSync(folder, { recursive: true }) };
}

async function openFork({ deps, clock }: Workspace, path: string): Promise<Fork> {
  let store = await openFileStore(`file:${path}`, clock.now);
  let written = 0;
  let most = Number.POSITIVE_INFINITY;
  const counted =
    (name: 'batch' | 'write'): Store['batch'] =>
    async (statements) => {
      if (written >= most) throw new Error('the process is dead');
      written += 1;
      return store[name](statements);
    };
  const fork: Fork = {
    deps: steady({ ...deps, store: { ...store, batch: counted('batch'), write: counted('write') } }),
    clock,
    sql: async (text) => (await store.db.all(text)) as never,
    written: () => written,
    killAfter: (batches) => {
      most = written + batches;
    },
    async reopen() {
      await store.close();
      most = Number.POSITIVE_INFINITY;
      store = await openFileStore(`file:${path}`, clock.now);
      fork.deps = steady({ ...fork.deps, store: { ...store, batch: counted('batch'), write: counted('write') } });
    },
    close: () => store.close(),
  };
  return fork;
}
