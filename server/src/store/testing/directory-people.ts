import { sql } from 'drizzle-orm';
import type { AddressSource, directoryUsers } from '../directory-schema.ts';
import type { Store } from '../store.ts';

type Facts = Partial<
  Pick<typeof directoryUsers.$inferSelect, 'graphState' | 'graphNext' | 'scimState' | 'isGuest' | 'guestOf' | 'name' | 'address'>
>;

/** The directory of the tenant `contoso` knows this person; told again, it says so now. */
export async function inDirectory(store: Store, objectId: string, facts: Facts = {}): Promise<void> {
  const { graphState = 'enabled', graphNext = null, scimState = null, isGuest = false, guestOf = null } = facts;
  const { name = objectId, address = `${objectId}@contoso.example` } = facts;
  await store.write([
    store.db.run(sql`UPDATE directory SET tenant_id = coalesce(tenant_id, 'contoso')`),
    store.db.run(sql`
      INSERT INTO directory_users (object_id, name, address, is_guest, guest_of, graph_state, graph_next, scim_state, first_seen_at, changed_at)
      VALUES (${objectId}, ${name}, ${address}, ${isGuest ? 1 : 0}, ${guestOf}, ${graphState}, ${graphNext}, ${scimState}, 0, 0)
      ON CONFLICT (object_id) DO UPDATE SET name = excluded.name, address = excluded.address, graph_state = excluded.graph_state,
        graph_next = excluded.graph_next, scim_state = excluded.scim_state`),
  ]);
}

/** An address of a person of the directory, and where it comes from. */
export const addressInDirectory = (store: Store, objectId: string, address: string, source: AddressSource): Promise<unknown> =>
  store.write([
    store.db.run(
      sql`INSERT INTO directory_addresses (object_id, address, owner, source) VALUES (${objectId}, ${address}, 'user', ${source})`,
    ),
  ]);
