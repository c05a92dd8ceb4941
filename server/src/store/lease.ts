import type { Millis } from '@doorstep/shared/time';
import { sql } from 'drizzle-orm';
import { changedRows, type Store } from './store.ts';

/** Takes or prolongs a lease: true when it is `owner`'s until `until`. Any number of servers may ask. */
export async function takeLease(store: Store, name: string, owner: string, now: Millis, until: Millis): Promise<boolean> {
  const [taken] = await store.batch([
    store.db.run(sql`
      INSERT INTO leases (name, owner, until) VALUES (${name}, ${owner}, ${until})
      ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until WHERE leases.until <= ${now} OR leases.owner = ${owner}`),
  ]);
  return changedRows(taken) > 0;
}
