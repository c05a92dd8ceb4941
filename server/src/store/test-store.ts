import { migrate } from './migrate.ts';
import { openFileStore } from './open-file.ts';
import type { Store } from './store.ts';

/** A real, migrated database of the test's own. */
export async function openTestStore(now: () => number = Date.now, url = ':memory:'): Promise<Store> {
  const store = await openFileStore(url, now);
  await migrate(store);
  return store;
}
