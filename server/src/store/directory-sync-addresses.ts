import { type SQL, sql } from 'drizzle-orm';
import type { AddressOwner, AddressSource } from './directory-schema.ts';
import type { Statement, Store } from './store.ts';

/** ASCII lower case. */
export type KnownAddress = { address: string; source: AddressSource };
/** What an object says of its addresses: all that it has from these sources; of other sources it says nothing. */
export type Addressed = { addresses: KnownAddress[]; sources: AddressSource[] };

/** SQL: of the object `a` of the list, address `k` is of a source that was told, and not among what was told. */
const isStale = sql`k.source IN (SELECT value FROM json_each(a.value, '$.sources')) AND NOT EXISTS (
  SELECT 1 FROM json_each(a.value, '$.addresses') AS w WHERE w.value->>'address' = k.address AND w.value->>'source' = k.source)`;

/** SQL: whether writing the addresses of the object `a` would change anything. */
export const addressesDiffer = sql`(
  EXISTS (SELECT 1 FROM directory_addresses AS k WHERE k.object_id = a.value->>'id' AND ${isStale})
  OR EXISTS (SELECT 1 FROM json_each(a.value, '$.addresses') AS w WHERE NOT EXISTS (SELECT 1 FROM directory_addresses AS k
    WHERE k.object_id = a.value->>'id' AND k.address = w.value->>'address' AND k.source = w.value->>'source')))`;

/** Addresses of a list of objects, replaced a source at a time; rows that stay are not touched. `given`: the list, as rows. */
export const replaceAddresses = (store: Store, given: SQL, owner: AddressOwner): Statement[] => [
  store.db.run(sql`
    DELETE FROM directory_addresses WHERE rowid IN (
      SELECT k.rowid FROM ${given} AS a CROSS JOIN directory_addresses AS k ON k.object_id = a.value->>'id' WHERE ${isStale})`),
  store.db.run(sql`
    INSERT INTO directory_addresses (object_id, address, owner, source)
    SELECT a.value->>'id', w.value->>'address', ${owner}, w.value->>'source'
    FROM ${given} AS a CROSS JOIN json_each(a.value, '$.addresses') AS w WHERE true ON CONFLICT DO NOTHING`),
];

/** What Graph said of the addresses of objects that are gone. */
export const dropAddresses = (store: Store, gone: SQL): Statement =>
  store.db.run(sql`DELETE FROM directory_addresses WHERE source <> 'scim' AND object_id IN (${gone})`);
