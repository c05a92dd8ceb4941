import type { InvitationId } from '@doorstep/shared/ids';
import type { MemberState } from '@doorstep/shared/member';
import type { Millis } from '@doorstep/shared/time';
import { type SQL, sql } from 'drizzle-orm';
import { GUESTS } from '../domain/guest.ts';
import type { KnownPeople, KnownPerson } from '../domain/invitation.ts';
import type { Store } from './store.ts';

/** Somebody who may be invited: an identity, with the address of their mails, or (both ids null) an address alone, perhaps a guest's. */
export type Asked = { person: string; tenantId: string | null; objectId: string | null; address: string; isGuest?: boolean };

/** What is known of these people, by `person`. */
export async function findKnownPeople(store: Store, asked: readonly Asked[], now: Millis): Promise<KnownPeople> {
  const rows = await store.db.all<{ person: string; state: MemberState | null; name: string | null; pending: string | null }>(sql`
    SELECT a.value->>'person' AS person, ${memberOf(sql`m.state`, now)} AS state, ${pendingOf(sql`i.id`)} AS pending,
      coalesce(${memberOf(sql`m.name`, now)}, ${pendingOf(sql`i.name`)}) AS name
    FROM json_each(${JSON.stringify(asked)}) AS a`);
  return new Map(
    rows.map(({ person, state, name, pending }): [string, KnownPerson] => [
      person,
      { memberState: state, name, pendingInvitationId: pending as InvitationId | null },
    ]),
  );
}

/** SQL: whether `a`, an `Asked` in JSON, is a member, or was suspended: neither is invited (INV-15). */
export const isMemberAlready = (now: Millis): SQL => sql`(${memberOf(sql`m.id`, now)} IS NOT NULL)`;

/**
 * SQL: `column` of the member `m` whom `a` means: by identity, else by trusted address. A member whom the directory knows as somebody else is
 * another person: who has a new object id is a stranger even with an old address (DESIGN.md, section 4). A guest is nobody of the tenant, whatever
 * their addresses.
 */
const memberOf = (column: SQL, now: Millis): SQL => sql`coalesce(
  (SELECT ${column} FROM members AS m
    WHERE m.tenant_id = a.value->>'tenantId' AND m.object_id = a.value->>'objectId' AND ${isNoStranger(now)}),
  (SELECT ${column} FROM members AS m
    WHERE lower(m.address) = lower(a.value->>'address') AND m.address_is_trusted = 1 AND ${isNoStranger(now)}
      AND (a.value->>'objectId' IS NULL OR m.object_id = a.value->>'objectId' OR m.tenant_id <> a.value->>'tenantId'
        OR NOT EXISTS (SELECT 1 FROM directory_users AS k WHERE k.object_id = m.object_id))
      AND (a.value->>'objectId' IS NULL OR (m.tenant_id = ${GUESTS}) = (a.value->>'tenantId' = ${GUESTS}))
    LIMIT 1))`;

const isNoStranger = (now: Millis): SQL =>
  sql`(m.state = 'suspended' OR (m.state = 'active' AND (m.access_until IS NULL OR m.access_until > ${now})))`;

/**
 * SQL: `column` of the pending invitation `i` of the person `a`, under whatever form it was written (DESIGN.md, database rule 8): bound to
 * the identity, else sent to one of the addresses that the directory says are theirs. An address alone: sent to it; a guest's takes over none that
 * is bound to somebody of the tenant.
 */
export const pendingOf = (column: SQL): SQL => sql`coalesce(
  (SELECT ${column} FROM invitations AS i WHERE i.object_id = a.value->>'objectId' AND i.tenant_id = a.value->>'tenantId' AND +i.state = 'pending'
    ORDER BY i.person LIKE 'mail:%' LIMIT 1),
  (SELECT ${column} FROM directory_addresses AS d JOIN invitations AS i ON lower(i.address) = d.address AND i.state = 'pending'
    WHERE d.object_id = a.value->>'objectId' AND d.owner = 'user' AND i.object_id IS NULL LIMIT 1),
  (SELECT ${column} FROM invitations AS i WHERE lower(i.address) = lower(a.value->>'address') AND i.state = 'pending'
    AND (a.value->>'objectId' IS NULL OR i.object_id IS NULL)
    AND (NOT coalesce(a.value->>'isGuest', 0) OR i.object_id IS NULL OR i.tenant_id = ${GUESTS}) LIMIT 1))`;
