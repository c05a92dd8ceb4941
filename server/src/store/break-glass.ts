import type { Role } from '@doorstep/shared/member';
import type { Millis } from '@doorstep/shared/time';
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { GUESTS } from '../domain/guest.ts';
import { auditWinners, type Trace } from './audit.ts';
import { endPasskeysOf } from './break-glass-leaving.ts';
import { activeAdministrator, type MemberRow } from './member.ts';
import { newId } from './new-id.ts';
import { members } from './schema.ts';
import { changedRows, type Store } from './store.ts';
import { beginsAnyWord } from './word-search.ts';

/** `isInOffice`: an active administrator; of anybody else on the list the passkeys open nothing. */
export type BreakGlassRow = {
  id: string;
  name: string | null;
  address: string | null;
  role: Role;
  isInOffice: boolean;
  passkeys: number;
  lastUsedAt: Millis | null;
};

/** Everybody on the list, the longest serving first. */
export async function findBreakGlass(store: Store, now: Millis): Promise<BreakGlassRow[]> {
  const rows = await store.db.all<Omit<BreakGlassRow, 'isInOffice'> & { isInOffice: number }>(sql`
    SELECT m.id, m.name, m.address, m.role, (m.role = 'administrator' AND ${activeAdministrator(sql`${now}`)}) AS isInOffice,
      count(p.id) AS passkeys, max(p.last_used_at) AS lastUsedAt
    FROM members AS m LEFT JOIN passkeys AS p ON p.member_id = m.id WHERE m.breaks_glass = 1 GROUP BY m.id ORDER BY m.id`);
  return rows.map((row) => ({ ...row, isInOffice: row.isInOffice === 1 }));
}

/** Administrators in office who are not on the list yet. */
export const findAdministratorsToAdd = (store: Store, q: string, limit: number, now: Millis): Promise<MemberRow[]> =>
  store.db
    .select()
    .from(members)
    .where(
      and(
        eq(members.role, 'administrator'),
        eq(members.breaksGlass, false),
        sql`${members.tenantId} <> ${GUESTS} AND ${members.state} = 'active'
          AND (${members.accessUntil} IS NULL OR ${members.accessUntil} > ${now})`,
        beginsAnyWord(q, members.name, members.address),
      ),
    )
    .orderBy(members.id)
    .limit(limit);

type Change = { by: string; about: string; now: Millis; trace: Trace };

/** False when it was so already, or either is no administrator in office any more. */
export const addToBreakGlass = (store: Store, change: Change): Promise<boolean> =>
  changeList(
    store,
    change,
    true,
    sql`members.role = 'administrator' AND members.state = 'active' AND members.tenant_id <> ${GUESTS}
      AND (members.access_until IS NULL OR members.access_until > ${change.now})`,
  );

/** The passkeys go with it, and the sessions that were begun with them. */
export const takeOffBreakGlass = (store: Store, change: Change): Promise<boolean> => changeList(store, change, false, sql`true`);

async function changeList(store: Store, change: Change, isOn: boolean, where: SQL): Promise<boolean> {
  const { by, about, now, trace } = change;
  const id = newId('brg');
  const list = JSON.stringify([{ auditId: newId('aud'), now, ...trace }]);
  const won = sql`json_each(${list}) AS a JOIN members AS m ON m.id = ${about} AND m.attempt_id = ${id}`;
  const [changed] = await store.write([
    store.db.run(sql`
      UPDATE members SET breaks_glass = ${isOn}, attempt_id = ${id}
      WHERE members.id = ${about} AND members.breaks_glass <> ${isOn} AND ${where} AND EXISTS (SELECT 1 FROM members AS m
        WHERE m.id = ${by} AND m.role = 'administrator' AND ${activeAdministrator(sql`${now}`)})`),
    auditWinners(store, isOn ? 'break-glass.added' : 'break-glass.removed', won, sql`m.id`, sql`${by}`),
    ...(isOn ? [] : endPasskeysOf(store, won)),
  ]);
  return changedRows(changed) > 0;
}
