import type { Client } from '@libsql/client';
import type { BatchItem } from 'drizzle-orm/batch';
import type { LibSQLDatabase } from 'drizzle-orm/libsql';
import { createMemory, type Memory } from './memory.ts';
import type * as schema from './schema.ts';
import { createTogether, type Together } from './shared-commit.ts';

export type Database = LibSQLDatabase<typeof schema>;
export type Statement = BatchItem<'sqlite'>;
export type Statements = readonly [Statement, ...Statement[]];

export type Store = {
  db: Database;
  /** What is remembered until a command changes it (DESIGN.md, database rule 5). */
  memory: Memory;
  /** The queue in front of redeem, knock and sign-in (DESIGN.md, database rule 3). */
  together: Together;
  /** One command: an atomic batch, after which nothing remembered is believed. Answers one result per statement. */
  write(statements: Statements): Promise<unknown[]>;
  /** The same for bookkeeping that nobody remembers: leases, last use, what became of a mail. */
  batch(statements: Statements): Promise<unknown[]>;
  close(): Promise<void>;
};

export type StoreOptions = {
  /** One process owns an embedded file: what it remembers is true until it writes. A remote database has other writers. */
  kind: 'file' | 'remote';
  now: () => number;
  /** Runs at the next turn of the event loop. Left out where a request must not wait for another's I/O (workerd). */
  nextTurn?: (run: () => void) => void;
};

export function createStore(db: Database, client: Pick<Client, 'close'>, options: StoreOptions): Store {
  const memory = createMemory(options);
  const batch = (statements: Statements) => db.batch(statements as never) as Promise<unknown[]>;
  return {
    db,
    memory,
    together: createTogether(options.nextTurn),
    batch,
    async write(statements) {
      memory.forget(); // a read that began before must not be remembered after
      try {
        return await batch(statements);
      } finally {
        memory.forget();
      }
    },
    close: async () => client.close(),
  };
}

/** Rows that a statement of a batch returned. */
export const rowsOf = <Row>(result: unknown): Row[] => result as Row[];
/** How many rows a statement of a batch changed: zero means that you lost. */
export const changedRows = (result: unknown): number => (result as { rowsAffected: number }).rowsAffected;
