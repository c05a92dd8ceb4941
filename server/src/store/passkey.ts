import type { Millis } from '@doorstep/shared/time';
import { asc, eq, type SQL, sql } from 'drizzle-orm';
import { GUESTS } from '../domain/guest.ts';
import type { NewPasskey } from '../domain/passkey.ts';
import { policy } from '../domain/policy.ts';
import { auditWinners, type Trace } from './audit.ts';
import { passkeys } from './guest-schema.ts';
import { activeAdministrator, type MemberRow } from './member.ts';
import { members } from './schema.ts';
import { changedRows, type Store } from './store.ts';

export type PasskeyRow = typeof passkeys.$inferSelect;

/** SQL: what `mayHavePasskeys` says, of the member `m`. */
export const mayHavePasskeys: SQL = sql`(m.tenant_id = ${GUESTS} OR (m.breaks_glass = 1 AND m.role = 'administrator'))`;

/** Oldest first. */
export const findPasskeysOf = (store: Store, memberId: string): Promise<PasskeyRow[]> =>
  store.db.select().from(passkeys).where(eq(passkeys.memberId, memberId)).orderBy(asc(passkeys.createdAt), asc(passkeys.id));

/** With the member whose it is. */
export async function findPasskey(store: Store, id: string): Promise<{ passkey: PasskeyRow; member: MemberRow } | null> {
  const [row] = await store.db
    .select({ passkey: passkeys, member: members })
    .from(passkeys)
    .innerJoin(members, eq(members.id, passkeys.memberId))
    .where(eq(passkeys.id, id));
  return row ?? null;
}

type Change = { memberId: string; auditId: string; now: Millis; trace: Trace };
export type PasskeyAddition = Change & NewPasskey & { name: string };

/** False when it is known already, the member has as many as may be, or may have none (any more). */
export async function addPasskey(store: Store, { trace, ...addition }: PasskeyAddition): Promise<boolean> {
  const list = JSON.stringify([{ ...addition, ...trace }]);
  const [added] = await store.write([
    store.db.run(sql`
      INSERT INTO passkeys (id, member_id, public_key, counter, transports, name, is_backed_up, created_at)
      SELECT a.value->>'id', m.id, a.value->>'publicKey', a.value->>'counter', a.value->'transports', a.value->>'name', a.value->>'isBackedUp',
        a.value->>'now'
      FROM json_each(${list}) AS a JOIN members AS m ON m.id = a.value->>'memberId'
      WHERE ${activeAdministrator(sql`a.value->>'now'`)} AND ${mayHavePasskeys}
        AND (SELECT count(*) FROM passkeys AS p WHERE p.member_id = m.id) < ${policy.passkeyChallenge.mostPasskeys}
      ON CONFLICT DO NOTHING`),
    auditWinners(
      store,
      'passkey.added',
      sql`json_each(${list}) AS a JOIN passkeys AS p ON p.id = a.value->>'id' AND p.member_id = a.value->>'memberId' AND p.created_at = a.value->>'now'`,
      sql`p.member_id`,
      sql`p.member_id`,
    ),
  ]);
  return changedRows(added) > 0;
}

/** The owner's own; false when there is none such. */
export async function renamePasskey(store: Store, memberId: string, id: string, name: string): Promise<boolean> {
  const [renamed] = await store.batch([
    store.db.run(sql`UPDATE passkeys SET name = ${name} WHERE id = ${id} AND member_id = ${memberId}`),
  ]);
  return changedRows(renamed) > 0;
}

/** The owner's own; false when it has gone already. */
export async function removePasskey(store: Store, { trace, ...removal }: Change & { id: string }): Promise<boolean> {
  const list = JSON.stringify([{ ...removal, ...trace }]);
  const theirs = sql`json_each(${list}) AS a JOIN passkeys AS p ON p.id = a.value->>'id' AND p.member_id = a.value->>'memberId'`;
  const [, removed] = await store.write([
    auditWinners(store, 'passkey.removed', theirs, sql`p.member_id`, sql`p.member_id`),
    store.db.run(sql`DELETE FROM passkeys WHERE id = ${removal.id} AND member_id = ${removal.memberId}`),
  ]);
  return changedRows(removed) > 0;
}

export type PasskeyUse = Change & { id: string; counter: number; isBackedUp: boolean };

/**
 * Writes what an answer that verifies says. False when its counter did not go on: the passkey was copied, or this answer overtook a newer one
 * (WebAuthn Level 3, section 6.1.1); or when the passkey has gone meanwhile. Authenticators without a counter always say 0. Every use of a passkey
 * of the break-glass list is written down as such.
 */
export async function usePasskey(store: Store, { trace, ...use }: PasskeyUse): Promise<boolean> {
  const list = JSON.stringify([{ ...use, ...trace }]);
  const goesOn = sql`(p.counter < ${use.counter} OR (p.counter = 0 AND ${use.counter} = 0))`;
  const ofTheList = sql`json_each(${list}) AS a JOIN passkeys AS p ON p.id = a.value->>'id' AND ${goesOn}
    JOIN members AS m ON m.id = p.member_id AND m.tenant_id <> ${GUESTS} AND ${mayHavePasskeys}`;
  const [, used] = await store.batch([
    auditWinners(store, 'break-glass.used', ofTheList, sql`m.id`, sql`m.id`),
    store.db.run(sql`
      UPDATE passkeys AS p SET counter = ${use.counter}, is_backed_up = ${use.isBackedUp}, last_used_at = ${use.now}
      WHERE p.id = ${use.id} AND ${goesOn}`),
  ]);
  return changedRows(used) > 0;
}
